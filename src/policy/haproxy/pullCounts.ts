import * as v from 'valibot';
import { DAY_MS } from '../../domain/token';
import { toUtcDate, type StatusClass } from '../../domain/tokenUsage';
import { COUNTS_TABLE } from './haproxyLimits';
import type { RuntimeInstance } from './pushPolicy';
import { RuntimeApi } from './runtimeApi';

/** Number of responses to requests with a token on a day. */
export interface InstanceCount {
	readonly tokenId: string;
	/** `yyyy-mm-dd`, UTC, by the clock of the instance. */
	readonly date: string;
	readonly statusClass: StatusClass;
	/** Name of the instance that counted. */
	readonly instance: string;
	/** Identifies the start of the instance since which it counts. */
	readonly run: string;
	readonly count: number;
}

/** What one instance returned: its own counts, and those that it got from its peers, which may be older. */
export interface InstanceCounts {
	/** Name of the instance. */
	readonly readFrom: string;
	readonly counts: readonly InstanceCount[];
}

/** An instance whose counts couldn't be read. */
export interface FailedInstance {
	readonly instance: string;
	readonly error: Error;
}

/** What the elements of an entry's array count. */
const STATUS_CLASSES: readonly StatusClass[] = ['2xx', '3xx', '4xx', '5xx'];

/** The table's keys: days since 1970, token, instance, and when the instance was started. */
const counterSchema = v.pipe(
	v.string(),
	v.regex(/^\d{5}\|SU(?:-\d{3}){3,}\|[\w-]{1,32}\|\d+$/),
	v.transform((key) => {
		const [day, tokenId = '', instance = '', run = ''] = key.split('|');
		return { tokenId, date: toUtcDate(new Date(Number(day) * DAY_MS)), instance, run };
	}),
);

/**
 * Reads what running instances have counted. Each also returns what it got from its peers, so counts of an instance that isn't running may still be
 * among those of the others. An instance that can't be read doesn't keep the others from being read.
 */
export async function pullCounts(
	instances: readonly RuntimeInstance[],
): Promise<{ readonly readings: readonly InstanceCounts[]; readonly failed: readonly FailedInstance[] }> {
	const readings: InstanceCounts[] = [];
	const failed: FailedInstance[] = [];
	const results = await Promise.allSettled(instances.map(({ socketPath }) => new RuntimeApi(socketPath).readTable(COUNTS_TABLE)));
	for (const [index, { name }] of instances.entries()) {
		const result = results[index]!;
		if (result.status === 'fulfilled') {
			readings.push({ readFrom: name, counts: parseCounts(result.value) });
		} else {
			failed.push({ instance: name, error: result.reason instanceof Error ? result.reason : new Error(String(result.reason)) });
		}
	}
	return { readings, failed };
}

/** Entries with other keys can only have been made by something else than the exported configuration, and are ignored. */
function parseCounts(table: ReadonlyMap<string, readonly number[]>): readonly InstanceCount[] {
	return [...table].flatMap(([key, counts]) => {
		const counter = v.safeParse(counterSchema, key);
		return counter.success
			? STATUS_CLASSES.map((statusClass, index) => ({ ...counter.output, statusClass, count: counts[index] ?? 0 })).filter(
					({ count }) => count > 0,
				)
			: [];
	});
}
