import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { CommandLineError } from '../broker/commandLineError';
import { getErrorCode } from './errorCode';
import type { CommandName } from './help';
import { get, header, list } from './keyCommands';
import { printError } from './printError';
import { readOptions } from './readOptions';
import { StartError } from './startError';
import { UsageError } from './usageError';

const USAGE_EXIT_CODE = 2;

/** Returns what a command prints, or its exit code. */
const handlers: Readonly<Record<CommandName, (args: readonly string[]) => string | Promise<string | number>>> = {
	list,
	get,
	header,
	// Programs wait for the other commands, which don't need what this one loads.
	run: async (args) => (await import('./runCommand')).run(args),
	mcp,
	gateway: async (args) => (await import('./headlessGateway')).runGateway(args),
	policy: async (args) => (await import('./policyCommand')).policy(args),
	completion: async (args) => (await import('./commandHelp')).completion(args),
	help: async ([name]) => showHelp(name === undefined ? undefined : toCommandName(name)),
};

async function main(args: readonly string[]): Promise<number> {
	try {
		const result = await execute(args);
		if (typeof result === 'number') {
			return result;
		}
		await print(result);
		return 0;
	} catch (error) {
		return reportError(error);
	}
}

async function execute([first, ...rest]: readonly string[]): Promise<string | number> {
	switch (first) {
		case undefined:
			throw new UsageError(await showHelp());
		case '--help':
		case '-h':
			return showHelp();
		case '--version':
			return `connect-tokens ${readVersion()}`;
		default: {
			const name = toCommandName(first);
			// What follows -- belongs to another program.
			const separator = rest.indexOf('--');
			const own = separator < 0 ? rest : rest.slice(0, separator);
			return own.includes('--help') || own.includes('-h') ? showHelp(name) : handlers[name](rest);
		}
	}
}

/** Returns the help for a command, or for all of them. */
async function showHelp(name?: CommandName): Promise<string> {
	const { createHelp, createOverview } = await import('./commandHelp');
	return name === undefined ? createOverview() : createHelp(name);
}

function toCommandName(name: string): CommandName {
	if (!isCommandName(name)) {
		throw new UsageError(`“${name}” isn't a command. The commands are ${Object.keys(handlers).join(', ')}.`);
	}
	return name;
}

function isCommandName(name: string): name is CommandName {
	return Object.hasOwn(handlers, name);
}

/** `mcp`: runs until its client disconnects, and returns the exit code. */
async function mcp(args: readonly string[]): Promise<number> {
	const { values, positionals } = readOptions('mcp', args, { folder: { type: 'string' } });
	if (positionals.length > 0) {
		throw new UsageError(`Unknown argument: ${positionals[0]!}.`, 'mcp');
	}
	// A bundle of its own, because the official SDK is ten times as large as everything else.
	const { serveTools } = await import('./mcp');
	return serveTools(values.folder);
}

function readVersion(): string {
	const manifestSchema = v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() }));
	return v.parse(manifestSchema, readFileSync(join(__dirname, '../package.json'), 'utf8')).version;
}

/** Resolves when the text is written, because the process exits afterwards. */
function print(text: string): Promise<void> {
	return new Promise((resolve, reject) => {
		process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
	});
}

/** Returns the exit code. */
function reportError(error: unknown): number {
	if (error instanceof UsageError) {
		const hint = error.command === undefined ? '' : `\nSee “connect-tokens help ${error.command}”.`;
		printError(error.message.startsWith('usage:') ? error.message : `connect-tokens: ${error.message}${hint}`);
		return USAGE_EXIT_CODE;
	}
	if (error instanceof CommandLineError) {
		printError(`connect-tokens: ${error.message}`);
		return error instanceof StartError ? error.exitCode : 1;
	}
	if (getErrorCode(error) === 'EPIPE') {
		// The reader of the output, such as `head`, has read enough.
		return 0;
	}
	// The message of an unexpected error can't contain a key: keys are only in what's printed on success, and in the environment of a program.
	printError(`connect-tokens: Something went wrong (${error instanceof Error ? error.message : String(error)}). Report it as an issue.`);
	return 1;
}

// An error of the output is also reported to the callback of the write.
process.stdout.on('error', () => undefined);
void main(process.argv.slice(2)).then((code) => process.exit(code));
