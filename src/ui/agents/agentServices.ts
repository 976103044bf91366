import { setTimeout as wait } from 'node:timers/promises';
import type { AgentServices } from '../../agents/agentServices';
import type { AskBackoff } from '../../agents/askBackoff';
import { sendToGateway } from '../../agents/sendToGateway';
import type { KeyRequester } from '../../broker/keyRequest';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { getBasePath, getPath, targetBelowBase } from '../../gateway/basePath';
import type { GatewayController } from '../../gateway/gatewayController';
import { getEffectiveMethod } from '../../gateway/methodOverride';
import { startGatewayFor } from '../gateway/startGatewayFor';
import type { KeyLoader } from '../keys/keyLoader';
import { readModules, readUpstreamOrUndefined } from '../settings';
import { insertReference } from './insertReference';

/** A gateway sends its requests at most this long after somebody watches them, in milliseconds. */
const DENIALS_DELAY_MS = 300;

export interface AgentServicesOptions {
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	readonly keys: KeyLoader;
	readonly clock: Clock;
	/** Shared with the other questions of agents. */
	readonly backoff: AskBackoff;
	readonly askForLease: AgentServices['askForLease'];
}

/** Creates what the tools need from the window. */
export function createAgentServices(options: AgentServicesOptions): AgentServices {
	const { sources, gateway, keys, clock, askForLease } = options;
	let starting: Promise<string> | undefined;
	return {
		sources,
		clock,
		readModules,
		readTarget: ({ method, path }) => ({
			method: getEffectiveMethod(method, path, false),
			path: getPath(targetBelowBase(getBasePath(readUpstreamOrUndefined() ?? null), path)),
		}),
		readGateway: () => ({ url: gateway.url, hasUpstream: readUpstreamOrUndefined() !== undefined }),
		askForLease,
		send: async (lease, request, { caller, maxBodyBytes, signal }) => {
			const requester: KeyRequester = { kind: 'agent', ...(caller.kind === 'commandLine' && { name: caller.name }) };
			const authorization = await keys.releaseTo(requester, { source: sources.workspace, token: lease });
			// Many calls at once say only once that the gateway was started.
			const url = await (starting ??= startGatewayFor(gateway).finally(() => (starting = undefined)));
			return sendToGateway(request, { origin: new URL(url).origin, authorization, maxBodyBytes, signal });
		},
		listDenials: async (tokenId) => {
			await readLatest(gateway);
			return gateway.requests.all.filter((request) => request.tokenId === tokenId && request.reason !== undefined).toReversed();
		},
		insertAuthorization: (found, file, line, caller) => insertReference({ found, file, line, caller }, options),
	};
}

/** Waits until the gateway has sent the requests that it kept to itself; it sends nothing if there are none. */
async function readLatest({ requests }: GatewayController): Promise<void> {
	const controller = new AbortController();
	const subscription = requests.watch(() => controller.abort());
	// Rejects when it's aborted, which is what it waits for.
	await wait(DENIALS_DELAY_MS, undefined, { signal: controller.signal }).catch(() => undefined);
	subscription.dispose();
}
