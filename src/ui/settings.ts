import * as vscode from 'vscode';
import * as v from 'valibot';
import { mergeCustomModules, type ModuleSet } from '../domain/customModules';
import { problem } from '../domain/problems';
import type { VaultName } from '../vaults/switchableVault';

const expiringDaysSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(365));
const clipboardSecondsSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const portSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const upstreamSchema = v.pipe(v.string(), v.trim(), v.check(isValidUpstream));
const exposeKeysSchema = v.picklist(['whileVisible', 'never']);
const authorizationFormatSchema = v.picklist(['auto', 'reference', 'plainText']);
/** As a reference where an extension can send it, and otherwise in plain text; or always one of the two. */
export type AuthorizationFormat = v.InferOutput<typeof authorizationFormatSchema>;
const vaultSchema = v.picklist(['editor', 'keychain'] satisfies VaultName[]);

/** `connectTokens.expiringDays`: a token is expiring once it has at most so many days left. */
export function readExpiringDays(): number {
	return readSetting('expiringDays', expiringDaysSchema, 7);
}

/** `connectTokens.clipboardSeconds`: how long a copied key stays on the clipboard; 0 is for ever. */
export function readClipboardSeconds(): number {
	return readSetting('clipboardSeconds', clipboardSecondsSchema, 60);
}

/** `connectTokens.vault`: where API keys are kept. */
export function readVaultName(): VaultName {
	return readSetting('vault', vaultSchema, 'editor');
}

/** `connectTokens.expiryReminders`: whether to remind of tokens that are about to end. */
export function areExpiryRemindersEnabled(): boolean {
	return readSetting('expiryReminders', v.boolean(), true);
}

/**
 * The modules that tokens can be given: the catalogue's and those of `connectTokens.modules`. Where that setting makes no sense, which
 * the gateway reports, the catalogue's alone.
 */
export function readModules(): ModuleSet {
	try {
		return readModulesOrThrow();
	} catch {
		return mergeCustomModules({});
	}
}

/**
 * `connectTokens.modules`, together with the catalogue.
 * @throws ProblemError when the setting makes no sense
 */
export function readModulesOrThrow(): ModuleSet {
	return mergeCustomModules(configuration().get('modules', {}));
}

/** `connectTokens.gateway.port`: the first port that the gateway tries. */
export function readGatewayPort(): number {
	return readSetting('gateway.port', portSchema, 7357);
}

/** `connectTokens.gateway.autoStart`: whether the gateway starts with the window. */
export function isGatewayAutoStartEnabled(): boolean {
	return readSetting('gateway.autoStart', v.boolean(), false);
}

/**
 * `connectTokens.gateway.upstream`: the URL of the API behind the gateway; null for none.
 * @throws ProblemError when it is no such URL
 */
export function readGatewayUpstream(): string | null {
	const { success, output } = v.safeParse(upstreamSchema, configuration().get('gateway.upstream') ?? '');
	if (!success) {
		throw problem(
			"The connectTokens.gateway.upstream setting isn't valid. Enter an API URL like {0} without a query, fragment, or password, or leave the setting empty.",
			'https://api.connect.cloudblue.com/public/v1',
		);
	}
	return output === '' ? null : output;
}

/** `connectTokens.http.exposeKeys`: whether API keys are exposed to HTTP clients while files that reference their tokens are open. */
export function exposesKeys(): boolean {
	return readSetting('http.exposeKeys', exposeKeysSchema, 'whileVisible') === 'whileVisible';
}

/** `connectTokens.http.authorizationFormat`: how an inserted header carries the key. */
export function readAuthorizationFormat(): AuthorizationFormat {
	return readSetting('http.authorizationFormat', authorizationFormatSchema, 'auto');
}

/** A value that makes no sense counts as the default. */
function readSetting<T>(name: string, schema: v.GenericSchema<T>, defaultValue: T): T {
	return v.parse(v.fallback(schema, defaultValue), configuration().get(name));
}

function isValidUpstream(text: string): boolean {
	if (text === '') {
		return true;
	}
	const url = URL.parse(text);
	return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
}

function configuration(): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration('connectTokens');
}
