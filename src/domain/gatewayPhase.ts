import type { Problem } from './problems';

/** What the gateway is doing. */
export type GatewayPhase =
	| { readonly kind: 'stopped' }
	| { readonly kind: 'starting' }
	| { readonly kind: 'running'; /** The gateway's URL, with the upstream's path. */ readonly url: string }
	/** It crashed too often and isn't restarted automatically. */
	| { readonly kind: 'failed'; readonly problem: Problem };
