import * as v from 'valibot';
import { maskSecrets } from '../../http/plainKeys';

/** What of httpYac's extension is needed. It is not promised by it, so whatever looks different is left alone. */
const exportsSchema = v.object({
	httpyac: v.object({ store: v.object({ pluginStore: v.record(v.string(), v.function()) }) }),
	documentStore: v.object({ clear: v.function() }),
});
const pluginSchema = v.object({ hooks: v.object({ responseLogging: v.object({ addHook: v.function() }) }) });
const requestSchema = v.looseObject({
	url: v.string(),
	headers: v.optional(v.record(v.string(), v.unknown())),
	body: v.optional(v.unknown()),
});

const NAME = 'connect-tokens';

/**
 * Has httpYac mask keys in the requests that it logs and shows, from the next one on.
 * @param exported what its extension exports
 * @returns whether it does
 */
export function maskLogOf(exported: unknown): boolean {
	if (!v.is(exportsSchema, exported)) {
		return false;
	}
	exported.httpyac.store.pluginStore[NAME] = addMask;
	// Documents that it has read keep the hooks of that time.
	exported.documentStore.clear();
	return true;
}

/** A plugin of httpYac. */
function addMask(api: unknown): void {
	if (v.is(pluginSchema, api)) {
		api.hooks.responseLogging.addHook(NAME, maskRequest);
	}
}

/** Puts a masked copy in the place of the request that a response belongs to. The request itself may be sent again. */
function maskRequest(response: unknown): void {
	if (typeof response === 'object' && response !== null && 'request' in response && v.is(requestSchema, response.request)) {
		const { url, headers = {}, body } = response.request;
		const maskedHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)]));
		response.request = { ...response.request, url: masked(url), headers: maskedHeaders, body: masked(body) };
	}
}

function masked(value: unknown): unknown {
	if (Array.isArray(value)) {
		return value.map(masked);
	}
	return typeof value === 'string' ? maskSecrets(value) : value;
}
