import type { Finding } from './finding';

/** A problem with a reference outside of request files. `start` and `end` (exclusive) are UTF-16 offsets. */
export type ConnectReferenceFinding =
	| Extract<Finding, { kind: 'unknown-token' | 'disabled' | 'expired' | 'expiring' }>
	| ({ readonly start: number; readonly end: number } & (
			| { readonly kind: 'unknown-account'; readonly sourceId: string }
			| { readonly kind: 'malformed-reference' }
			/** Parsers of `.env` files other than ours take the form for a comment. `value` is what needs quotes. */
			| { readonly kind: 'unquoted-form'; readonly value: { readonly start: number; readonly end: number } }
	  ));
