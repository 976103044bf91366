import { formatOrigin, isLoopbackHost } from './origins';
import type { SourceToken } from './tokenSources';

/** An origin that a token's key would be sent to; undefined if it isn't known. */
type Destination = string | undefined;

/** The gateway's address. */
export interface GatewayAddress {
	/** Its origin while it's listening. */
	readonly origin: string | undefined;
	/** Ports that it's configured to listen on or last listened on. Another process may be listening there. */
	readonly ports: readonly number[];
}

/** What decides where a token's key may be sent. */
export interface HostRules {
	readonly gateway: GatewayAddress;
	/** Origins that the user allowed for the token. */
	readonly allowedOrigins: readonly string[];
	/** Whether the user allowed the token for the file's requests whose host can't be determined. */
	readonly isFileAllowed: boolean;
}

/** Whether a token's key may be sent to a destination. */
export type HostVerdict =
	/** `host` is empty for a file's requests that the user allowed. `isObvious` if users expect no other: the account's, or the gateway's. */
	| { readonly kind: 'allowed'; readonly host: string; readonly isObvious: boolean }
	/** The gateway's address, where another process may be listening. */
	| { readonly kind: 'gatewayStopped'; readonly host: string }
	| { readonly kind: 'unknown' }
	| { readonly kind: 'foreign'; readonly host: string; readonly origin: string };

/** From the best to the worst. */
const KINDS: readonly HostVerdict['kind'][] = ['allowed', 'gatewayStopped', 'unknown', 'foreign'];

/**
 * Returns whether a request may send the token's key: the worst verdict about its destinations.
 * A lease is valid only at the gateway, so the user can't allow anything else for it.
 * @param destinations origins, as `parseOrigin` returns them. Empty if it can't be sent, which is the same as an unknown destination.
 */
export function checkHosts(destinations: readonly Destination[], sourceToken: SourceToken, rules: HostRules): HostVerdict {
	return worstVerdict((destinations.length === 0 ? [undefined] : destinations).map((origin) => checkHost(origin, sourceToken, rules)));
}

/** @param verdicts at least one */
export function worstVerdict(verdicts: readonly HostVerdict[]): HostVerdict {
	return verdicts.reduce((worst, verdict) => (KINDS.indexOf(verdict.kind) > KINDS.indexOf(worst.kind) ? verdict : worst));
}

function checkHost(origin: Destination, { source, token }: SourceToken, rules: HostRules): HostVerdict {
	if (origin === undefined) {
		return rules.isFileAllowed && !token.lease ? { kind: 'allowed', host: '', isObvious: false } : { kind: 'unknown' };
	}
	const { gateway, allowedOrigins } = rules;
	const host = formatOrigin(origin);
	if (isGatewayListening(origin, gateway)) {
		return { kind: 'allowed', host, isObvious: true };
	}
	if (isGatewayAddress(origin, gateway)) {
		return { kind: 'gatewayStopped', host };
	}
	const isLoopback = isLoopbackHost(new URL(origin).hostname);
	const { remote } = source;
	const isAccount = remote !== undefined && new URL(remote.account.endpoint).origin === origin;
	if (isAccount || (isLoopback && !remote) || (allowedOrigins.includes(origin) && !token.lease)) {
		return { kind: 'allowed', host, isObvious: isAccount };
	}
	return { kind: 'foreign', host, origin };
}

/** Returns whether the gateway is listening at an origin, or would after its start. */
export function isGatewayAddress(origin: string, gateway: GatewayAddress): boolean {
	const { hostname, port } = new URL(origin);
	return isGatewayListening(origin, gateway) || (isLoopbackHost(hostname) && gateway.ports.includes(Number(port)));
}

/** The gateway listens only on 127.0.0.1, which `localhost` stands for. */
function isGatewayListening(origin: string, { origin: gatewayOrigin }: GatewayAddress): boolean {
	return gatewayOrigin !== undefined && (origin === gatewayOrigin || origin === gatewayOrigin.replace('127.0.0.1', 'localhost'));
}
