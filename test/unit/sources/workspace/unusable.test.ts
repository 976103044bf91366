import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { problemText } from '../../../../src/domain/problems';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { assertWhole, filesIn, namesIn, Workspaces } from '../../../support/store/workspaces';

describe('Workspace source that cannot use its file', () => {
	const workspaces = new Workspaces();

	describe('because a newer version wrote it', () => {
		/** A workspace whose file is of the next version; `change` makes it of another shape as well. */
		async function newer(change: (token: object, index: number) => unknown = (token) => token) {
			const { folder, vault, ids } = await workspaces.filled('one', 'two');
			const store = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as { tokens: object[] };
			const text = JSON.stringify({ version: 2, tokens: store.tokens.map(change), more: true });
			writeFileSync(join(folder, 'tokens.json'), text);
			return { folder, vault, ids, source: workspaces.open({ folder, vault }) };
		}

		it('lists what it understands and shows its keys', async () => {
			const { source, ids } = await newer((token) => ({ ...token, more: true }));
			await assertWhole(source, ids);
		});

		it('leaves out what it does not understand', async () => {
			const { source, ids } = await newer((token, index) => (index === 0 ? token : { ...token, enabled: 'sometimes' }));
			await assertWhole(source, [ids[0]!]);
		});

		it('passes on nothing but the fields and the tokens that this version has, each once', async () => {
			const { folder, source, ids } = await newer((token) => ({ ...token, more: true }));
			const store = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as { tokens: object[] };
			writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ ...store, tokens: [...store.tokens, ...store.tokens] }));
			const listed = await source.list();
			assert.deepEqual(
				listed.map(({ id }) => id),
				ids,
			);
			listed.forEach((token) => assert.ok(!('more' in token)));
		});

		it('lists nothing of a file whose tokens are of another shape, and leaves it as it is', async () => {
			const { folder, vault } = await workspaces.filled('one');
			const text = JSON.stringify({ version: 2, tokens: { one: 1 } });
			writeFileSync(join(folder, 'tokens.json'), text);
			const source = workspaces.open({ folder, vault });
			assert.deepEqual(await source.list(), []);
			assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), text);
		});

		it('refuses every change, says why and where, and changes no byte', async () => {
			const { folder, vault, ids, source } = await newer();
			const before = filesIn(folder);
			const secrets = [...vault.secrets];
			const refusal = (error: Error) => {
				assert.equal(error.name, 'ProblemError');
				assert.match(error.message, /newer version.*Update the extension/);
				assert.ok(error.message.includes(join(folder, 'tokens.json')));
				return true;
			};
			await assert.rejects(source.create({ name: 'new' }), refusal);
			await assert.rejects(source.delete(ids[0]!), refusal);
			assert.match(problemText(source.problem!), /newer version/);
			assert.deepEqual(filesIn(folder), before);
			assert.deepEqual([...vault.secrets], secrets);
		});

		it('leaves a damaged file to it while the backup is of its version', async () => {
			const { folder, vault, ids } = await newer();
			renameSync(join(folder, 'tokens.json'), join(folder, 'tokens.backup.json'));
			writeFileSync(join(folder, 'tokens.json'), '{"vers');
			const before = filesIn(folder);
			const source = workspaces.open({ folder, vault });
			await assertWhole(source, ids);
			await assert.rejects(source.create({ name: 'new' }), /newer version/);
			assert.deepEqual(filesIn(folder), before);
		});
	});

	describe('because it cannot be read or written', () => {
		// Root is forbidden nothing: it becomes somebody else for the time of a test.
		const isRoot = process.geteuid?.() === 0;
		beforeEach(() => isRoot && process.seteuid!(65_534));
		afterEach(() => isRoot && process.seteuid!(0));

		/** Asserts that every call is refused with `reason`, and that all is well again after `mend`. */
		async function assertRefused(
			{ folder, vault, ids }: { folder: string; vault: MemoryVault; ids: string[] },
			reason: RegExp,
			mend: () => void,
		): Promise<void> {
			const source = workspaces.open({ folder, vault });
			const refusal = (error: Error) => {
				assert.equal(error.name, 'ProblemError');
				assert.match(error.message, reason);
				assert.ok(error.message.includes(folder));
				return true;
			};
			await assert.rejects(source.list(), refusal);
			await assert.rejects(source.get(ids[0]!), refusal);
			await assert.rejects(source.create({ name: 'new' }), refusal);
			await assert.rejects(source.delete(ids[0]!), refusal);
			await assert.rejects(source.readKey(ids[0]!), refusal);
			assert.match(problemText(source.problem!), reason);
			assert.equal(vault.secrets.size, ids.length);
			mend();
			await assertWhole(source, ids);
			assert.equal(source.problem, undefined);
		}

		it('a folder stands in its place', async () => {
			const { folder, vault, ids } = await workspaces.filled('one');
			const main = join(folder, 'tokens.json');
			const content = readFileSync(main);
			rmSync(main);
			mkdirSync(main);
			await assertRefused({ folder, vault, ids }, /is a folder.*Move it away/, () => {
				rmSync(main, { recursive: true });
				writeFileSync(main, content);
			});
		});

		it('a file stands in the place of its folder', async () => {
			const { folder, vault, ids } = await workspaces.filled('one');
			renameSync(folder, `${folder}.away`);
			writeFileSync(folder, '');
			await assertRefused({ folder, vault, ids }, /cannot be (read|written)/, () => {
				rmSync(folder);
				renameSync(`${folder}.away`, folder);
			});
		});

		it('the backup cannot be read when it is needed: the damaged file stays where it is', async () => {
			const { folder, vault, ids } = await workspaces.filled('one');
			const content = readFileSync(join(folder, 'tokens.json'));
			writeFileSync(join(folder, 'tokens.json'), 'damaged');
			rmSync(join(folder, 'tokens.backup.json'));
			mkdirSync(join(folder, 'tokens.backup.json'));
			await assertRefused({ folder, vault, ids }, /is a folder/, () => {
				assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), 'damaged');
				writeFileSync(join(folder, 'tokens.json'), content);
			});
		});

		it('the file is gone and a folder stands in the place of its backup', async () => {
			const { folder, vault, ids } = await workspaces.filled('one');
			const [main, backup] = [join(folder, 'tokens.json'), join(folder, 'tokens.backup.json')];
			const content = readFileSync(main);
			rmSync(main);
			rmSync(backup);
			mkdirSync(backup);
			await assertRefused({ folder, vault, ids }, /tokens\.backup\.json is a folder\. Move it away and try again/, () => {
				rmSync(backup, { recursive: true });
				writeFileSync(main, content);
			});
		});

		it('its permissions forbid reading', async function () {
			skipWithoutPermissions(this);
			const { folder, vault, ids } = await workspaces.filled('one');
			chmodSync(join(folder, 'tokens.json'), 0);
			await assertRefused({ folder, vault, ids }, /no permission to read/, () => chmodSync(join(folder, 'tokens.json'), 0o600));
		});

		it('its folder forbids writing: what is there is still read', async function () {
			skipWithoutPermissions(this);
			const { folder, vault, ids } = await workspaces.filled('one');
			chmodSync(folder, 0o500);
			const source = workspaces.open({ folder, vault });
			await assertWhole(source, ids);
			await assert.rejects(source.create({ name: 'new' }), /no permission to write/);
			await assert.rejects(source.delete(ids[0]!), /no permission to write/);
			chmodSync(folder, 0o700);
			await assertWhole(source, ids);
			assert.equal(vault.secrets.size, 1);
		});

		it('its folder cannot be made', async function () {
			skipWithoutPermissions(this);
			const folder = await workspaces.folder();
			const root = dirname(dirname(dirname(folder)));
			chmodSync(root, 0o500);
			const source = workspaces.open({ folder });
			assert.deepEqual(await source.list(), []);
			await assert.rejects(source.create({ name: 'new' }), /no permission to write/);
			chmodSync(root, 0o700);
			assert.deepEqual(namesIn(root), []);
		});
	});
});

function skipWithoutPermissions(test: Mocha.Context): void {
	if (process.platform === 'win32') {
		test.skip();
	}
}
