/**
 * A window in its own process that keeps switching its vault: node switchingChild.js FOLDER
 * In the meantime, it stores keys, and reports each one after it's stored.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Report } from '../store/reportingProcess';
import { SlowVault, openVaults, createWindowVault } from './windowVault';

const folder = process.argv[2] ?? '';
const { editor, keychain } = openVaults(folder);
const vault = createWindowVault(folder, { editor: new SlowVault(editor), keychain: new SlowVault(keychain) });

// Exits with its parent, which would otherwise kill it.
process.stdin.resume().on('end', () => process.exit());
report({ ready: true });
void switchRepeatedly();
void store();

async function switchRepeatedly(): Promise<never> {
	for (;;) {
		await vault.switchTo(Math.random() < 0.5 ? 'editor' : 'keychain');
	}
}

async function store(): Promise<void> {
	for (let count = 0; count < 20; count++) {
		const keyId = randomUUID();
		await vault.set(keyId, `secret of ${keyId}`);
		report({ created: keyId });
	}
}

function report(line: Report): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
