import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdoptableTokens, Vault } from '../../../../src/domain/ports';
import { Places, type PlaceWindow } from '../../../support/store/places';
import { assertTokensReadable, Workspaces } from '../../../support/store/workspaces';

describe('A workspace that was moved', () => {
	const workspaces = new Workspaces();
	const windows: PlaceWindow[] = [];
	let places: Places;

	beforeEach(async () => {
		places = new Places(await workspaces.root());
	});

	afterEach(async () => {
		for (const { source } of windows.splice(0)) {
			await source.whenSwept;
			source.dispose();
		}
	});

	function open(...args: Parameters<Places['open']>): PlaceWindow {
		const window = places.open(...args);
		windows.push(window);
		return window;
	}

	function move(from: string, to: string): void {
		renameSync(places.path(from), places.path(to));
	}

	async function countKeys(name: string): Promise<number> {
		return (await places.vault(places.location(places.uri(name))).keyIds()).length;
	}

	const named = (found: readonly AdoptableTokens[]) => found.map(({ path, tokens }) => [path, tokens.map(({ name }) => name)]);

	it('gets its tokens back with their keys, usage, history, and reminders, but only when it adopts them', async () => {
		const ids = await places.createFilled('old', 'CRM', 'Reports');
		const otherFiles = ['reminders.json', 'reductions.json'];
		otherFiles.forEach((name) => writeFileSync(join(places.storeFiles('old').folder, name), '{}'));
		move('old', 'new');
		const { source, adoption, folder } = open('new');
		const [found, ...others] = await adoption.find();
		assert.deepEqual(others, []);
		assert.deepEqual(named([found!]), [[places.path('old'), ['CRM', 'Reports']]]);
		assert.deepEqual(await source.list(), []);
		let changes = 0;
		source.onDidChange(() => changes++);

		assert.equal(await adoption.adopt(found!), 2);
		await assertTokensReadable(source, ids);
		assert.deepEqual((await source.getUsage(ids[0]!)).days[0]?.statuses, { 200: 1 });
		assert.deepEqual((await source.getTeamUsage(ids[1]!))?.days[0]?.statuses, { '2xx': 1 });
		otherFiles.forEach((name) => assert.ok(existsSync(join(folder, name)), name));
		const limits = JSON.parse(readFileSync(join(folder, 'limits.json'), 'utf8')) as { tokens: object };
		assert.deepEqual(limits.tokens, Object.fromEntries(ids.map((id) => [id, { total: 1 }])));
		const { tokens } = JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8')) as { tokens: Record<string, unknown[]> };
		assert.deepEqual(
			ids.map((id) => tokens[id]?.length),
			[1, 1],
		);
		assert.equal(changes, 1);
		assert.equal(existsSync(places.storeFiles('old').folder), false);
		assert.deepEqual([await countKeys('old'), await countKeys('new')], [0, 2]);
		assert.deepEqual(await adoption.find(), []);
		await assertTokensReadable(open('new').source, ids);
	});

	it('adds the adopted tokens to those it has', async () => {
		const ids = await places.createFilled('old', 'CRM');
		move('old', 'new');
		const { source, adoption } = open('new');
		const { id } = await source.create({ name: 'other' });
		await adoption.adopt((await adoption.find())[0]!);
		await assertTokensReadable(source, [id, ...ids]);
		const { tokens } = JSON.parse(readFileSync(join(places.storeFiles('new').folder, 'history.json'), 'utf8')) as { tokens: object };
		assert.deepEqual(Object.keys(tokens).sort(), [id, ...ids].sort());
	});

	it('keeps what it has if both have the same token, and leaves the other one where it is', async () => {
		await places.createFilled('old');
		const key = `ApiKey SU-111-222-333:${'0123456789'.repeat(4)}`;
		for (const [name, tokenName] of [
			['old', 'theirs'],
			['new', 'ours'],
		] as const) {
			await open(name).source.import(key, { name: tokenName });
		}
		rmSync(places.path('old'), { recursive: true });
		const { source, adoption } = open('new');
		assert.equal(await adoption.adopt((await adoption.find())[0]!), 0);
		assert.deepEqual(
			(await source.list()).map(({ name }) => name),
			['ours'],
		);
		assert.deepEqual(named(await adoption.find()), [[places.path('old'), ['theirs']]]);
	});

	it('is never offered the tokens of a workspace that exists or may exist', async () => {
		await places.createFilled('existing', 'one');
		await places.createFilled('virtual');
		await open('virtual', { uri: 'vscode-vfs://github/owner/project' }).source.create({ name: 'two' });
		await open('network', { uri: 'file://server/share/project' }).source.create({ name: 'three' });
		await open('drive', { uri: 'file:///media/someone/disconnected/project' }).source.create({ name: 'four' });
		await open('window', { uri: 'untitled:Untitled-1' }).source.create({ name: 'five' });
		places.create('new');
		assert.deepEqual(await open('new').adoption.find(), []);
	});

	it('is not offered a list whose folder was copied or names another workspace', async () => {
		await places.createFilled('old', 'one');
		const { folder } = places.storeFiles('old');
		renameSync(folder, `${folder}-copy`);
		rmSync(places.path('old'), { recursive: true });
		places.create('new');
		assert.deepEqual(await open('new').adoption.find(), []);
		writeFileSync(join(`${folder}-copy`, 'location.json'), 'damaged');
		assert.deepEqual(await open('new').adoption.find(), []);
	});

	it('is not adopted from if the folder exists again in the meantime', async () => {
		const ids = await places.createFilled('old', 'one');
		move('old', 'new');
		const { adoption } = open('new');
		const [found] = await adoption.find();
		places.create('old');
		await assert.rejects(adoption.adopt(found!), /path exists again/);
		await assertTokensReadable(open('old').source, ids);
	});

	it('offers a former folder of the same name first, and a moved .code-workspace file', async () => {
		await places.createFilled('first', 'one');
		mkdirSync(join(places.root, 'projects', 'sub'));
		await places.createFilled('sub/app', 'two');
		await places.createFilled('team.code-workspace', 'three');
		['first', 'sub', 'team.code-workspace'].forEach((name) => rmSync(places.path(name), { recursive: true }));
		places.create('app');
		const found = await open('app').adoption.find();
		assert.equal(found[0]?.path, places.path('sub/app'));
		assert.deepEqual(named(found.slice(1)).sort(), [
			[places.path('first'), ['one']],
			[places.path('team.code-workspace'), ['three']],
		]);
	});

	it('can be deleted with its keys instead', async () => {
		await places.createFilled('old', 'one');
		rmSync(places.path('old'), { recursive: true });
		places.create('new');
		const { adoption } = open('new');
		await adoption.remove((await adoption.find())[0]!);
		assert.deepEqual(await adoption.find(), []);
		assert.equal(await countKeys('old'), 0);
		assert.equal(existsSync(places.storeFiles('old').folder), false);
	});

	it('takes a damaged file and its keys along, so that it can still be repaired', async () => {
		const ids = await places.createFilled('old', 'one', 'lost');
		const { main, backup, folder } = places.storeFiles('old');
		const { tokens } = JSON.parse(readFileSync(main, 'utf8')) as { tokens: unknown[] };
		writeFileSync(main, JSON.stringify({ version: 1, tokens: [tokens[0], 'half'] }));
		rmSync(backup);
		await open('old').source.list();
		move('old', 'new');
		const { source: adopting, adoption } = open('new');
		await adoption.adopt((await adoption.find())[0]!);
		await adopting.whenSwept;
		await assertTokensReadable(adopting, ids.slice(0, 1));
		assert.equal(await countKeys('new'), 2);
		assert.equal(existsSync(folder), false);
	});

	it('loses nothing if any call to a vault fails, and completes when it is adopted again', async () => {
		for (let failingCall = 1; ; failingCall++) {
			places = new Places(await workspaces.root());
			const ids = await places.createFilled('old', 'one', 'two');
			move('old', 'new');
			let calls = 0;
			const failing = open('new', { wrapVault: (vault) => failAt(vault, () => ++calls === failingCall) });
			const adoptFirst = async () => failing.adoption.adopt((await failing.adoption.find())[0]!);
			const outcome = await adoptFirst().catch(() => undefined);
			await failing.source.whenSwept;
			const { source, adoption } = open('new');
			for (const left of await adoption.find()) {
				assert.equal(left.path, places.path('old'));
				await adoption.adopt(left);
			}
			await assertTokensReadable(source, ids);
			assert.deepEqual(await adoption.find(), []);
			assert.deepEqual([await countKeys('old'), await countKeys('new')], [0, 2]);
			if (calls < failingCall) {
				assert.equal(outcome, 2);
				assert.ok(failingCall > 5);
				return;
			}
		}
	});

	it('is adopted once if two windows adopt it at once, in the same or in different workspaces', async () => {
		for (const [one, two] of [
			['new', 'new'],
			['new', 'other'],
		] as const) {
			places = new Places(await workspaces.root());
			const ids = await places.createFilled('old', 'one', 'two', 'three');
			move('old', 'new');
			places.create('other');
			const first = open(one);
			const second = open(two);
			const adoptable = await Promise.all([first.adoption.find(), second.adoption.find()]);
			await Promise.allSettled([first.adoption.adopt(adoptable[0][0]!), second.adoption.adopt(adoptable[1][0]!)]);
			const lists = await Promise.all([first.source.list(), second.source.list()]);
			if (one === two) {
				await assertTokensReadable(first.source, ids);
				await assertTokensReadable(second.source, ids);
			} else {
				assert.deepEqual(lists.map(({ length }) => length).sort(), [0, 3]);
				await assertTokensReadable(lists[0].length > 0 ? first.source : second.source, ids);
			}
			assert.deepEqual(await open('other').adoption.find(), []);
		}
	});
});

/** Returns a vault whose calls fail when `fails` returns true. */
function failAt(vault: Vault, fails: () => boolean): Vault {
	const call = <T>(run: () => Promise<T>) => (fails() ? Promise.reject(new Error('Locked.')) : run());
	return {
		get: (keyId) => call(() => vault.get(keyId)),
		set: (keyId, secret) => call(() => vault.set(keyId, secret)),
		delete: (keyId) => call(() => vault.delete(keyId)),
		keyIds: () => call(() => vault.keyIds()),
	};
}
