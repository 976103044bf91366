// The executable that `runTests()` starts where there is no desktop VS Code: the same arguments, log and exit code.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { textAfterMark } from '../support/runner/markedOutput';
import { parseEditorArguments } from './editorArguments';
import { cacheFolder } from './paths';
import { onTerminationRequest } from './processTree';
import { launchWorkbench } from './workbench';

/** How long a test run may take, in milliseconds, before it is given up as hanging. */
const RUN_TIMEOUT_MS = Number(process.env.EDITOR_RUN_LIMIT ?? 15 * 60_000);

const LOG_FILE = join(cacheFolder, 'editor.log');

/**
 * Runs the tests and returns the exit code that they asked for.
 * Rejects when the editor breaks down, we are asked to end, or no code arrives within the limit.
 */
async function main(): Promise<number> {
	let exit!: (code: number) => void;
	let fail!: (error: Error) => void;
	const ended = new Promise<number>((resolve, reject) => {
		exit = resolve;
		fail = reject;
	});
	ended.catch(() => undefined);
	onTerminationRequest((reason) => fail(new Error(`The test run was ended by ${reason}.`)));
	writeFileSync(LOG_FILE, '');
	const workbench = await launchWorkbench({
		...parseEditorArguments(process.argv.slice(2)),
		prepare: async (context) => {
			await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => forwardOutput(format(...args)));
			await context.exposeFunction('codeAutomationExit', exit);
		},
	});
	const timer = setTimeout(() => fail(new Error(`The tests have not ended after ${RUN_TIMEOUT_MS / 1000} s.`)), RUN_TIMEOUT_MS);
	try {
		return await Promise.race([ended, workbench.failed]);
	} finally {
		clearTimeout(timer);
		await workbench.close();
	}
}

/** Prints what the tests printed; what VS Code has to say of itself goes to a file. */
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
		console.error(`What VS Code had to say is in ${LOG_FILE}.`);
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
