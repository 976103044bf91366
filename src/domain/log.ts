import { maskSecrets } from './maskSecrets';

/** How many causes of an error are described. */
const MAX_CAUSES = 10;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Records what the extension does, for troubleshooting. Messages are in English and don't end in a period. The error, if any,
 * is appended to the message. Secrets in both are masked.
 */
export type Log = Readonly<Record<LogLevel, (message: string, error?: unknown) => void>>;

/** Creates a log that passes each line, masked, to `write`. */
export function createLog(write: (level: LogLevel, line: string) => void): Log {
	return mapLevels((level, message, error) =>
		write(level, maskSecrets(error === undefined ? message : `${message}: ${describeError(error)}`)),
	);
}

/** Creates a log that passes each message to `write` as it is. */
export function mapLevels(write: (level: LogLevel, message: string, error?: unknown) => void): Log {
	const at = (level: LogLevel) => write.bind(undefined, level);
	return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that discards everything. */
export const silentLog: Log = /* @__PURE__ */ createLog(() => undefined);

/** Returns a handler for a rejected promise that logs "Couldn't", the action that failed, and the error, and returns `fallback`. */
export function logFailure(log: Log, action: string): (error: unknown) => undefined;
export function logFailure<T>(log: Log, action: string, fallback: T): (error: unknown) => T;
export function logFailure<T>(log: Log, action: string, fallback?: T): (error: unknown) => T | undefined {
	return (error) => {
		log.warn(`Couldn't ${action}`, error);
		return fallback;
	};
}

/** Runs `action` and logs whether it completed or failed, and how long it took. Rejects as `action` does. */
export async function logDuration<T>(log: Log, name: string, action: () => T | Promise<T>): Promise<T> {
	const start = performance.now();
	const elapsed = () => `${Math.round(performance.now() - start)} ms`;
	try {
		const result = await action();
		log.info(`${name} completed in ${elapsed()}`);
		return result;
	} catch (error) {
		log.warn(`${name} failed after ${elapsed()}`, error);
		throw error;
	}
}

/** Describes the error and its causes, without stacks: those are of bundled code and contain folders on the user's machine. */
function describeError(error: unknown): string {
	try {
		return describeCauses(error, MAX_CAUSES);
	} catch {
		// Whatever was thrown, logging it must not fail.
		return "an error that can't be described";
	}
}

/** Errors can be each other's causes. */
function describeCauses(error: unknown, maxCauses: number): string {
	if (!(error instanceof Error)) {
		return String(error);
	}
	const { name, message, cause } = error;
	return cause === undefined || maxCauses === 0 ? `${name}: ${message}` : `${name}: ${message} (${describeCauses(cause, maxCauses - 1)})`;
}
