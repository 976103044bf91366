/**
 * A window in its own process that adopts the tokens of a moved workspace: node adoptionChild.js ROOT NAME
 * Its vaults are slow, so that it can be killed between any two steps. It reports when it starts and when it's done.
 */
import { writeSync } from 'node:fs';
import { SlowVault } from '../vaults/windowVault';
import { Places } from './places';
import type { Report } from './reportingProcess';

const [root = '', name = ''] = process.argv.slice(2);

// Exits with its parent, which would otherwise kill it.
process.stdin.resume().on('end', () => process.exit());
void adopt();

async function adopt(): Promise<void> {
	const { adoption } = new Places(root).open(name, { wrapVault: (vault) => new SlowVault(vault) });
	const found = await adoption.find();
	report({ ready: true });
	for (const tokens of found) {
		await adoption.adopt(tokens);
	}
	report({ listed: found.length });
	process.exit();
}

/** Synchronous, so that a report isn't lost when the process is killed. */
function report(line: Report): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
