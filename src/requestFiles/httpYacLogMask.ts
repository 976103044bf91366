import * as v from 'valibot';
import { ENVIRONMENT_HOOK, replaceProvidedKeys } from './httpYacKeys';
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

const requestContextSchema = v.object({ args: v.looseTuple([requestSchema, v.unknown()]) });

/** Decodes one character for each byte. Available in Node.js and in browsers. */
declare const TextDecoder: new (encoding: 'latin1') => { decode(bytes: Uint8Array): string };
const LATIN_1 = new TextDecoder('latin1');

const PLUGIN_NAME = 'connect-tokens';

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
		// After all hooks, those of scripts included: variables have been replaced, and the body is complete.
		const afterLoop = (hookContext: unknown) => checkOutgoing(hookContext, check);
		api.hooks.onRequest?.addInterceptor({ id: PLUGIN_NAME, afterLoop });
	}
}

async function checkOutgoing(hookContext: unknown, check: RequestCheck): Promise<boolean> {
	if (v.is(requestContextSchema, hookContext)) {
		const [{ url, headers = {}, body }, context] = hookContext.args;
		const text = [url, ...Object.values(headers), body].flat().map(toText).join('\n');
		await check({ url, text, file: v.is(contextSchema, context) ? String(context.httpFile.fileName) : '' });
	}
	return true;
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
