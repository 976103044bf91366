// The executable that `runTests()` starts where there is no desktop VS Code: the same arguments, log and exit code.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { marked } from '../support/runner/mark';
import { parseArguments } from './arguments';
import { cache } from './paths';
import { onEndAsked } from './processes';
import { launchWorkbench } from './workbench';

/** How long a test run may take, in milliseconds, before it is given up as hanging. */
const RUN_LIMIT = Number(process.env.EDITOR_RUN_LIMIT ?? 15 * 60_000);

const LOG = join(cache, 'editor.log');

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
	onEndAsked((reason) => fail(new Error(`The test run was ended by ${reason}.`)));
	writeFileSync(LOG, '');
	const workbench = await launchWorkbench({
		...parseArguments(process.argv.slice(2)),
		prepare: async (context) => {
			await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => relay(format(...args)));
			await context.exposeFunction('codeAutomationExit', exit);
		},
	});
	const timer = setTimeout(() => fail(new Error(`The tests have not ended after ${RUN_LIMIT / 1000} s.`)), RUN_LIMIT);
	try {
		return await Promise.race([ended, workbench.failed]);
	} finally {
		clearTimeout(timer);
		await workbench.close();
	}
}

/** Prints what the tests printed; what VS Code has to say of itself goes to a file. */
function relay(text: string): void {
	const printed = marked(text);
	if (printed === undefined) {
		appendFileSync(LOG, `${text}\n`);
	} else {
		console.log(printed);
	}
}

function end(code: number): void {
	if (code !== 0) {
		console.error(`What VS Code had to say is in ${LOG}.`);
	}
	process.exit(code);
}

main().then(
	(code) => end(code),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		end(1);
	},
);
