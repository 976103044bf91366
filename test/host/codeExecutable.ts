// The executable that `runTests()` starts where desktop VS Code isn't available: same arguments, output, and exit code.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { textAfterMark } from '../support/runner/markedOutput';
import { parseEditorArguments } from './editorArguments';
import { unwatchedSettings } from './editorSettings';
import { cacheFolder } from './paths';
import { onTerminationRequest } from './processTree';
import { launchWorkbench } from './workbench';

/** Timeout of a whole test run, in milliseconds. */
const RUN_TIMEOUT_MS = Number(process.env.EDITOR_RUN_LIMIT ?? 40 * 60_000);

const LOG_FILE = join(cacheFolder, 'editor.log');

/**
 * Runs the tests and returns their exit code.
 * Rejects if VS Code fails, this process is asked to terminate, or the run times out.
 */
async function main(): Promise<number> {
	let exit!: (code: number) => void;
	let fail!: (error: Error) => void;
	const exitCode = new Promise<number>((resolve, reject) => {
		exit = resolve;
		fail = reject;
	});
	// A failure while VS Code is starting would otherwise count as an unhandled rejection.
	exitCode.catch(() => undefined);
	onTerminationRequest((reason) => fail(new Error(`The test run was terminated: ${reason}.`)));
	writeFileSync(LOG_FILE, '');
	const workbench = await launchWorkbench({
		...parseEditorArguments(process.argv.slice(2)),
		hasFewBuiltInExtensions: true,
		settings: unwatchedSettings,
		// Tests use VS Code's API. What isn't visible isn't drawn.
		viewport: { width: 600, height: 400 },
		prepare: async (context) => {
			await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => forwardOutput(format(...args)));
			await context.exposeFunction('codeAutomationExit', exit);
		},
	});
	const timer = setTimeout(() => fail(new Error(`The tests timed out after ${RUN_TIMEOUT_MS / 1000} s.`)), RUN_TIMEOUT_MS);
	try {
		return await Promise.race([exitCode, workbench.failed]);
	} finally {
		clearTimeout(timer);
		await workbench.close();
	}
}

/** Prints the tests' own output. VS Code's other output goes to the log file. */
function forwardOutput(text: string): void {
	const printed = textAfterMark(text);
	if (printed === undefined) {
		appendFileSync(LOG_FILE, `${text}\n`);
	} else {
		console.log(printed);
	}
}

function exitWithCode(code: number): void {
	if (code !== 0) {
		console.error(`VS Code's output is in ${LOG_FILE}.`);
	}
	process.exit(code);
}

main().then(
	(code) => exitWithCode(code),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		exitWithCode(1);
	},
);
