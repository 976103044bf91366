import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatProblem, type Problem } from '../../../../src/domain/problems';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { assertNoSecret, assertTokensReadable, readFiles, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

const MAIN_FILE = 'tokens.json';
const BACKUP_FILE = 'tokens.backup.json';
const isDamagedFile = (name: string) => name.includes('damaged');

describe('Recovery of the token file', () => {
	const workspaces = new Workspaces();

	/** Opens a window and collects what it reports. */
	function openWithReports(folder: string, vault: MemoryVault) {
		const source = workspaces.open({ folder, vault });
		const reports: Problem[] = [];
		source.onDidRecover((report) => reports.push(report));
		return { source, reports };
	}

	/** Asserts that all tokens are restored and `damaged` was set aside and reported; then removes it. */
	async function assertRecovered(folder: string, vault: MemoryVault, ids: string[], damaged: Uint8Array): Promise<void> {
		const { source, reports } = openWithReports(folder, vault);
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		source.dispose();
		const aside = listSortedFileNames(folder).filter(isDamagedFile);
		assert.equal(aside.length, 1);
		const asidePath = join(folder, aside[0]!);
		assert.deepEqual([...readFileSync(asidePath)], [...damaged]);
		assert.deepEqual(
			reports.map(({ args }) => args),
			[[join(folder, MAIN_FILE), asidePath]],
		);
		assert.match(formatProblem(reports[0]!), /was damaged.*restored from backup/);
		assert.deepEqual(readFileSync(join(folder, MAIN_FILE)), readFileSync(join(folder, BACKUP_FILE)));
		assert.equal(source.problem, undefined);
		rmSync(asidePath);
	}

	it('restores a file that is truncated at any byte', async () => {
		// Several in parallel, because each waits for the disk most of the time.
		const workers = 8;
		const truncate = async (worker: number) => {
			const { folder, vault, ids } = await workspaces.createFilled('zwei – 二');
			const content = readFileSync(join(folder, MAIN_FILE));
			// Without its last character, a line break, the file is still valid.
			for (let length = worker; length < content.length - 1; length += workers) {
				writeFileSync(join(folder, MAIN_FILE), content.subarray(0, length));
				await assertRecovered(folder, vault, ids, content.subarray(0, length));
			}
		};
		await Promise.all(Array.from({ length: workers }, (_, worker) => truncate(worker)));
	});

	it('keeps the file and updates the backup if the backup is truncated at any byte', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const content = readFileSync(join(folder, BACKUP_FILE));
		for (let length = 0; length < content.length; length += 7) {
			writeFileSync(join(folder, BACKUP_FILE), content.subarray(0, length));
			const source = workspaces.open({ folder, vault });
			await assertTokensReadable(source, ids);
			await source.whenSwept;
			assert.deepEqual(readFileSync(join(folder, BACKUP_FILE)), content);
		}
		assert.deepEqual(listSortedFileNames(folder).filter(isDamagedFile), []);
	});

	it('restores a file with any invalid content', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
		const content = readFileSync(join(folder, MAIN_FILE), 'utf8');
		const store = JSON.parse(content) as { tokens: Record<string, unknown>[] };
		const toBytes = (text: string) => new TextEncoder().encode(text);
		const invalidContents = fc.oneof(
			fc.uint8Array({ maxLength: 200 }),
			fc.nat(2000).map((length) => new Uint8Array(length)),
			fc.json({ maxDepth: 3 }).map(toBytes),
			// Zeros where a system crash lost a block.
			fc.nat(content.length - 2).map((at) => toBytes(content).fill(0, at, at + 512)),
			// A field of a token is missing or has another type.
			fc
				.tuple(fc.constantFrom(...Object.keys(store.tokens[0]!)), fc.constantFrom(undefined, 1, [1], { at: 'yesterday' }))
				.map(([field, value]) => ({ ...store, tokens: [{ ...store.tokens[0], [field]: value }] }))
				.map((other) => toBytes(JSON.stringify(other))),
			fc.constantFrom(0, -1, 0.5, '1', null).map((version) => toBytes(JSON.stringify({ ...store, version }))),
			fc.constant(toBytes(JSON.stringify({ ...store, tokens: [store.tokens[0], store.tokens[0]] }))),
		);
		await fc.assert(
			fc.asyncProperty(invalidContents, async (bytes) => {
				writeFileSync(join(folder, MAIN_FILE), bytes);
				await assertRecovered(folder, vault, ids, bytes);
			}),
			{ numRuns: 100 },
		);
	});

	it('restores a missing file from its backup', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		rmSync(join(folder, MAIN_FILE));
		const { source, reports } = openWithReports(folder, vault);
		await assertTokensReadable(source, ids);
		assert.match(formatProblem(reports[0]!), /was missing.*restored from backup/);
		assert.equal(reports.length, 1);
	});

	it('restores a file that is damaged while a window is open, on reads and on changes', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const { source, reports } = openWithReports(folder, vault);
		await assertTokensReadable(source, ids);
		writeFileSync(join(folder, MAIN_FILE), '{');
		const { id } = await source.create({ name: 'two' });
		await assertTokensReadable(source, [...ids, id]);
		writeFileSync(join(folder, MAIN_FILE), '');
		await assertTokensReadable(source, [...ids, id]);
		assert.equal(reports.length, 2);
	});

	it('sets the file and its backup aside if both are damaged, and starts with an empty list', async () => {
		const { folder, vault } = await workspaces.createFilled('one');
		writeFileSync(join(folder, MAIN_FILE), 'main');
		writeFileSync(join(folder, BACKUP_FILE), 'backup');
		const { source, reports } = openWithReports(folder, vault);
		assert.deepEqual(await source.list(), []);
		const kept = Object.entries(readFiles(folder)).filter(([name]) => isDamagedFile(name));
		assert.deepEqual(kept.map(([, bytes]) => bytes.toString()).sort(), ['backup', 'main']);
		assert.equal(reports.length, 1);
		kept.forEach(([name]) => assert.ok(formatProblem(reports[0]!).includes(join(folder, name))));
		const { id } = await source.create({ name: 'new' });
		await assertTokensReadable(workspaces.open({ folder, vault }), [id]);
	});

	describe('with unreadable records', () => {
		interface RawStore {
			tokens: Record<string, unknown>[];
		}

		/** Damages a file of the store like a manual edit. */
		function edit(path: string, change: (tokens: RawStore['tokens']) => void): string {
			const store = JSON.parse(readFileSync(path, 'utf8')) as RawStore;
			change(store.tokens);
			const text = JSON.stringify(store);
			writeFileSync(path, text);
			return text;
		}

		/** Asserts that the report has the number of missing records and names all files set aside, which contain `contents`. */
		function assertReported(folder: string, reports: readonly Problem[], missing: number, contents: readonly string[]): void {
			assert.equal(reports.length, 1);
			const [report] = reports;
			const kept = Object.entries(readFiles(folder)).filter(([name]) => isDamagedFile(name));
			assert.deepEqual(kept.map(([, bytes]) => bytes.toString()).sort(), [...contents].sort());
			kept.forEach(([name]) => assert.ok(formatProblem(report!).includes(join(folder, name))));
			assert.match(
				formatProblem(report!),
				missing > 0 ? new RegExp(`${missing} tokens? couldn't be read or restored from backup`) : /restored from backup/,
			);
		}

		it('restores the records from the backup, and keeps edits of the others', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one', 'two', 'three');
			const damaged = edit(join(folder, MAIN_FILE), (tokens) => {
				tokens[0]!.name = 'edited manually';
				tokens[1]!.enabled = 'sometimes';
			});
			const { source, reports } = openWithReports(folder, vault);
			await assertTokensReadable(source, ids);
			assert.equal((await source.get(ids[0]!))?.name, 'edited manually');
			assertReported(folder, reports, 0, [damaged]);
		});

		it('keeps the other records if the backup is damaged, too, and reports the missing ones but keeps their keys', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one', 'two', 'three');
			const damage = (tokens: RawStore['tokens']) => {
				tokens[1]!.created = null;
				tokens[2]!.id = tokens[0]!.id;
			};
			const contents = [MAIN_FILE, BACKUP_FILE].map((name) => edit(join(folder, name), damage));
			const { source, reports } = openWithReports(folder, vault);
			await assertTokensReadable(source, [ids[0]!]);
			assertReported(folder, reports, 2, contents);
			await source.whenSwept;
			assert.equal(vault.secrets.size, 3);

			// A manual repair brings everything back.
			const [aside] = listSortedFileNames(folder).filter(isDamagedFile);
			const repaired = JSON.parse(readFileSync(join(folder, aside!), 'utf8')) as RawStore;
			repaired.tokens[1]!.created = repaired.tokens[0]!.created;
			repaired.tokens[2]!.id = ids[2];
			writeFileSync(join(folder, MAIN_FILE), JSON.stringify(repaired));
			await assertTokensReadable(workspaces.open({ folder, vault }), ids);
		});

		it('keeps the other records without a backup', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
			rmSync(join(folder, BACKUP_FILE));
			const damaged = edit(join(folder, MAIN_FILE), (tokens) => tokens.push({ ...tokens[0]!, id: 'SU-1' }));
			const { source, reports } = openWithReports(folder, vault);
			await assertTokensReadable(source, ids);
			assertReported(folder, reports, 1, [damaged]);
		});

		it('restores the remaining records of the backup if the file cannot be read at all', async () => {
			const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
			writeFileSync(join(folder, MAIN_FILE), 'nothing');
			const damaged = edit(join(folder, BACKUP_FILE), (tokens) => (tokens[0] = {}));
			const { source, reports } = openWithReports(folder, vault);
			await assertTokensReadable(source, [ids[1]!]);
			assertReported(folder, reports, 1, ['nothing', damaged]);
		});
	});

	it('never overwrites a file that was set aside earlier', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const clock = () => new Date('2030-01-01T00:00:00Z');
		for (const damage of ['1', '2', '3']) {
			writeFileSync(join(folder, MAIN_FILE), damage);
			const source = workspaces.open({ folder, vault, clock });
			await assertTokensReadable(source, ids);
			await source.whenSwept;
		}
		const kept = Object.entries(readFiles(folder)).filter(([name]) => isDamagedFile(name));
		assert.deepEqual(kept.map(([, bytes]) => bytes.toString()).sort(), ['1', '2', '3']);
		assert.ok(kept.every(([name]) => name.startsWith('tokens.damaged-2030-01-01T00-00-00.000Z')));
	});

	it('leaves no secret in a file that was set aside', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		writeFileSync(join(folder, MAIN_FILE), readFileSync(join(folder, MAIN_FILE)).subarray(0, -20));
		await assertTokensReadable(workspaces.open({ folder, vault }), ids);
		assert.equal(listSortedFileNames(folder).filter(isDamagedFile).length, 1);
		assertNoSecret(readFiles(folder), vault.secrets.values());
	});

	it('repairs the file once if several windows read it', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		writeFileSync(join(folder, MAIN_FILE), '');
		const windows = Array.from({ length: 5 }, () => openWithReports(folder, vault));
		await Promise.all(windows.map(({ source }) => assertTokensReadable(source, ids)));
		assert.equal(windows.flatMap(({ reports }) => reports).length, 1);
		assert.equal(listSortedFileNames(folder).filter(isDamagedFile).length, 1);
	});

	it('reads a file that was edited manually, with white space and a byte order mark', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
		const { tokens } = JSON.parse(readFileSync(join(folder, MAIN_FILE), 'utf8')) as { tokens: { name: string }[] };
		tokens[0]!.name = 'manual';
		writeFileSync(join(folder, MAIN_FILE), `\ufeff\r\n ${JSON.stringify({ tokens, version: 1 })}`);
		const { source, reports } = openWithReports(folder, vault);
		await assertTokensReadable(source, ids);
		assert.equal((await source.get(ids[0]!))?.name, 'manual');
		assert.deepEqual(reports, []);
	});
});
