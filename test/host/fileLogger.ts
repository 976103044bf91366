// Replaces the native logger `@vscode/spdlog` in the server build, which is installed without native modules. With it, VS Code and its
// extensions write the same log files as for users, and tests can read them.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
type Logger = Record<Level, (message: string) => void> &
	Record<'setLevel' | 'setPattern' | 'clearFormatters' | 'flush' | 'drop', () => void>;

/** Creates a logger that appends to `file` synchronously. It ignores levels: VS Code drops messages below the configured level itself. */
export function createRotatingLogger(_name: string, file: string): Promise<Logger> {
	mkdirSync(dirname(file), { recursive: true });
	let isPlain = false;
	const writer = (level: Level) => (message: string) =>
		appendFileSync(file, isPlain ? message : `${new Date().toISOString()} [${level}] ${message}\n`);
	return Promise.resolve({
		trace: writer('trace'),
		debug: writer('debug'),
		info: writer('info'),
		warn: writer('warn'),
		error: writer('error'),
		/** From now on, messages are written unchanged and include their own line breaks. */
		clearFormatters: () => (isPlain = true),
		setLevel: noOp,
		setPattern: noOp,
		flush: noOp,
		drop: noOp,
	});
}

export const createAsyncRotatingLogger = createRotatingLogger;

export const setFlushOn = noOp;

function noOp(): void {
	// Synchronous appends leave nothing to set, flush, or close.
}
