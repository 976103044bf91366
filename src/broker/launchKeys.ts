import * as v from 'valibot';
import type { ConnectReference } from '../domain/connectReference';
import { parseEnvFile } from '../domain/envFile';
import { problem } from '../domain/problems';
import { findReferences, parseShortReference, replaceReferences, type GetKey } from './referencedKeys';

/** A launch configuration with references to keys. */
export interface LaunchKeys {
	readonly references: readonly ConnectReference[];
	/** Returns the configuration with keys in place of the references. */
	replace(getKey: GetKey): Record<string, unknown>;
}

type Variables = Readonly<Record<string, unknown>>;

const stringMapSchema = v.record(v.string(), v.unknown());
/** Debuggers have properties of their own. One of ours that isn't what most debuggers expect is left to the debugger. */
const configurationSchema = v.looseObject({
	type: v.fallback(v.string(), ''),
	name: v.fallback(v.string(), ''),
	env: v.fallback(v.optional(stringMapSchema), undefined),
	environment: v.fallback(v.optional(v.array(v.looseObject({ name: v.string(), value: v.unknown() }))), undefined),
	envFile: v.fallback(v.optional(v.union([v.string(), v.array(v.string())])), undefined),
	connectTokens: v.optional(v.unknown()),
	console: v.optional(v.unknown()),
	externalConsole: v.optional(v.unknown()),
	trace: v.optional(v.unknown()),
	logToFile: v.optional(v.unknown()),
	logging: v.optional(v.unknown()),
});
const connectTokensSchema = v.record(v.string(), v.string());

/** Their adapter sends the environment to a launcher instead of the terminal. */
const TYPES_SAFE_IN_TERMINAL: readonly string[] = ['debugpy', 'python'];
/** They use a terminal unless the configuration has another console. */
const TYPES_IN_TERMINAL: readonly string[] = ['java', 'node-terminal'];

/** Returns the paths of the environment files of a launch configuration. */
export function getEnvironmentFilePaths(configuration: object): readonly string[] {
	const { envFile } = v.parse(configurationSchema, configuration);
	return [envFile ?? []].flat().filter((path) => path !== '');
}

/**
 * Finds the references to keys in `env`, `environment` of C++, environment files, and `connectTokens`: everything that gets into the
 * environment of the program. Other properties could get into an argument list, which every program can read.
 * @param environmentFiles contents of the environment files
 * @returns undefined if there are none
 * @throws ProblemError if a reference is mistyped, or the debugger would show the key in a terminal or write it to a log
 */
export function findLaunchKeys(configuration: object, environmentFiles: readonly string[]): LaunchKeys | undefined {
	const { connectTokens, ...parsed } = v.parse(configurationSchema, configuration);
	const shorthand = parseShorthand(connectTokens);
	const fileVariables = readFileVariables(environmentFiles);
	const values = [...Object.values(parsed.env ?? {}), ...(parsed.environment ?? []).map(({ value }) => value), ...fileVariables.values()];
	const references = [...Object.values(shorthand), ...values.flatMap((value) => (typeof value === 'string' ? findReferences(value) : []))];
	if (references.length === 0) {
		return undefined;
	}
	if (showsEnvironment(parsed)) {
		throw problem(
			'The launch configuration “{0}” starts its program in a terminal, which would show the API key. Set "console" to "internalConsole" and try again.',
			parsed.name,
		);
	}
	const logProperty = findLogProperty(parsed);
	if (logProperty !== undefined) {
		throw problem(
			'The launch configuration “{0}” makes the debugger log its environment, with the API key in plain text. Remove "{1}" and try again.',
			parsed.name,
			logProperty,
		);
	}
	return {
		references,
		replace: (getKey) => {
			const { connectTokens: _shorthand, ...rest } = configuration as Record<string, unknown>;
			const replace = (value: unknown) => (typeof value === 'string' ? replaceReferences(value, getKey) : value);
			const replaceAll = (variables: Variables) => mapValues(variables, replace);
			const added = mapValues(shorthand, getKey);
			const files = replaceAll(Object.fromEntries(fileVariables));
			const { env, environment } = parsed;
			if (environment && !env) {
				const own = environment.filter(({ name }) => !Object.hasOwn(added, name)).map((item) => ({ ...item, value: replace(item.value) }));
				const names = new Set(own.map(({ name }) => name));
				const others = Object.entries({ ...files, ...added }).map(([name, value]) => ({ name, value }));
				return { ...rest, environment: [...own, ...others.filter(({ name }) => !names.has(name))] };
			}
			return {
				...rest,
				...(environment && { environment: environment.map((item) => ({ ...item, value: replace(item.value) })) }),
				env: { ...files, ...replaceAll(env ?? {}), ...added },
			};
		},
	};
}

function parseShorthand(connectTokens: unknown): Readonly<Record<string, ConnectReference>> {
	if (connectTokens === undefined) {
		return {};
	}
	const { success, output } = v.safeParse(connectTokensSchema, connectTokens);
	if (!success) {
		throw problem(
			'"connectTokens" must be an object such as {0}, with the ID of a token for each variable.',
			'{ "API_KEY": "SU-000-000-000" }',
		);
	}
	return mapValues(output, parseShortReference);
}

/** Returns the variables with references. Later files override earlier ones, and the debugger reads all other variables itself. */
function readFileVariables(environmentFiles: readonly string[]): ReadonlyMap<string, string> {
	const variables = new Map(environmentFiles.flatMap(parseEnvFile).map(({ name, value }) => [name, value]));
	return new Map([...variables].filter(([, value]) => findReferences(value).length > 0));
}

/** Whether the debugger types the environment into a terminal as part of the command, where it stays in the scrollback and the history. */
function showsEnvironment({ type, console, externalConsole }: v.InferOutput<typeof configurationSchema>): boolean {
	if (TYPES_SAFE_IN_TERMINAL.includes(type)) {
		return false;
	}
	return externalConsole === true || (typeof console === 'string' ? /terminal/i.test(console) : TYPES_IN_TERMINAL.includes(type));
}

/** Returns the property that makes the debugger log the messages that it receives, which contain the environment; undefined if there's none. */
function findLogProperty({ trace, logToFile, logging }: v.InferOutput<typeof configurationSchema>): string | undefined {
	// Debuggers for Node.js and Go have `trace`, that for Python `logToFile`, and those for C++ and .NET `logging`. That for Node.js replaces
	// `false` with an object.
	const isTraced = typeof trace === 'object' ? Object.values(trace ?? {}).some(Boolean) : Boolean(trace) && trace !== 'error';
	if (isTraced) {
		return 'trace';
	}
	if (logToFile === true) {
		return 'logToFile';
	}
	const isLogged =
		typeof logging === 'object' && /"(?:trace|traceResponse|engineLogging|protocolMessages)":true/.test(JSON.stringify(logging));
	return isLogged ? 'logging' : undefined;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
	return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
