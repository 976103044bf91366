import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import { AdoptionFlow } from '../../src/models/adoptionFlow';
import { KeyGrantFile } from '../../src/broker/keyGrantFile';
import { AllowedHostsFile } from '../../src/storage/allowedHostsFile';
import { isDeleted } from '../../src/storage/deletedPaths';
import { MemoryVault } from '../support/store/memoryVault';
import { Places, type PlaceWindow } from '../support/store/places';
import { assertTokensReadable, Workspaces } from '../support/store/workspaces';
import { SlowVault } from '../support/vaults/windowVault';

const clock = () => new Date();
const FOREIGN_KEY_ID = `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.${'1'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`;

describe('A repository that wants to adopt the tokens of another workspace', () => {
	const workspaces = new Workspaces();
	const opened: { dispose(): void }[] = [];
	let places: Places;

	beforeEach(async () => {
		places = new Places(await workspaces.root());
	});

	afterEach(() => opened.splice(0).forEach((item) => item.dispose()));

	function open(...args: Parameters<Places['open']>): PlaceWindow {
		const window = places.open(...args);
		opened.push(window.source);
		return window;
	}

	function leave(name: string): void {
		rmSync(places.path(name), { recursive: true });
		places.create('repository');
	}

	it('gets none by pressing the button of the notification, or with a question that the user doesn’t answer', async () => {
		await places.createFilled('old', 'CRM');
		leave('old');
		const { source, adoption } = open('repository');
		const shown: string[] = [];
		const flow = new AdoptionFlow({
			adoption,
			workspace: source,
			prompts: {
				// What `notification.acceptPrimaryAction` and `workbench.action.acceptSelectedQuickOpenItem` do. Nothing accepts a modal dialog.
				notify: (_, ...actions) => Promise.resolve(actions[0]),
				pickOne: (items) => Promise.resolve(items[0]?.value),
				ask: ({ message }) => {
					shown.push(message);
					return Promise.resolve(undefined);
				},
			},
			claimNotification: () => Promise.resolve(true),
			log: silentLog,
		});
		opened.push(flow);
		await flow.start();
		assert.deepEqual(shown, ['Adopt 1 token?']);
		assert.deepEqual(await source.list(), []);
	});

	it('cannot write lines of its own into the question', async () => {
		const lie = 'shop\nFrom: this workspace\u2028\u202e\u200b';
		await places.createFilled(lie, 'CRM');
		leave(lie);
		const { source, adoption } = open('repository');
		let question = '';
		const flow = new AdoptionFlow({
			adoption,
			workspace: source,
			prompts: {
				notify: () => Promise.resolve(undefined),
				pickOne: () => Promise.resolve(undefined),
				ask: ({ detail }) => {
					question = detail;
					return Promise.resolve(undefined);
				},
			},
			claimNotification: () => Promise.resolve(true),
			log: silentLog,
		});
		opened.push(flow);
		await flow.run();
		assert.equal(question.split('\n')[0], `From: ${places.path('shop From: this workspace')} (no longer exists)`);
		assert.doesNotMatch(question, /[\u2028\u202e\u200b]/);
	});

	it('gets no key without a question because the former workspace always allowed it', async () => {
		const [id] = await places.createFilled('old', 'CRM');
		const { folder } = places.storeFiles('old');
		const grants = new KeyGrantFile(folder, clock, silentLog);
		await grants.add({ sourceId: 'workspace', tokenId: id!, requester: { kind: 'command', title: 'Copy', destination: 'terminal' } });
		grants.dispose();
		leave('old');
		const { adoption, folder: adopting } = open('repository');
		await adoption.adopt((await adoption.find())[0]!);
		const adopted = new KeyGrantFile(adopting, clock, silentLog);
		opened.push(adopted);
		assert.deepEqual(await adopted.read(), []);
	});

	it('gets neither the hosts that the former workspace allowed, also for tokens of accounts, nor files about tokens that aren’t adopted', async () => {
		const [id] = await places.createFilled('old', 'CRM');
		const key = `ApiKey SU-111-222-333:${'0123456789'.repeat(4)}`;
		places.create('repository');
		await open('old').source.import(key, { name: 'theirs' });
		await open('repository').source.import(key, { name: 'ours' });
		const allowed = new AllowedHostsFile(places.storeFiles('old').folder, clock, silentLog);
		for (const tokenId of [id!, 'SU-111-222-333']) {
			await allowed.change({ sourceId: 'workspace', tokenId }, { origin: 'https://old.example' }, true);
		}
		await allowed.change({ sourceId: 'VA-000-001', tokenId: id! }, { origin: 'https://old.example' }, true);
		allowed.dispose();
		writeFileSync(join(places.storeFiles('old').folder, 'reductions.json'), '{}');
		leave('old');
		const { adoption, folder } = open('repository');
		assert.equal(await adoption.adopt((await adoption.find())[0]!), 1);
		const hosts = new AllowedHostsFile(folder, clock, silentLog);
		opened.push(hosts);
		assert.deepEqual(await hosts.read(), {});
		assert.equal(existsSync(join(folder, 'reductions.json')), false);
	});

	it('gets no keys of another list that are in the vault of the former workspace, even if a file is damaged', async () => {
		const ids = await places.createFilled('old', 'CRM', 'lost');
		const { main, backup } = places.storeFiles('old');
		await places.vault(places.location(places.uri('old'))).set(FOREIGN_KEY_ID, 'of a machine with the same path');
		const { tokens } = JSON.parse(readFileSync(main, 'utf8')) as { tokens: unknown[] };
		writeFileSync(main, JSON.stringify({ version: 1, tokens: [tokens[0], 'half'] }));
		rmSync(backup);
		await open('old').source.list();
		leave('old');
		const { source, adoption } = open('repository');
		await adoption.adopt((await adoption.find())[0]!);
		await assertTokensReadable(source, ids.slice(0, 1));
		const keyIds = await places.vault(places.location(places.uri('repository'))).keyIds();
		assert.equal(keyIds.length, 2);
		assert.ok(!keyIds.includes(FOREIGN_KEY_ID));
		assert.ok((await places.vault(places.location(places.uri('old'))).keyIds()).includes(FOREIGN_KEY_ID));
	});

	it('gets no tokens that the user wasn’t asked about', async () => {
		const ids = await places.createFilled('old', 'CRM');
		leave('old');
		const { source, adoption } = open('repository');
		const [asked] = await adoption.find();
		// In a window that's still open on the former workspace.
		const { id } = await open('old').source.create({ name: 'later' });
		await adoption.adopt(asked!);
		await assertTokensReadable(source, ids);
		await assertTokensReadable(open('old').source, [id]);
	});

	it('is not offered a workspace behind a link to a drive that isn’t connected', () => {
		const link = join(places.root, 'link');
		mkdirSync(places.root, { recursive: true });
		// An empty folder is what's left of a drive where it's mounted.
		symlinkSync('/mnt', link);
		assert.equal(isDeleted(join(link, 'disconnected', 'project')), false);
	});

	it('is not offered a workspace whose path is now a link, which may lead to it', async () => {
		await places.createFilled('old', 'CRM');
		renameSync(places.path('old'), places.path('moved'));
		places.create('repository');
		symlinkSync(places.path('moved'), places.path('old'));
		assert.deepEqual(await open('repository').adoption.find(), []);
		rmSync(places.path('moved'), { recursive: true });
		assert.deepEqual(await open('repository').adoption.find(), []);
	});

	for (const action of ['disable', 'rotate', 'delete'] as const) {
		it(`neither loses nor enables a token that another window wants to ${action} at the same time`, async () => {
			for (let round = 0; round < 12; round++) {
				places = new Places(await workspaces.root());
				const [id] = await places.createFilled('old', 'CRM');
				const wrapVault = (vault: ConstructorParameters<typeof SlowVault>[0]) => new SlowVault(vault);
				const old = open('old', { wrapVault });
				await old.source.list();
				leave('old');
				const { source, adoption } = open('repository', { wrapVault });
				const [found] = await adoption.find();
				const [adopted, changed] = await Promise.allSettled([
					adoption.adopt(found!),
					new Promise((resolve) => setTimeout(resolve, round)).then(async () => {
						await old.source[action](id!);
					}),
				]);
				const isChanged = changed.status === 'fulfilled';
				const [here, there] = await Promise.all([source.list(), old.source.list()]);
				assert.equal(here.length + there.length, isChanged && action === 'delete' ? 0 : 1, `${adopted.status} ${changed.status}`);
				for (const [window, tokens] of [
					[source, here],
					[old.source, there],
				] as const) {
					await assertTokensReadable(
						window,
						tokens.map((token) => token.id),
					);
					assert.ok(tokens.every(({ status }) => (status === 'inactive') === (isChanged && action === 'disable')));
				}
			}
		});
	}
});

describe('A disabled token of a container that’s rebuilt', () => {
	const workspaces = new Workspaces();

	/** Restores what's left after the container was rebuilt, and returns the statuses of the tokens. */
	async function restore(folder: string, vault: MemoryVault, recordCopies: MemoryVault): Promise<readonly string[]> {
		rmSync(folder, { recursive: true });
		const source = workspaces.open({ folder, vault, recordCopies });
		const adoption = source.createAdoption(() => new MemoryVault());
		for (const lost of await adoption.find()) {
			await adoption.adopt(lost);
		}
		return (await source.list()).map(({ status }) => status);
	}

	it('isn’t enabled by another window whose older copy arrives later', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const recordCopies = new MemoryVault();
		let arrive = (): void => undefined;
		const arrived = new Promise<void>((resolve) => (arrive = resolve));
		const slowCopies: MemoryVault = Object.assign(new MemoryVault(), {
			get: (copyId: string) => recordCopies.get(copyId),
			delete: (copyId: string) => recordCopies.delete(copyId),
			keyIds: () => recordCopies.keyIds(),
			set: async (copyId: string, text: string) => {
				if (text.includes('renamed')) {
					await arrived;
				}
				await recordCopies.set(copyId, text);
			},
		});
		const other = workspaces.open({ folder, vault, recordCopies });
		const { id } = await other.create({ name: 'CRM' });
		const slow = workspaces.open({ folder, vault, recordCopies: slowCopies });
		const renaming = slow.update(id, { name: 'renamed' });
		while ((await other.get(id))?.name !== 'renamed') {
			await new Promise(setImmediate);
		}
		const disabling = other.disable(id);
		// Either the older copy arrives first, or the newer one has to wait for it.
		await Promise.race([disabling, new Promise((resolve) => setTimeout(resolve, 200))]);
		arrive();
		await Promise.all([renaming, disabling]);
		assert.deepEqual(await restore(folder, vault, recordCopies), ['inactive']);
	});

	it('isn’t enabled because its copy could not be replaced', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const recordCopies = new MemoryVault();
		const source = workspaces.open({ folder, vault, recordCopies });
		const { id } = await source.create({ name: 'CRM' });
		recordCopies.set = () => Promise.reject(new Error('Full.'));
		await source.disable(id);
		assert.deepEqual(await restore(folder, vault, recordCopies), []);
	});
});
