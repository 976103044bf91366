import * as v from 'valibot';
import type { StatusClass } from '../../domain/tokenUsage';
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

/** Name of the stick table with the counts. */
const TABLE = 'counts';

/** The table's keys: token, date, status class, instance, and when the instance was started. */
const counterSchema = v.pipe(
	v.string(),
	v.regex(/^SU(?:-\d{3}){3,}\|\d{8}\|[2-5]\|[\w-]{1,32}\|\d+$/),
	v.transform((key) => {
		const [tokenId = '', date = '', statusClass = '', instance = '', run = ''] = key.split('|');
		return {
			tokenId,
			date: date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
			statusClass: `${statusClass}xx` as StatusClass,
			instance,
			run,
		};
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
	const results = await Promise.allSettled(instances.map(({ socketPath }) => new RuntimeApi(socketPath).readTable(TABLE)));
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
function parseCounts(table: ReadonlyMap<string, number>): readonly InstanceCount[] {
	return [...table].flatMap(([key, count]) => {
		const counter = v.safeParse(counterSchema, key);
		return counter.success ? [{ ...counter.output, count }] : [];
	});
}
