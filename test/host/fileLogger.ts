// Takes the place of the native logger `@vscode/spdlog` in the server build, which is installed without native modules. So VS Code and
// its extensions write the log files that users have, and tests can read them.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
type Logger = Record<Level, (message: string) => void> &
	Record<'setLevel' | 'setPattern' | 'clearFormatters' | 'flush' | 'drop', () => void>;

/** A logger that appends to `file` at once; VS Code itself drops what is below the level that its user has set. */
export function createRotatingLogger(_name: string, file: string): Promise<Logger> {
	mkdirSync(dirname(file), { recursive: true });
	let plain = false;
	const writer = (level: Level) => (message: string) =>
		appendFileSync(file, plain ? message : `${new Date().toISOString()} [${level}] ${message}\n`);
	return Promise.resolve({
		trace: writer('trace'),
		debug: writer('debug'),
		info: writer('info'),
		warn: writer('warn'),
		error: writer('error'),
		/** From here on messages are written as they are, end of line included. */
		clearFormatters: () => (plain = true),
		setLevel: nothing,
		setPattern: nothing,
		flush: nothing,
		drop: nothing,
	});
}

export const createAsyncRotatingLogger = createRotatingLogger;

export const setFlushOn = nothing;

function nothing(): void {
	// A file that is appended to at once has nothing to set, flush or close.
}
