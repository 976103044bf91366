import * as v from 'valibot';

/** A setting's value, as VS Code reports it for each scope. */
export interface InspectedSetting {
	readonly defaultValue?: unknown;
	/** The user's value. */
	readonly globalValue?: unknown;
	readonly workspaceValue?: unknown;
	readonly workspaceFolderValue?: unknown;
}

/** The machine that a terminal runs on. */
export interface TerminalHost {
	readonly platform: NodeJS.Platform;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly isFile: (path: string) => boolean;
}

/** Options for `createTerminal`. */
export interface TerminalShell {
	readonly shellPath: string;
	readonly shellArgs: string | string[];
	/** The whole environment. A variable without a value doesn't exist. */
	readonly env: Record<string, string | null | undefined>;
	/** Keeps VS Code from adding the environment of the workspace's settings. */
	readonly strictEnv: true;
}

const environmentSchema = v.record(v.string(), v.nullable(v.string()));
type EnvironmentSetting = v.InferOutput<typeof environmentSchema>;

const profileSchema = v.object({
	path: v.union([v.string(), v.array(v.string())]),
	args: v.optional(v.union([v.string(), v.array(v.string())]), []),
	env: v.optional(environmentSchema, {}),
});

/** Variables of VS Code's own processes, and those that expose keys to HTTP clients. */
const INTERNAL_VARIABLE_PATTERN = /^(?:ELECTRON_|VSCODE_(?!PORTABLE$)|CONNECT_(?:\w+_)?SU(?:_\d{3})+$)/;

/** Returns an environment for programs of the user: without what only VS Code's own processes and HTTP clients need. */
export function withoutInternalVariables<T>(environment: Readonly<Record<string, T>>): Record<string, T> {
	return Object.fromEntries(Object.entries(environment).filter(([variable]) => !INTERNAL_VARIABLE_PATTERN.test(variable)));
}

/** Returns the part of VS Code's settings that names a platform. */
export function terminalPlatformName(platform: NodeJS.Platform): 'windows' | 'osx' | 'linux' {
	return platform === 'win32' ? 'windows' : platform === 'darwin' ? 'osx' : 'linux';
}

/**
 * Chooses the shell and the environment of a terminal that contains a key. A repository's settings can name a program of the repository
 * as the shell, or variables that make a shell run one, so only default values and those of the user count. If they name no shell that
 * exists, it's the user's login shell.
 * @param inspect returns a setting of `terminal.integrated`
 */
export function chooseTerminalShell(inspect: (name: string) => InspectedSetting | undefined, host: TerminalHost): TerminalShell {
	const name = terminalPlatformName(host.platform);
	const { defaultValue, globalValue } = inspect(`defaultProfile.${name}`) ?? {};
	const profileName = globalValue ?? defaultValue;
	const profile = v.safeParse(profileSchema, mergedObject(inspect(`profiles.${name}`))[String(profileName)]);
	const paths = profile.success ? [profile.output.path].flat() : [];
	const shellPath = paths.map((path) => findProgram(substituteVariables(path, host), host)).find((path) => path !== undefined);
	const environmentSetting = inspect(`env.${name}`);
	const userEnvironment = v.parse(v.fallback(environmentSchema, {}), mergedObject(environmentSetting));
	// In remote windows, VS Code ignores `strictEnv`. Variables without a value replace those of the workspace.
	const workspaceVariables = Object.keys({
		...toObject(environmentSetting?.workspaceValue),
		...toObject(environmentSetting?.workspaceFolderValue),
	});
	const createEnvironment = (profileEnvironment: EnvironmentSetting) => {
		const settings = Object.entries({ ...userEnvironment, ...profileEnvironment });
		const changes = settings.map(([variable, value]) => [variable, value === null ? null : substituteVariables(value, host)] as const);
		return withoutInternalVariables(
			Object.fromEntries([
				...workspaceVariables.map((variable) => [variable, null] as const),
				...Object.entries(host.environment),
				...changes,
			]),
		);
	};
	return shellPath !== undefined && profile.success
		? { shellPath, shellArgs: profile.output.args, env: createEnvironment(profile.output.env), strictEnv: true }
		: { ...loginShell(host), env: createEnvironment({}), strictEnv: true };
}

function mergedObject(setting: InspectedSetting | undefined): Record<string, unknown> {
	return { ...toObject(setting?.defaultValue), ...toObject(setting?.globalValue) };
}

function toObject(value: unknown): object {
	return typeof value === 'object' && value !== null ? value : {};
}

/** Settings of the user can contain environment variables, like VS Code's own on Windows do. */
function substituteVariables(text: string, { environment }: TerminalHost): string {
	return text.replace(/\$\{env:([^}]+)\}/g, (_, name: string) => environment[name] ?? '');
}

/** Returns the absolute path of a program, which may be given by its name. Never searches in the current folder. */
function findProgram(path: string, { platform, environment, isFile }: TerminalHost): string | undefined {
	const isAbsolute = platform === 'win32' ? /^(?:[a-z]:)?[\\/]/i : /^\//;
	if (isAbsolute.test(path)) {
		return isFile(path) ? path : undefined;
	}
	if (/[\\/]/.test(path)) {
		return undefined;
	}
	const [separator, listSeparator] = platform === 'win32' ? ['\\', ';'] : ['/', ':'];
	const names = platform === 'win32' && !/\.exe$/i.test(path) ? [`${path}.exe`] : [path];
	return (environment.PATH ?? environment.Path ?? '')
		.split(listSeparator)
		.filter((folder) => isAbsolute.test(folder))
		.flatMap((folder) => names.map((name) => `${folder}${separator}${name}`))
		.find(isFile);
}

function loginShell(host: TerminalHost): { shellPath: string; shellArgs: string[] } {
	const { platform, environment } = host;
	if (platform === 'win32') {
		const root = environment.SystemRoot ?? 'C:\\Windows';
		return { shellPath: `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`, shellArgs: [] };
	}
	const shellPath = findProgram(environment.SHELL ?? '', host) ?? findProgram('bash', host) ?? '/bin/sh';
	return { shellPath, shellArgs: platform === 'darwin' ? ['-l'] : [] };
}
