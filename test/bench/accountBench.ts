import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectSource } from '../../src/sources/connect/connectSource';
import { repositoryRoot } from '../host/paths';
import type { RequestSummary, PlatformInfo } from '../support/connect/platformChild';
import { median, milliseconds, type Row } from './resultTable';

/** Latency of each response of the platform, in milliseconds. */
const LATENCY_MS = 50;
const RUN_COUNT = 5;

/** Requests and times of reading a list once. */
interface RequestFigures extends RequestSummary {
	/** Time until the first tokens could be shown, in milliseconds. */
	readonly first: number;
	/** Time until the list was complete, in milliseconds. */
	readonly all: number;
}

/** Measures listing an account's tokens for the first time, from the cache, and after a refresh, for each number of tokens. */
export async function measureAccount(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const platform = fork(join(repositoryRoot, 'out/test/support/connect/platformChild.js'), [String(count), String(LATENCY_MS)]);
		try {
			rows.push(...(await measureList(count, platform)));
		} finally {
			platform.disconnect();
			await once(platform, 'exit');
		}
	}
	return rows;
}

async function measureList(count: number, platform: ChildProcess): Promise<readonly Row[]> {
	const platformInfo = await nextMessage<PlatformInfo>(platform);
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const firstLists: RequestFigures[] = [];
	const cachedLists: RequestFigures[] = [];
	const refreshes: RequestFigures[] = [];
	try {
		// The first run isn't counted: it opens connections and warms up both sides.
		for (let run = 0; run <= RUN_COUNT; run++) {
			const cacheFile = join(folder, `${run}.json`);
			const source = createSource(platformInfo, cacheFile);
			firstLists.push(
				await measure(
					platform,
					() => source.list('available'),
					() => source.list('complete'),
				),
			);
			await source.getCatalog();
			refreshes.push(
				await measure(
					platform,
					() => source.list('available'),
					() => source.reload(),
				),
			);
			await source.whenCacheWritten;
			source.dispose();
			const cachedSource = createSource(platformInfo, cacheFile);
			cachedLists.push(
				await measure(
					platform,
					() => cachedSource.list('available'),
					() => cachedSource.list('complete'),
				),
			);
			cachedSource.dispose();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return [
		{ label: `list ${count} tokens for the first time`, figure: formatFigures(firstLists.slice(1)) },
		{ label: `refresh ${count} tokens`, figure: formatFigures(refreshes.slice(1)) },
		{ label: `list ${count} tokens from the cache`, figure: formatFigures(cachedLists.slice(1)) },
	];
}

function createSource({ endpoint, account, key }: PlatformInfo, cacheFile: string): ConnectSource {
	return new ConnectSource({
		id: account.id,
		account: { ...account, endpoint },
		accountKeyStore: { read: () => Promise.resolve(key), replace: () => Promise.resolve() },
		cacheFile,
		clock: () => new Date(),
		expiringDays: () => 7,
	});
}

/** Measures both calls, which run at the same time, and counts their requests. */
async function measure(
	platform: ChildProcess,
	listFirst: () => Promise<unknown>,
	listAll: () => Promise<unknown>,
): Promise<RequestFigures> {
	await readRequestSummary(platform);
	const start = performance.now();
	const completed = listAll().then(() => performance.now());
	await listFirst();
	const firstListed = performance.now();
	const allListed = await completed;
	return { ...(await readRequestSummary(platform)), first: firstListed - start, all: allListed - start };
}

function readRequestSummary(platform: ChildProcess): Promise<RequestSummary> {
	const summary = nextMessage<RequestSummary>(platform);
	platform.send('summary');
	return summary;
}

async function nextMessage<T>(platform: ChildProcess): Promise<T> {
	const [message] = (await once(platform, 'message')) as [T];
	return message;
}

function formatFigures(figures: readonly RequestFigures[]): string {
	const [requests, bytes, first, all] = (['requests', 'bytes', 'first', 'all'] as const).map((name) =>
		median(figures.map((run) => run[name])),
	);
	const size = `${(bytes! / 1000).toFixed(0)} KB`;
	return `${requests!} requests ${size.padStart(8)}  first row ${milliseconds(first!).padStart(8)}  all ${milliseconds(all!).padStart(8)}`;
}
