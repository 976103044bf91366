import { isLoopbackHost } from './origins';
import { isGatewayAddress, type GatewayAddress } from './tokenHosts';
import type { SourceToken } from './tokenSources';

/** A server that accepts tokens, but not all of them: the gateway accepts the workspace's, and an account accepts its own. */
export type Recipient = 'gateway' | 'account';

/** Where tokens are accepted. */
export interface Recipients {
	readonly gateway: GatewayAddress;
	/** Origins of the platform's API and of the accounts' APIs. */
	readonly platformOrigins: readonly string[];
}

/**
 * Returns what an origin belongs to, if that doesn't accept the token; undefined if it does, or if nobody knows. An API under development
 * could accept any token, so it's unknown whether other loopback addresses do.
 * @param origin as `parseOrigin` returns it
 */
export function findWrongRecipient(
	origin: string,
	{ source: { remote } }: Pick<SourceToken, 'source'>,
	{ gateway, platformOrigins }: Recipients,
): Recipient | undefined {
	if (isGatewayAddress(origin, gateway)) {
		return remote ? 'gateway' : undefined;
	}
	const isPlatform = platformOrigins.includes(origin) && !isLoopbackHost(new URL(origin).hostname);
	return isPlatform && (!remote || new URL(remote.account.endpoint).origin !== origin) ? 'account' : undefined;
}
