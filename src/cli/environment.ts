import { CommandLineError } from '../broker/commandLineError';
import { EnvironmentFileError, MAX_ENVIRONMENT_FILE_BYTES, readEnvironmentFile } from '../broker/environmentFile';
import { findConnectReferences, formatConnectReference } from '../domain/connectReference';
import { parseEnvFile } from '../domain/envFile';
import { getErrorCode } from './errorCode';

/** Set by the launcher. Programs that are Electron applications would run as Node.js. */
const LAUNCHER_VARIABLE = 'ELECTRON_RUN_AS_NODE';

export interface EnvironmentOptions {
	readonly base: NodeJS.ProcessEnv;
	/** Paths of `.env` files. A later one wins. */
	readonly envFiles: readonly string[];
	/** References by the names of variables. They win over files. */
	readonly tokens: readonly (readonly [name: string, reference: string])[];
	/** Reads the key that a reference stands for. */
	readonly getKey: (reference: string) => Promise<string>;
	readonly platform?: NodeJS.Platform;
}

/** The environment of a program, and the keys in it. */
export interface ResolvedEnvironment {
	readonly variables: Record<string, string>;
	readonly keys: readonly string[];
}

/**
 * Replaces the references in all variables with keys. Each reference is read once.
 * @throws CommandLineError if a file can't be read, or a reference is invalid; it names the variable
 */
export async function resolveEnvironment(options: EnvironmentOptions): Promise<ResolvedEnvironment> {
	const variables = await collectVariables(options);
	const keys = new Map<string, string>();
	for (const [name, value] of variables) {
		for (const { start, end, reference } of findConnectReferences(value)) {
			if (!reference) {
				throw new CommandLineError(
					`The variable ${name} contains “${value.slice(start, end)}”, which isn't a valid reference. Write it like connect://SU-000-000-000.`,
				);
			}
			if (value.includes('\0')) {
				throw new CommandLineError(
					`The variable ${name} contains a null character, which no program can get. Remove it from the .env file and try again.`,
				);
			}
			const text = formatConnectReference(reference);
			if (!keys.has(text)) {
				keys.set(text, await options.getKey(text));
			}
		}
	}
	return {
		variables: Object.fromEntries(Array.from(variables, ([name, value]) => [name, replaceReferences(value, keys)])),
		keys: [...keys.values()],
	};
}

async function collectVariables({ base, envFiles, tokens, platform = process.platform }: EnvironmentOptions): Promise<Map<string, string>> {
	const variables = new Map<string, string>();
	const set = (name: string, value: string) => {
		// On Windows, PATH and Path are the same variable.
		const existing = platform === 'win32' ? [...variables.keys()].find((other) => other.toUpperCase() === name.toUpperCase()) : undefined;
		variables.set(existing ?? name, value);
	};
	for (const [name, value] of Object.entries(base)) {
		if (value !== undefined && name !== LAUNCHER_VARIABLE) {
			set(name, value);
		}
	}
	for (const path of envFiles) {
		parseEnvFile(await readEnvFile(path)).forEach(({ name, value }) => set(name, value));
	}
	tokens.forEach(([name, reference]) => set(name, reference));
	return variables;
}

async function readEnvFile(path: string): Promise<string> {
	try {
		return await readEnvironmentFile(path, { canWait: true });
	} catch (error) {
		if (error instanceof EnvironmentFileError) {
			throw new CommandLineError(
				`The file ${path} is larger than ${MAX_ENVIRONMENT_FILE_BYTES / 1_000_000} MB. Check the path after --env-file and try again.`,
				{ cause: error },
			);
		}
		throw new CommandLineError(
			getErrorCode(error) === 'ENOENT'
				? `The file ${path} doesn't exist. Check the path after --env-file and try again.`
				: `Couldn't read the file ${path} (${getErrorCode(error)}). Check its permissions and try again.`,
			{ cause: error },
		);
	}
}

function replaceReferences(value: string, keys: ReadonlyMap<string, string>): string {
	return findConnectReferences(value).reduceRight(
		(text, { start, end, reference }) => text.slice(0, start) + keys.get(formatConnectReference(reference!))! + text.slice(end),
		value,
	);
}
