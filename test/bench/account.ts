import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectSource } from '../../src/sources/connect/connectSource';
import { root } from '../host/paths';
import type { Asked, PlatformPlace } from '../support/connect/child';
import { median, milliseconds, type Row } from './table';

/** Of every answer of the platform, in milliseconds. */
const LATENCY = 50;
const RUNS = 5;

/** What one reading of a list came to. */
interface Reading extends Asked {
	/** Milliseconds until there was something to show, and until there was all. */
	readonly first: number;
	readonly all: number;
}

/** The list of an account read for the first time, opened again and refreshed, by the number of its tokens. */
export async function measureAccount(counts: readonly number[]): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const count of counts) {
		const platform = fork(join(root, 'out/test/support/connect/child.js'), [String(count), String(LATENCY)]);
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
	const place = await sentBy<PlatformPlace>(platform);
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const listed: Reading[] = [];
	const opened: Reading[] = [];
	const refreshed: Reading[] = [];
	try {
		// The first does not count: it opens connections and warms both sides up.
		for (let run = 0; run <= RUNS; run++) {
			const cacheFile = join(folder, `${run}.json`);
			const fresh = open(place, cacheFile);
			listed.push(
				await measure(
					platform,
					() => fresh.list('now'),
					() => fresh.list('all'),
				),
			);
			await fresh.catalogue();
			refreshed.push(
				await measure(
					platform,
					() => fresh.list('now'),
					() => fresh.reload(),
				),
			);
			await fresh.written;
			fresh.dispose();
			const again = open(place, cacheFile);
			opened.push(
				await measure(
					platform,
					() => again.list('now'),
					() => again.list('all'),
				),
			);
			again.dispose();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return [
		{ what: `list ${count} tokens for the first time`, figure: figure(listed.slice(1)) },
		{ what: `refresh ${count} tokens`, figure: figure(refreshed.slice(1)) },
		{ what: `open ${count} tokens again, from the file`, figure: figure(opened.slice(1)) },
	];
}

function open({ endpoint, account, key }: PlatformPlace, cacheFile: string): ConnectSource {
	return new ConnectSource({
		id: account.id,
		account: { ...account, endpoint },
		credential: { read: () => Promise.resolve(key), replace: () => Promise.resolve() },
		cacheFile,
		clock: () => new Date(),
		expiringDays: () => 7,
	});
}

async function measure(platform: ChildProcess, first: () => Promise<unknown>, all: () => Promise<unknown>): Promise<Reading> {
	await askedOf(platform);
	const begin = performance.now();
	const whole = all().then(() => performance.now());
	await first();
	const shown = performance.now();
	const end = await whole;
	return { ...(await askedOf(platform)), first: shown - begin, all: end - begin };
}

function askedOf(platform: ChildProcess): Promise<Asked> {
	const asked = sentBy<Asked>(platform);
	platform.send('asked');
	return asked;
}

async function sentBy<T>(platform: ChildProcess): Promise<T> {
	const [message] = (await once(platform, 'message')) as [T];
	return message;
}

function figure(readings: readonly Reading[]): string {
	const [requests, bytes, first, all] = (['requests', 'bytes', 'first', 'all'] as const).map((what) =>
		median(readings.map((one) => one[what])),
	);
	const size = `${(bytes! / 1000).toFixed(0)} KB`;
	return `${requests!} requests ${size.padStart(8)}  first row ${milliseconds(first!).padStart(8)}  all ${milliseconds(all!).padStart(8)}`;
}
