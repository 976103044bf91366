// The executable that `runTests()` starts where there is no desktop VS Code: the same arguments, log and exit code.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { marked } from '../support/runner/mark';
import { parseArguments } from './arguments';
import { cache } from './paths';
import { onEndAsked } from './processes';
import { launchWorkbench, type Workbench } from './workbench';

/** How long a test run may take, in milliseconds, before it is given up as hanging. */
const RUN_LIMIT = Number(process.env.EDITOR_RUN_LIMIT ?? 15 * 60_000);

const LOG = join(cache, 'editor.log');

/**
 * Runs the tests and returns the exit code that they asked for.
 * Rejects when the server ends, the page crashes or closes, or no code arrives within the limit.
 */
async function main(): Promise<number> {
	let exit!: (code: number) => void;
	let fail!: (error: Error) => void;
	const ended = new Promise<number>((resolve, reject) => {
		exit = resolve;
		fail = reject;
	});
	let workbench: Workbench | undefined;
	writeFileSync(LOG, '');
	onEndAsked((reason) => fail(new Error(`The test run was ended by ${reason}.`)));
	try {
		workbench = await Promise.race([
			launchWorkbench({
				...parseArguments(process.argv.slice(2)),
				prepare: async (context) => {
					await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => relay(format(...args)));
					await context.exposeFunction('codeAutomationExit', exit);
					context.on('page', (page) => page.on('crash', () => fail(new Error('The page of the workbench crashed.'))));
					context.on('close', () => fail(new Error('The browser closed before the tests had ended.')));
				},
			}),
			ended.then(() => undefined),
		]);
		const timer = setTimeout(() => fail(new Error(`The tests have not ended after ${RUN_LIMIT / 1000} s.`)), RUN_LIMIT);
		const code = await (workbench === undefined ? ended : Promise.race([ended, workbench.server.failed]));
		clearTimeout(timer);
		return code;
	} finally {
		await workbench?.close();
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
		console.error(error);
		end(1);
	},
);
