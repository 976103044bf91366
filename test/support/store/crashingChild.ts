/**
 * A window that is killed during a change: node crashingChild.js FOLDER VAULT TOKEN STEP
 * It gives a token read-only access, and kills itself in place of the STEP-th operation on the files of the token list, in the middle of a write.
 * If there are fewer steps, it reports that it's done.
 */
import fs, { writeSync } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import { FileVault } from '../fileVault';
import type { Report } from './reportingProcess';
import { DEFAULT_OPTIONS } from './sourceOptions';

const [folder = '', vaultFolder = '', token = '', lastStep = ''] = process.argv.slice(2);
let step = 0;

interceptFiles();
const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault: new FileVault(vaultFolder) });
void source.update(token, { permissions: ['usage:read'] }).then(() => {
	const report: Report = { ready: true };
	writeSync(process.stdout.fd, `${JSON.stringify(report)}\n`);
	process.exit();
});

/** Counts the operations that write the list or its backup. */
function interceptFiles(): void {
	const { open } = promises;
	promises.open = async (...args) => {
		const handle = await open(...args);
		if (isCounted(args[0]) && args[1] === 'wx') {
			killAtLastStep();
			interceptHandle(handle);
		}
		return handle;
	};
	const { renameSync } = fs;
	fs.renameSync = (from, to) => {
		if (isCounted(to)) {
			killAtLastStep();
		}
		renameSync(from, to);
	};
}

function interceptHandle(handle: FileHandle): void {
	const sync = handle.sync.bind(handle);
	handle.writeFile = (content) => {
		const bytes = Buffer.from(content as Uint8Array);
		const half = Math.floor(bytes.length / 2);
		writeSync(handle.fd, bytes, 0, half);
		killAtLastStep();
		writeSync(handle.fd, bytes, half);
		return Promise.resolve();
	};
	handle.sync = () => {
		killAtLastStep();
		return sync();
	};
}

function isCounted(path: unknown): boolean {
	return /^tokens\.(backup\.)?json/.test(basename(String(path)));
}

function killAtLastStep(): void {
	if (++step === Number(lastStep)) {
		process.kill(process.pid, 'SIGKILL');
	}
}
