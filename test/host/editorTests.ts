// Runs the editor suite in VS Code: on the desktop where it is to be had, otherwise in the server build.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { findDesktop } from './desktop';
import { root } from './paths';
import { writeSettings } from './settings';

const STAND_IN = join(root, 'test/host/bin', process.platform === 'win32' ? 'code.cmd' : 'code');

async function main(): Promise<void> {
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-editor-'));
	const [folder, userDataDir, extensionsDir] = ['workspace', 'data', 'extensions'].map((name) => join(temporary, name)) as [
		string,
		string,
		string,
	];
	try {
		await cp(join(root, 'test/sample'), folder, { recursive: true });
		await writeSettings(userDataDir);
		await runTests({
			vscodeExecutablePath: (await findDesktop()) ?? STAND_IN,
			extensionDevelopmentPath: root,
			extensionTestsPath: join(root, 'out/test/editor/index.js'),
			launchArgs: [folder, `--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`],
		});
	} finally {
		await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	}
}

// VS Code is asked to end as well: it is waited for, to tidy up behind it.
process.on('SIGTERM', () => undefined);

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
