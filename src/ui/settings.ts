import * as vscode from 'vscode';
import * as v from 'valibot';
import { modulesWith, type Modules } from '../domain/describedModules';
import { problem } from '../domain/problems';
import type { VaultName } from '../secrets/switchableVault';

const days = v.pipe(v.number(), v.minValue(0), v.maxValue(365));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const upstream = v.pipe(v.string(), v.trim(), v.check(isUpstream));
const insertForms = v.picklist(['auto', 'reference', 'secret']);
/** As a reference where an extension can send it, and otherwise in plain text; or always one of the two. */
export type InsertForm = v.InferOutput<typeof insertForms>;
const vaults = v.picklist(['editor', 'keychain'] satisfies VaultName[]);

/** `connectTokens.expiringDays`: a token is expiring once it has at most so many days left. */
export function expiringDays(): number {
	return setting('expiringDays', days, 7);
}

/** `connectTokens.clipboardSeconds`: how long a copied key stays on the clipboard; 0 is for ever. */
export function clipboardSeconds(): number {
	return setting('clipboardSeconds', seconds, 60);
}

/** `connectTokens.vault`: where API keys are kept. */
export function chosenVault(): VaultName {
	return setting('vault', vaults, 'editor');
}

/** `connectTokens.notifyExpiring`: whether to remind of tokens that are about to end. */
export function notifyExpiring(): boolean {
	return setting('notifyExpiring', v.boolean(), true);
}

/**
 * The modules that tokens can be given: the catalogue's and those of `connectTokens.modules`. Where that setting makes no sense, which
 * the gateway reports, the catalogue's alone.
 */
export function modules(): Modules {
	try {
		return describedModules();
	} catch {
		return modulesWith({});
	}
}

/**
 * `connectTokens.modules`, together with the catalogue.
 * @throws ProblemError when the setting makes no sense
 */
export function describedModules(): Modules {
	return modulesWith(configuration().get('modules', {}));
}

/** `connectTokens.gateway.port`: the first port that the gateway tries. */
export function gatewayPort(): number {
	return setting('gateway.port', port, 7357);
}

/** `connectTokens.gateway.autoStart`: whether the gateway starts with the window. */
export function autoStartsGateway(): boolean {
	return setting('gateway.autoStart', v.boolean(), false);
}

/**
 * `connectTokens.gateway.upstream`: the URL of the API behind the gateway; null for none.
 * @throws ProblemError when it is no such URL
 */
export function gatewayUpstream(): string | null {
	const { success, output } = v.safeParse(upstream, configuration().get('gateway.upstream') ?? '');
	if (!success) {
		throw problem(
			'The setting connectTokens.gateway.upstream is wrong. Write the URL of an API, like {0}, without a query, a fragment or a password, or leave it empty.',
			'https://api.connect.cloudblue.com/public/v1',
		);
	}
	return output === '' ? null : output;
}

/** `connectTokens.http.handOver`: whether clients get the keys of the tokens that open request files refer to. */
export function handsOver(): boolean {
	return setting('http.handOver', v.boolean(), true);
}

/** `connectTokens.http.insertForm`: how an inserted header carries the key. */
export function insertForm(): InsertForm {
	return setting('http.insertForm', insertForms, 'auto');
}

/** A value that makes no sense counts as the default. */
function setting<T>(name: string, schema: v.GenericSchema<T>, otherwise: T): T {
	return v.parse(v.fallback(schema, otherwise), configuration().get(name));
}

function isUpstream(text: string): boolean {
	if (text === '') {
		return true;
	}
	const url = URL.parse(text);
	return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
}

function configuration(): vscode.WorkspaceConfiguration {
	return vscode.workspace.getConfiguration('connectTokens');
}
