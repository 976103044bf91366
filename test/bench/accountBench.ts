import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import { ConnectSource } from '../../src/sources/connect/connectSource';
import { repositoryRoot } from '../host/paths';
import type { RequestSummary, PlatformInfo } from '../support/connect/platformChild';
import { median, milliseconds, type Row } from './resultTable';

/** Of every answer of the platform, in milliseconds. */
const LATENCY_MS = 50;
const RUN_COUNT = 5;

/** What one reading of a list came to. */
interface RequestFigures extends RequestSummary {
	/** Milliseconds until there was something to show, and until there was all. */
	readonly first: number;
	readonly all: number;
}

/** The list of an account read for the first time, opened again and refreshed, by the number of its tokens. */
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
	const place = await sentBy<PlatformInfo>(platform);
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const listed: RequestFigures[] = [];
	const opened: RequestFigures[] = [];
	const refreshed: RequestFigures[] = [];
	try {
		// The first does not count: it opens connections and warms both sides up.
		for (let run = 0; run <= RUN_COUNT; run++) {
			const cacheFile = join(folder, `${run}.json`);
			const fresh = open(place, cacheFile);
			listed.push(
				await measure(
					platform,
					() => fresh.list('available'),
					() => fresh.list('complete'),
				),
			);
			await fresh.getCatalog();
			refreshed.push(
				await measure(
					platform,
					() => fresh.list('available'),
					() => fresh.reload(),
				),
			);
			await fresh.whenCacheWritten;
			fresh.dispose();
			const again = open(place, cacheFile);
			opened.push(
				await measure(
					platform,
					() => again.list('available'),
					() => again.list('complete'),
				),
			);
			again.dispose();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return [
		{ label: `list ${count} tokens for the first time`, figure: figure(listed.slice(1)) },
		{ label: `refresh ${count} tokens`, figure: figure(refreshed.slice(1)) },
		{ label: `open ${count} tokens again, from the file`, figure: figure(opened.slice(1)) },
	];
}

function open({ endpoint, account, key }: PlatformInfo, cacheFile: string): ConnectSource {
	return new ConnectSource({
		id: account.id,
		account: { ...account, endpoint },
		accountKeyStore: { read: () => Promise.resolve(key), replace: () => Promise.resolve() },
		cacheFile,
		clock: () => new Date(),
		expiringDays: () => 7,
		log: silentLog,
	});
}

async function measure(platform: ChildProcess, first: () => Promise<unknown>, all: () => Promise<unknown>): Promise<RequestFigures> {
	await readRequestSummary(platform);
	const begin = performance.now();
	const whole = all().then(() => performance.now());
	await first();
	const shown = performance.now();
	const end = await whole;
	return { ...(await readRequestSummary(platform)), first: shown - begin, all: end - begin };
}

function readRequestSummary(platform: ChildProcess): Promise<RequestSummary> {
	const asked = sentBy<RequestSummary>(platform);
	platform.send('asked');
	return asked;
}

async function sentBy<T>(platform: ChildProcess): Promise<T> {
	const [message] = (await once(platform, 'message')) as [T];
	return message;
}

function figure(readings: readonly RequestFigures[]): string {
	const [requests, bytes, first, all] = (['requests', 'bytes', 'first', 'all'] as const).map((what) =>
		median(readings.map((one) => one[what])),
	);
	const size = `${(bytes! / 1000).toFixed(0)} KB`;
	return `${requests!} requests ${size.padStart(8)}  first row ${milliseconds(first!).padStart(8)}  all ${milliseconds(all!).padStart(8)}`;
}
