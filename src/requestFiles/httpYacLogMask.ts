import * as v from 'valibot';
import { DIGEST_HOOK, ENVIRONMENT_HOOK, OAUTH_HOOK, OAUTH_PATTERN, replaceProvidedKeys } from './httpYacKeys';
import { maskPlainTextKeys } from './plainTextKeys';
import type { OutgoingRequest } from './releasedKeys';

/** The parts of the httpYac extension's exports that are needed. They aren't a public API, so anything else is left alone. */
const httpYacExportsSchema = v.object({
	httpyac: v.object({ store: v.object({ pluginStore: v.record(v.string(), v.function()) }) }),
	documentStore: v.object({ clear: v.function() }),
});
const hookSchema = v.object({ addHook: v.function() });
const interceptedSchema = v.object({ addInterceptor: v.function() });
const pluginApiSchema = v.object({
	hooks: v.object({ responseLogging: hookSchema, replaceVariable: v.optional(hookSchema), onRequest: v.optional(interceptedSchema) }),
});
const contextSchema = v.object({ httpFile: v.object({ fileName: v.unknown() }) });
const requestSchema = v.looseObject({
	url: v.string(),
	headers: v.optional(v.record(v.string(), v.unknown())),
	body: v.optional(v.unknown()),
});

/** Options that send a request to another host than that of its URL. httpYac passes those of its configuration to its HTTP client as they are. */
const HOST_OPTIONS = ['prefixUrl', 'protocol', 'hostname', 'host', 'port', 'socketPath'];

const requestContextSchema = v.object({ args: v.looseTuple([v.record(v.string(), v.unknown()), v.unknown()]) });

/** Decodes one character for each byte. Available in Node.js and in browsers. */
declare const TextDecoder: new (encoding: 'latin1') => { decode(bytes: Uint8Array): string };
const LATIN_1 = new TextDecoder('latin1');

/** A list of cookies, from which httpYac's HTTP client takes those for a URL. */
const cookieJarSchema = v.object({ getCookieString: v.function() });

const PLUGIN_NAME = 'connect-tokens';
/** The type of a text that's the value of a variable. */
const VARIABLE_TYPE = 'Variable';
/** httpYac finds settings of OAuth in variables, in objects in variables, and in lists in those. */
const MAX_DEPTH = 3;

/**
 * Texts of requests after variables were replaced in them. httpYac removes some from the request before it's sent: the user name of a digest, which its
 * HTTP client sends with a second request.
 */
const replacedTexts = new WeakMap<object, string[]>();

/** A request that httpYac is about to send. */
export interface HttpYacRequest extends OutgoingRequest {
	/** Path or URI of the request file. */
	readonly file: string;
}

/** Rejects if the request mustn't be sent. */
export type RequestCheck = (request: HttpYacRequest) => Promise<void>;

/**
 * Makes httpYac mask keys in the requests that it logs and shows, check requests before it sends them, and use the keys that
 * `withProvidedKeys` provides, starting with the next one.
 * @param exported the exports of its extension
 * @returns false if the exports aren't supported
 */
export function installLogMask(exported: unknown, check: RequestCheck): boolean {
	if (!v.is(httpYacExportsSchema, exported)) {
		return false;
	}
	exported.httpyac.store.pluginStore[PLUGIN_NAME] = (api) => registerHooks(api, check);
	// Documents that are already parsed keep their old hooks.
	exported.documentStore.clear();
	return true;
}

/** An httpYac plugin. */
function registerHooks(api: unknown, check: RequestCheck): void {
	if (v.is(pluginApiSchema, api)) {
		api.hooks.responseLogging.addHook(PLUGIN_NAME, maskRequest);
		api.hooks.replaceVariable?.addHook(PLUGIN_NAME, replaceProvidedKeys, { before: [ENVIRONMENT_HOOK] });
		const checkVariables = (text: unknown, type: unknown, context: unknown) => checkOAuth(text, type, context, check);
		api.hooks.replaceVariable?.addHook(`${PLUGIN_NAME}-texts`, recordText, { before: [DIGEST_HOOK] });
		api.hooks.replaceVariable?.addHook(`${PLUGIN_NAME}-oauth2`, checkVariables, { before: [OAUTH_HOOK] });
		// After all hooks, those of scripts included: variables have been replaced, and the body is complete.
		const afterLoop = (hookContext: unknown) => checkOutgoing(hookContext, check);
		api.hooks.onRequest?.addInterceptor({ id: PLUGIN_NAME, afterLoop });
	}
}

async function checkOutgoing(hookContext: unknown, check: RequestCheck): Promise<boolean> {
	if (v.is(requestContextSchema, hookContext)) {
		const [request, context] = hookContext.args;
		const { url, headers, body, options } = request;
		const removedTexts = replacedTexts.get(request) ?? [];
		const sent = [String(url), ...Object.values(toRecord(headers)), body, await readCookies(request), ...removedTexts];
		const text = sent.flat().map(toText).join('\n');
		const configuredOptions = toRecord(toRecord(context).config).request;
		await check({ urls: listUrls(request, [configuredOptions, options].map(toRecord)), text, file: getFile(context) });
	}
	return true;
}

/** Reads the cookies that httpYac's HTTP client adds to a request: its own, which httpYac removed from the headers, and those of earlier ones. */
async function readCookies({ url, options }: Readonly<Record<string, unknown>>): Promise<unknown> {
	const { cookieJar } = toRecord(options);
	return v.is(cookieJarSchema, cookieJar) ? await cookieJar.getCookieString(url) : undefined;
}

/**
 * Records a text in which variables have been replaced, unless it's the value of a variable, which the request may not use.
 * @returns the text, which it leaves alone
 */
function recordText(text: unknown, type: unknown, context: unknown): unknown {
	const { request } = toRecord(context);
	if (type !== VARIABLE_TYPE && typeof request === 'object' && request !== null) {
		replacedTexts.set(request, [...(replacedTexts.get(request) ?? []), toText(text)]);
	}
	return text;
}

/**
 * Checks the variables of a request whose authorization is OAuth: httpYac sends some of them, without its hooks, to hosts that others name.
 * @returns the text, which it leaves alone
 */
async function checkOAuth(text: unknown, type: unknown, context: unknown, check: RequestCheck): Promise<unknown> {
	if (toText(type).toLowerCase() === 'authorization' && OAUTH_PATTERN.test(toText(text))) {
		await check({ urls: [''], text: listTexts(toRecord(context).variables).join('\n'), file: getFile(context) });
	}
	return text;
}

/** Lists the texts in a variable's value, which can be an object. */
function listTexts(value: unknown, depth = 0): readonly string[] {
	const isObject = depth < MAX_DEPTH && !(value instanceof Uint8Array);
	return [toText(value), ...(isObject ? Object.values(toRecord(value)).flatMap((item) => listTexts(item, depth + 1)) : [])];
}

function getFile(context: unknown): string {
	return v.is(contextSchema, context) ? String(context.httpFile.fileName) : '';
}

/**
 * Lists the URL and the proxy of a request. An encrypted request is safe from the proxy, unless the configuration says which certificates the
 * host may have. A script can set anything, so what isn't a text is a host that isn't known.
 * @param allOptions options of the HTTP client
 */
function listUrls(
	{ url, proxy, noRejectUnauthorized }: Readonly<Record<string, unknown>>,
	allOptions: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
	const hasOtherHost = allOptions.some((options) => HOST_OPTIONS.some((name) => name in options));
	const hasOtherTrust = allOptions.some((options) => [options, toRecord(options.https)].some(changesTrust));
	const isReadByProxy = Boolean(noRejectUnauthorized) || hasOtherTrust || !/^(?:https|wss):/i.test(toText(url));
	return [hasOtherHost ? '' : toText(url), ...(isReadByProxy && proxy ? [toText(proxy)] : [])];
}

function changesTrust({ rejectUnauthorized, ca, certificateAuthority }: Readonly<Record<string, unknown>>): boolean {
	return rejectUnauthorized === false || ca !== undefined || certificateAuthority !== undefined;
}

/** Returns an empty object for anything that has no properties: neither a script nor a file can end the check with an unusual value. */
function toRecord(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function toText(value: unknown): string {
	return value instanceof Uint8Array ? LATIN_1.decode(value) : typeof value === 'string' ? value : '';
}

/** Replaces the response's request with a masked copy. The original isn't changed, because it may be sent again. */
function maskRequest(response: unknown): void {
	if (typeof response === 'object' && response !== null && 'request' in response && v.is(requestSchema, response.request)) {
		const { url, headers = {}, body } = response.request;
		const maskedHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, maskValue(value)]));
		response.request = { ...response.request, url: maskValue(url), headers: maskedHeaders, body: maskValue(body) };
	}
}

function maskValue(value: unknown): unknown {
	if (Array.isArray(value)) {
		return value.map(maskValue);
	}
	return typeof value === 'string' ? maskPlainTextKeys(value) : value;
}
