/**
 * Counts responses like a gateway, in its own process: node usageFileChild.js FOLDER [COUNT]
 * Once it receives input, it adds a response with status 200 to a token COUNT times, or until it's killed, and reports each addition.
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
	// Exits with its parent, which would otherwise kill it.
	process.stdin.on('end', () => process.exit());
	for (let added = 1; added <= Number(count); added++) {
		const now = new Date();
		await file.add({ 'SU-000-000-001': { days: [{ date: toUtcDate(now), statuses: { 200: 1 } }], lastUsed: now.toISOString() } });
		report({ added });
	}
	process.stdin.destroy();
}

/** Synchronous, so that a report isn't lost when the process is killed. */
function report(line: { readonly ready: true } | { readonly added: number }): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
