import type { HostCheckContext, HostCheckSource } from '../../src/requestFiles/hostCheck';

/** Nothing is allowed except loopback addresses and accounts, and the gateway isn't running. */
export const NO_ALLOWED_HOSTS: HostCheckContext = {
	hosts: {},
	gateway: { origin: undefined, ports: [] },
	platformOrigins: [],
	clients: ['restClient', 'httpYac'],
};

/** Returns a context in which a token may be sent to these origins. */
export function allowOrigins(origins: readonly string[], tokenId = 'SU-631-646-036', sourceId = 'workspace'): HostCheckContext {
	return { ...NO_ALLOWED_HOSTS, hosts: { [sourceId]: { [tokenId]: { origins, files: [] } } } };
}

/** A source whose context doesn't change. */
export function fixedHostChecks(context: HostCheckContext): HostCheckSource {
	return { current: context, read: () => Promise.resolve(context), onDidChange: () => ({ dispose: () => undefined }) };
}
