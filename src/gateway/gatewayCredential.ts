import * as v from 'valibot';
import { isConfidential } from '../domain/origins';
import { solvableProblem } from '../domain/problems';

/** The gateway's credential for its upstream: an `Authorization` value or the account whose key to use, and the only origin to send it to. */
export const gatewayCredentialSchema = v.union([
	v.object({ origin: v.string(), authorization: v.string() }),
	v.object({ origin: v.string(), sourceId: v.string() }),
]);
export type GatewayCredential = v.InferOutput<typeof gatewayCredentialSchema>;

/**
 * Returns the `Authorization` value to send to the upstream, or null if the credential is for another origin.
 * @param readAccountKey returns the account's key for this origin, or undefined if there's no such account
 * @throws ProblemError if the account was removed, because sending the callers' keys instead would expose them to the upstream, or if anyone on
 * the network could read the credential
 */
export async function readAuthorizationForUpstream(
	credential: GatewayCredential,
	upstream: string,
	readAccountKey: (sourceId: string, origin: string) => Promise<string | undefined>,
): Promise<string | null> {
	if (credential.origin !== new URL(upstream).origin) {
		return null;
	}
	throwUnlessConfidential(upstream);
	if ('authorization' in credential) {
		return credential.authorization;
	}
	const authorization = await readAccountKey(credential.sourceId, credential.origin);
	if (authorization === undefined) {
		throw solvableProblem('upstream', 'The gateway is set up to use an account that was removed. Choose another upstream, or use none.');
	}
	return authorization;
}

/**
 * Checks that a credential can be sent to the upstream.
 * @throws ProblemError for plain HTTP to another machine
 */
export function throwUnlessConfidential(upstream: string): void {
	if (!isConfidential(upstream)) {
		throw solvableProblem(
			'credential',
			"A gateway credential sent to {0} wouldn't be encrypted. Set connectTokens.gateway.upstream to a URL that starts with https, or remove the credential.",
			new URL(upstream).host,
		);
	}
}
