/**
 * A gateway's counting in a process of its own: node usageFileChild.js FOLDER [COUNT]
 * It adds a response of 200 to one token COUNT times, or until it is killed, once its input says so, and reports every addition that is done.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { toUtcDate } from '../../../src/domain/tokenUsage';
import { UsageFile } from '../../../src/sources/workspace/usageFile';
import { silentLog } from '../../../src/domain/log';

const [folder = '', count = 'Infinity'] = process.argv.slice(2);
const file = new UsageFile(folder, () => new Date(), silentLog);

void addUsage();

async function addUsage(): Promise<void> {
	report({ ready: true });
	await once(process.stdin, 'data');
	// Nobody is left to kill it once its parent has gone.
	process.stdin.on('end', () => process.exit());
	for (let added = 1; added <= Number(count); added++) {
		const now = new Date();
		await file.add({ 'SU-000-000-001': { days: [{ date: toUtcDate(now), statuses: { 200: 1 } }], lastUsed: now.toISOString() } });
		report({ added });
	}
	process.stdin.destroy();
}

/** Written at once: what is reported must not be lost with the process. */
function report(line: { readonly ready: true } | { readonly added: number }): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
