import { statSync } from 'node:fs';
import { win32 } from 'node:path';

/** What starts a program on Windows. */
export interface WindowsCommand {
	readonly file: string;
	readonly args: readonly string[];
	/** Whether `args` are already quoted. */
	readonly isVerbatim: boolean;
}

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';
/** Characters that cmd.exe interprets, also between quotation marks. */
const SPECIAL_CHARACTERS = /[()\][%!^"`<>&|;, *?]/g;

/**
 * Returns how to start a program with arguments on Windows, which has no `exec`: batch files, such as npm's commands, run in cmd.exe, with
 * arguments that it doesn't interpret.
 * @param isFile tests may have no such files
 */
export function createWindowsCommand(
	command: string,
	args: readonly string[],
	environment: Readonly<Record<string, string>>,
	isFile: (path: string) => boolean = isExistingFile,
): WindowsCommand {
	const path = findProgram(command, environment, isFile);
	if (path === undefined || !/\.(bat|cmd)$/i.test(path)) {
		return { file: path ?? command, args, isVerbatim: false };
	}
	// npm's commands pass their arguments to another program, which means that cmd.exe reads them twice.
	const line = [
		escapeSpecialCharacters(win32.normalize(path)),
		...args.map((argument) => escapeSpecialCharacters(escapeSpecialCharacters(quoteArgument(argument)))),
	];
	return {
		file: getVariable(environment, 'COMSPEC') ?? 'cmd.exe',
		args: ['/d', '/s', '/c', `"${line.join(' ')}"`],
		isVerbatim: true,
	};
}

/** Quotes an argument as the C runtime reads it: backslashes are doubled only before a quotation mark. */
export function quoteArgument(argument: string): string {
	return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** Escapes what cmd.exe interprets. */
export function escapeSpecialCharacters(text: string): string {
	return text.replace(SPECIAL_CHARACTERS, '^$&');
}

function findProgram(
	command: string,
	environment: Readonly<Record<string, string>>,
	isFile: (path: string) => boolean,
): string | undefined {
	const extensions = (getVariable(environment, 'PATHEXT') ?? DEFAULT_EXTENSIONS).split(';').filter(Boolean);
	const names =
		win32.extname(command) === ''
			? extensions.map((extension) => command + extension)
			: [command, ...extensions.map((extension) => command + extension)];
	// A program in the working directory isn't started by its name: a repository could contain one that's called like a well-known program.
	const folders = (getVariable(environment, 'PATH') ?? '').split(';').map((folder) => folder.replaceAll('"', ''));
	const paths = /[\\/]/.test(command)
		? names
		: folders.filter((folder) => win32.isAbsolute(folder)).flatMap((folder) => names.map((name) => win32.join(folder, name)));
	return paths.find(isFile);
}

function getVariable(environment: Readonly<Record<string, string>>, name: string): string | undefined {
	return Object.entries(environment).find(([other]) => other.toUpperCase() === name)?.[1];
}

function isExistingFile(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
