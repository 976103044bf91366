import * as v from 'valibot';
import { maskPlainTextKeys } from './plainTextKeys';

/** What of httpYac's extension is needed. It is not promised by it, so whatever looks different is left alone. */
const httpYacExportsSchema = v.object({
	httpyac: v.object({ store: v.object({ pluginStore: v.record(v.string(), v.function()) }) }),
	documentStore: v.object({ clear: v.function() }),
});
const pluginApiSchema = v.object({ hooks: v.object({ responseLogging: v.object({ addHook: v.function() }) }) });
const requestSchema = v.looseObject({
	url: v.string(),
	headers: v.optional(v.record(v.string(), v.unknown())),
	body: v.optional(v.unknown()),
});

const PLUGIN_NAME = 'connect-tokens';

/**
 * Has httpYac mask keys in the requests that it logs and shows, from the next one on.
 * @param exported what its extension exports
 * @returns whether it does
 */
export function installLogMask(exported: unknown): boolean {
	if (!v.is(httpYacExportsSchema, exported)) {
		return false;
	}
	exported.httpyac.store.pluginStore[PLUGIN_NAME] = logMaskPlugin;
	// Documents that it has read keep the hooks of that time.
	exported.documentStore.clear();
	return true;
}

/** A plugin of httpYac. */
function logMaskPlugin(api: unknown): void {
	if (v.is(pluginApiSchema, api)) {
		api.hooks.responseLogging.addHook(PLUGIN_NAME, maskRequest);
	}
}

/** Puts a masked copy in the place of the request that a response belongs to. The request itself may be sent again. */
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
