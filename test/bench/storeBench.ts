import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import { TokenAuthenticator } from '../../src/gateway/tokenAuthenticator';
import { getStoreFiles } from '../../src/sources/workspace/storeFiles';
import { readStore } from '../../src/sources/workspace/storeRecovery';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { createTestRecord, seedTokens, workspaceStoreFolder } from '../support/seedTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { median, milliseconds, type Row } from './resultTable';

const RUNS = 15;

/**
 * Measures opening a store, listing its tokens, and changing them, for each number of tokens. Also measures what can't be avoided on the same
 * machine at the same time: to read and parse a file of this size, and to serialize it and write it twice.
 */
export async function measureStore(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const root = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
		const folders = { folder: root, userDataDir: root };
		const tokens = Array.from({ length: count }, (_, index) => createTestRecord(index));
		await seedTokens(folders, tokens);
		const folder = workspaceStoreFolder(folders);
		const { main } = getStoreFiles(folder);
		const createSource = () =>
			new WorkspaceSource({
				folder,
				vault: new MemoryVault(),
				clock: () => new Date(),
				random: randomBytes,
				userName: 'bench',
				expiringDays: () => 7,
				modules: () => [],
				log: silentLog,
			});
		const own = createSource();
		const other = createSource();
		const { id } = await own.create({ name: 'Changed' });
		let snapshot = await readStore(getStoreFiles(folder));
		let authenticator = new TokenAuthenticator(snapshot!.tokens);
		const measured: Record<string, () => Promise<unknown>> = {
			'read and parse the file': async () => JSON.parse(await readFile(main, 'utf8')) as unknown,
			'serialize it and write it twice': async () => {
				const text = JSON.stringify({ version: 1, tokens }, undefined, '\t');
				await writeAndFlush(`${main}.1`, text);
				await writeAndFlush(`${main}.2`, text);
			},
			'open and list': async () => {
				const source = createSource();
				await source.list();
				await source.whenSwept;
				source.dispose();
			},
			'list again': () => own.list(),
			'create a token': () => own.create({ name: 'New token' }),
			'list in another window after that': () => other.list(),
			'read in the gateway after that': async () => {
				snapshot = await readStore(getStoreFiles(folder), snapshot);
				authenticator = new TokenAuthenticator(snapshot!.tokens, authenticator);
			},
			'disable or enable a token': async () => ((await own.get(id))?.status === 'inactive' ? own.enable(id) : own.disable(id)),
			'the same in another window': async () => ((await other.get(id))?.status === 'inactive' ? other.enable(id) : other.disable(id)),
			'delete a token': async () => own.delete((await own.list()).at(-1)!.id),
		};
		for (const [label, times] of await measureTogether(measured)) {
			const cpu = milliseconds(median(times.map((time) => time.cpu)));
			rows.push({ label: `${count} tokens: ${label}`, figure: `${milliseconds(median(times.map((time) => time.wall)))} (CPU ${cpu})` });
		}
		own.dispose();
		other.dispose();
		await rm(root, { recursive: true, force: true });
	}
	return rows;
}

interface Time {
	readonly wall: number;
	readonly cpu: number;
}

/** Runs the actions in turn, so that all of them are affected equally by what else the machine does. The first round isn't counted. */
async function measureTogether(actions: Record<string, () => Promise<unknown>>): Promise<ReadonlyMap<string, readonly Time[]>> {
	const times = new Map(Object.keys(actions).map((label): [string, Time[]] => [label, []]));
	for (let round = 0; round <= RUNS; round++) {
		for (const [label, action] of Object.entries(actions)) {
			const cpuStart = process.cpuUsage();
			const start = performance.now();
			await action();
			const wall = performance.now() - start;
			const { user, system } = process.cpuUsage(cpuStart);
			if (round > 0) {
				times.get(label)!.push({ wall, cpu: (user + system) / 1000 });
			}
		}
	}
	return times;
}

async function writeAndFlush(path: string, text: string): Promise<void> {
	const file = await open(path, 'w');
	await file.writeFile(text);
	await file.sync();
	await file.close();
}
