import { formatOrigin, isLoopbackHost } from './origins';
import { isGatewayAddress, type GatewayAddress, type HostVerdict } from './tokenHosts';
import type { SourceToken } from './tokenSources';

/** A server that accepts tokens, but not all of them: the gateway accepts the workspace's, and an account accepts its own. */
export type Recipient = 'gateway' | 'account';

/** Where tokens are accepted. */
export interface Recipients {
	readonly gateway: GatewayAddress;
	/** Origins of the platform's API and of the accounts' APIs. */
	readonly platformOrigins: readonly string[];
}

/** Where a request is sent that doesn't accept its token. */
export interface WrongDestination {
	readonly host: string;
	readonly origin: string;
	readonly recipient: Recipient;
}

/** Whether a request may send a token's key, and whether the token is valid there. */
export interface UseCheck {
	readonly verdict: HostVerdict;
	/** Undefined if every destination might accept the token. */
	readonly wrong: WrongDestination | undefined;
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

/**
 * Returns the destination that doesn't accept the token, unless there's a problem with another one or the user allowed it: an imported key
 * can be an account's.
 */
export function findWrongDestination(
	verdict: HostVerdict,
	destinations: readonly (string | undefined)[],
	sourceToken: Pick<SourceToken, 'source'>,
	recipients: Recipients,
): WrongDestination | undefined {
	const origins = verdict.kind === 'foreign' ? [verdict.origin] : verdict.kind === 'unknown' ? [] : destinations;
	for (const origin of origins) {
		const recipient = origin === undefined ? undefined : findWrongRecipient(origin, sourceToken, recipients);
		if (origin !== undefined && recipient && (recipient === 'gateway' || verdict.kind === 'foreign')) {
			return { host: formatOrigin(origin), origin, recipient };
		}
	}
	return undefined;
}
