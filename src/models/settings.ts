import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { mergeCustomModules, type ModuleSet } from '../domain/customModules';
import { configuredMcpServerSchema, type ConfiguredMcpServer } from '../domain/mcpServers';
import type { VaultName } from '../domain/ports';
import { solvableProblem } from '../domain/problems';

export const DEFAULT_GATEWAY_PORT = 7357;

const authorizationFormatSchema = v.picklist(['auto', 'reference', 'plainText']);
/** How an inserted header contains the key: `auto` is a reference if an installed extension can resolve it, and the user's choice otherwise. */
export type AuthorizationFormat = v.InferOutput<typeof authorizationFormatSchema>;

const vaultSchema = v.picklist(['editor', 'keychain']) satisfies v.GenericSchema<VaultName>;

const expiringDaysSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(365));
const clipboardSecondsSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const portSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const upstreamSchema = v.pipe(v.string(), v.trim(), v.check(isValidUpstream));
const HOST_PATTERN = '(?:\\[[0-9a-fA-F:.]+\\]|[\\w.-]+)(?::\\d{1,5})?';
const allowedHostsSchema = v.array(v.pipe(v.string(), v.regex(new RegExp(`^${HOST_PATTERN}$`))));
const allowedOriginsSchema = v.array(v.pipe(v.string(), v.regex(new RegExp(`^https?://${HOST_PATTERN}$`))));
/** A complete path on any system, also below the home folder. */
const logFileSchema = v.pipe(v.string(), v.trim(), v.regex(/^(?:$|~?[/\\]|[a-z]:[/\\])/i));
const mcpServersSchema = v.array(configuredMcpServerSchema);
const exposeKeysSchema = v.picklist(['whileVisible', 'onSend', 'never']);
/** When HTTP clients can read keys: while requests that use them are visible, only while *Send Request as Token* sends a request, or never. */
export type ExposeKeys = v.InferOutput<typeof exposeKeysSchema>;

/** The values of the `connectTokens.*` settings, by name without that prefix; undefined if a setting isn't set. */
export interface SettingValues {
	get(name: string): unknown;
}

/** Reports a setting whose value isn't valid, and the value that is used instead; undefined if the setting has no effect. */
export type ReportInvalidSetting = (name: string, used: unknown) => void;

/**
 * Creates functions that read the settings' current values. A setting whose value isn't valid has its default, or the safest value where the
 * default exposes something.
 * @param reportInvalid called once for each such setting, and again after it was valid in the meantime
 */
export function createSettingsReader(values: SettingValues, reportInvalid: ReportInvalidSetting) {
	const reportedNames = new Set<string>();

	function read<T>(name: string, schema: v.GenericSchema<T>, defaultValue: T): T;
	function read<T, F>(name: string, schema: v.GenericSchema<T>, defaultValue: T, invalidValue: F): T | F;
	function read(name: string, schema: v.GenericSchema, defaultValue: unknown, ...invalidValues: readonly [unknown?]): unknown {
		const value = values.get(name);
		const { success, output } = v.safeParse(schema, value === undefined ? defaultValue : value);
		if (success) {
			reportedNames.delete(name);
			return output;
		}
		const used = invalidValues.length > 0 ? invalidValues[0] : defaultValue;
		if (!reportedNames.has(name)) {
			reportedNames.add(name);
			reportInvalid(name, used);
		}
		return used;
	}

	/** @throws ProblemError if the setting isn't valid */
	function readModulesOrThrow(): ModuleSet {
		const setting = values.get('modules');
		return mergeCustomModules(setting === undefined ? {} : setting);
	}

	return {
		/** `connectTokens.expiringDays`: a token is expiring when it has at most this many days left, or a quarter of its key's lifetime if that's less. */
		readExpiringDays: () => read('expiringDays', expiringDaysSchema, 7),

		/** `connectTokens.clipboardSeconds`: seconds until a copied key is cleared from the clipboard; 0 means never. */
		readClipboardSeconds: () => read('clipboardSeconds', clipboardSecondsSchema, 60),

		/** `connectTokens.vault`: where API keys are stored; undefined if that isn't valid, because keys mustn't be moved by mistake then. */
		readVaultName: () => read('vault', vaultSchema, 'editor', undefined),

		/** `connectTokens.expiryReminders`: whether to show reminders for tokens that are about to expire. */
		areExpiryRemindersEnabled: () => read('expiryReminders', v.boolean(), true),

		/** `connectTokens.modules` merged with the built-in modules. Only the built-in modules if the setting isn't valid. */
		readModules: (): ModuleSet => {
			try {
				return readModulesOrThrow();
			} catch {
				// Read often, and starting the gateway reports the problem to the user.
				return mergeCustomModules({});
			}
		},

		/**
		 * `connectTokens.modules` merged with the built-in modules.
		 * @throws ProblemError if the setting isn't valid
		 */
		readModulesOrThrow,

		/** `connectTokens.gateway.port`: the first port that the gateway tries. */
		readGatewayPort: () => read('gateway.port', portSchema, DEFAULT_GATEWAY_PORT),

		/** `connectTokens.gateway.allowedHosts`: hosts that requests to the gateway may have besides its own. */
		readGatewayAllowedHosts: () => read('gateway.allowedHosts', allowedHostsSchema, []),

		/** `connectTokens.gateway.allowedOrigins`: origins of pages that may call the gateway. */
		readGatewayAllowedOrigins: () => read('gateway.allowedOrigins', allowedOriginsSchema, []),

		/** `connectTokens.gateway.logFile`: path of the file that requests are written to, which can start with `~`; empty for none. */
		readGatewayLogFile: () => read('gateway.logFile', logFileSchema, ''),

		/** `connectTokens.gateway.autoStart`: whether the gateway starts with the window. */
		isGatewayAutoStartEnabled: () => read('gateway.autoStart', v.boolean(), false),

		/**
		 * `connectTokens.gateway.upstream`: base URL of the API that the gateway forwards requests to; null if there's none.
		 * @throws ProblemError if the setting isn't valid
		 */
		readGatewayUpstream: (): string | null => {
			const { success, output } = v.safeParse(upstreamSchema, values.get('gateway.upstream') ?? '');
			if (!success) {
				throw solvableProblem(
					'upstream',
					"The connectTokens.gateway.upstream setting isn't valid. Enter an API URL like {0} without a query, fragment, or password, or leave the setting empty.",
					'https://api.connect.cloudblue.com/public/v1',
				);
			}
			return output === '' ? null : output;
		},

		/** `connectTokens.mcp.servers`: MCP servers that VS Code uses through the gateway. */
		readMcpServers: (): readonly ConfiguredMcpServer[] => read('mcp.servers', mcpServersSchema, []),

		/** `connectTokens.http.exposeKeys`: when HTTP clients can read the keys of tokens that requests use. Never if that isn't valid. */
		readExposeKeys: () => read('http.exposeKeys', exposeKeysSchema, 'whileVisible', 'never' as const),

		/** `connectTokens.http.authorizationFormat`: how an inserted header contains the key. */
		readAuthorizationFormat: () => read('http.authorizationFormat', authorizationFormatSchema, 'auto'),
	};
}

/**
 * Says that the value of a setting isn't valid.
 * @param setting its full name
 */
export function invalidSettingText(setting: string, used: unknown): string {
	return used === undefined
		? l10n.t("The value of the setting {0} isn't valid, so it has no effect. Correct it in the settings.", setting)
		: l10n.t(
				"The value of the setting {0} isn't valid, so “{1}” is used. Correct it in the settings.",
				setting,
				typeof used === 'string' ? used : JSON.stringify(used),
			);
}

/** Whether a text can be the upstream's URL. It's also valid if it's empty, for no upstream. */
export function isValidUpstream(text: string): boolean {
	if (text === '') {
		return true;
	}
	const url = URL.parse(text);
	return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
}
