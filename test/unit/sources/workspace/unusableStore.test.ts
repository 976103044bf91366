import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatProblem } from '../../../../src/domain/problems';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { assertTokensReadable, readFiles, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

describe('Workspace source with a file', () => {
	const workspaces = new Workspaces();

	describe('from a newer version', () => {
		/** Creates a workspace whose file has the next version; `change` can modify its tokens, too. */
		async function writeNewerStore(change: (token: object, index: number) => unknown = (token) => token) {
			const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
			const store = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as { tokens: object[] };
			const text = JSON.stringify({ version: STORE_VERSION + 1, tokens: store.tokens.map(change), more: true });
			writeFileSync(join(folder, 'tokens.json'), text);
			return { folder, vault, ids, source: workspaces.open({ folder, vault }) };
		}

		it('lists valid tokens and their keys', async () => {
			const { source, ids } = await writeNewerStore((token) => ({ ...token, more: true }));
			await assertTokensReadable(source, ids);
		});

		it('skips invalid tokens', async () => {
			const { source, ids } = await writeNewerStore((token, index) => (index === 0 ? token : { ...token, enabled: 'sometimes' }));
			await assertTokensReadable(source, [ids[0]!]);
		});

		it('returns only known fields, and each token once', async () => {
			const { folder, source, ids } = await writeNewerStore((token) => ({ ...token, more: true }));
			const store = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8')) as { tokens: object[] };
			writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ ...store, tokens: [...store.tokens, ...store.tokens] }));
			const listed = await source.list();
			assert.deepEqual(
				listed.map(({ id }) => id),
				ids,
			);
			listed.forEach((token) => assert.ok(!('more' in token)));
		});

		it('lists nothing if the tokens have another format, and leaves the file unchanged', async () => {
			const { folder, vault } = await workspaces.createFilled('one');
			const text = JSON.stringify({ version: STORE_VERSION + 1, tokens: { one: 1 } });
			writeFileSync(join(folder, 'tokens.json'), text);
			const source = workspaces.open({ folder, vault });
			assert.deepEqual(await source.list(), []);
			assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), text);
		});

		it('rejects changes with the reason and the path, and leaves all files unchanged', async () => {
			const { folder, vault, ids, source } = await writeNewerStore();
			const before = readFiles(folder);
			const secrets = [...vault.secrets];
			const isExpectedError = (error: Error) => {
				assert.equal(error.name, 'ProblemError');
				assert.match(error.message, /newer version.*Update the extension/);
				assert.ok(error.message.includes(join(folder, 'tokens.json')));
				return true;
			};
			await assert.rejects(source.create({ name: 'new' }), isExpectedError);
			await assert.rejects(source.delete(ids[0]!), isExpectedError);
			assert.match(formatProblem(source.problem!), /newer version/);
			assert.deepEqual(readFiles(folder), before);
			assert.deepEqual([...vault.secrets], secrets);
		});

		it('does not repair a damaged file if the backup has the newer version', async () => {
			const { folder, vault, ids } = await writeNewerStore();
			renameSync(join(folder, 'tokens.json'), join(folder, 'tokens.backup.json'));
			writeFileSync(join(folder, 'tokens.json'), '{"vers');
			const before = readFiles(folder);
			const source = workspaces.open({ folder, vault });
			await assertTokensReadable(source, ids);
			await assert.rejects(source.create({ name: 'new' }), /newer version/);
			assert.deepEqual(readFiles(folder), before);
		});
	});

	describe('that cannot be read or written', () => {
		// Permissions don't apply to root, so the test runs as another user.
		const isRoot = process.geteuid?.() === 0;
		beforeEach(() => isRoot && process.seteuid!(65_534));
		afterEach(() => isRoot && process.seteuid!(0));

		/** Asserts that every call is rejected with `reason`, and succeeds after `repair`. */
		async function assertRejected(
			{ folder, vault, ids }: { folder: string; vault: MemoryVault; ids: string[] },
			reason: RegExp,
			repair: () => void,
		): Promise<void> {
			const source = workspaces.open({ folder, vault });
			const isExpectedError = (error: Error) => {
				assert.equal(error.name, 'ProblemError');
				assert.match(error.message, reason);
				assert.ok(error.message.includes(folder));
				return true;
			};
			await assert.rejects(source.list(), isExpectedError);
			await assert.rejects(source.get(ids[0]!), isExpectedError);
			await assert.rejects(source.create({ name: 'new' }), isExpectedError);
			await assert.rejects(source.delete(ids[0]!), isExpectedError);
			await assert.rejects(source.readKey(ids[0]!), isExpectedError);
			assert.match(formatProblem(source.problem!), reason);
			assert.equal(vault.secrets.size, ids.length);
			repair();
			await assertTokensReadable(source, ids);
			assert.equal(source.problem, undefined);
		}

		it('reports a folder in place of the file', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one');
			const main = join(folder, 'tokens.json');
			const content = readFileSync(main);
			rmSync(main);
			mkdirSync(main);
			await assertRejected({ folder, vault, ids }, /it's a folder.*Move it to another location/, () => {
				rmSync(main, { recursive: true });
				writeFileSync(main, content);
			});
		});

		it('reports a file in place of the folder', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one');
			renameSync(folder, `${folder}.away`);
			writeFileSync(folder, '');
			await assertRejected({ folder, vault, ids }, /Couldn't (read|save)/, () => {
				rmSync(folder);
				renameSync(`${folder}.away`, folder);
			});
		});

		it('reports an unreadable backup that it needs, and leaves the damaged file in place', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one');
			const content = readFileSync(join(folder, 'tokens.json'));
			writeFileSync(join(folder, 'tokens.json'), 'damaged');
			rmSync(join(folder, 'tokens.backup.json'));
			mkdirSync(join(folder, 'tokens.backup.json'));
			await assertRejected({ folder, vault, ids }, /it's a folder/, () => {
				assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), 'damaged');
				writeFileSync(join(folder, 'tokens.json'), content);
			});
		});

		it('reports a folder in place of the backup if the file is missing', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one');
			const [main, backup] = [join(folder, 'tokens.json'), join(folder, 'tokens.backup.json')];
			const content = readFileSync(main);
			rmSync(main);
			rmSync(backup);
			mkdirSync(backup);
			await assertRejected(
				{ folder, vault, ids },
				/tokens\.backup\.json because it's a folder\. Move it to another location and try again/,
				() => {
					rmSync(backup, { recursive: true });
					writeFileSync(main, content);
				},
			);
		});

		it('reports that permissions deny reading the file', async function () {
			skipWithoutPermissions(this);
			const { folder, vault, ids } = await workspaces.createFilled('one');
			chmodSync(join(folder, 'tokens.json'), 0);
			await assertRejected({ folder, vault, ids }, /don't have permission to read/, () => chmodSync(join(folder, 'tokens.json'), 0o600));
		});

		it('reports a read-only folder, but still reads the existing tokens', async function () {
			skipWithoutPermissions(this);
			const { folder, vault, ids } = await workspaces.createFilled('one');
			chmodSync(folder, 0o500);
			const source = workspaces.open({ folder, vault });
			await assertTokensReadable(source, ids);
			await assert.rejects(source.create({ name: 'new' }), /don't have permission to write/);
			await assert.rejects(source.delete(ids[0]!), /don't have permission to write/);
			chmodSync(folder, 0o700);
			await assertTokensReadable(source, ids);
			assert.equal(vault.secrets.size, 1);
		});

		it('reports that the folder cannot be created', async function () {
			skipWithoutPermissions(this);
			const folder = await workspaces.folder();
			const root = dirname(dirname(dirname(folder)));
			chmodSync(root, 0o500);
			const source = workspaces.open({ folder });
			assert.deepEqual(await source.list(), []);
			await assert.rejects(source.create({ name: 'new' }), /don't have permission to write/);
			chmodSync(root, 0o700);
			assert.deepEqual(listSortedFileNames(root), []);
		});
	});
});

function skipWithoutPermissions(test: Mocha.Context): void {
	if (process.platform === 'win32') {
		test.skip();
	}
}
