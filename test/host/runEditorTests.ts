// Runs the editor suite in VS Code: in the desktop version if it's available, otherwise in the server build.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { findDesktopVsCode } from './desktopVsCode';
import { installExtensions } from './installExtensions';
import { repositoryRoot } from './paths';
import { unwatchedSettings, writeUserSettings } from './editorSettings';

const CODE_EXECUTABLE = join(repositoryRoot, 'test/host/bin', process.platform === 'win32' ? 'code.cmd' : 'code');

async function main(): Promise<void> {
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-editor-'));
	const [folder, userDataDir, extensionsDir] = ['workspace', 'data', 'extensions'].map((name) => join(temporary, name)) as [
		string,
		string,
		string,
	];
	try {
		await cp(join(repositoryRoot, 'test/sample'), folder, { recursive: true });
		await writeUserSettings(userDataDir, unwatchedSettings);
		await installExtensions([join(repositoryRoot, 'test/support/editors')], extensionsDir);
		await runTests({
			vscodeExecutablePath: (await findDesktopVsCode()) ?? CODE_EXECUTABLE,
			extensionDevelopmentPath: repositoryRoot,
			extensionTestsPath: join(repositoryRoot, 'out/test/editor/index.js'),
			launchArgs: [folder, `--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`],
		});
	} finally {
		await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	}
}

// VS Code receives the signal, too. This process waits until VS Code has exited, and then removes the temporary folder.
process.on('SIGTERM', () => undefined);

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
