import type { Token } from './token';
import type { Recipient } from './tokenRecipients';
import type { SourceToken } from './tokenSources';

/** A problem with an API key or a token in a file. `start` and `end` (exclusive) are UTF-16 offsets. */
export type Finding = { readonly start: number; readonly end: number } & (
	| { readonly kind: 'plain-key'; readonly tokenId: string | undefined; readonly sourceToken: SourceToken | undefined }
	| { readonly kind: 'unknown-token'; readonly tokenId: string }
	| { readonly kind: 'disabled' | 'expired' | 'expiring'; readonly sourceToken: SourceToken }
	/** The request would send the token's key to a host that isn't allowed, or whose name can't be determined. */
	| { readonly kind: 'foreign-host'; readonly sourceToken: SourceToken; readonly host: string; readonly origin: string }
	| { readonly kind: 'unknown-host'; readonly sourceToken: SourceToken }
	/** The request would be denied: only the gateway accepts the token, or only its account does. `recipient` is what it's sent to instead. */
	| {
			readonly kind: 'gateway-only' | 'account-only';
			readonly sourceToken: SourceToken;
			readonly host: string;
			readonly origin: string;
			readonly recipient: Recipient;
	  }
	/** IDs of the modules that cover the request, any of which is sufficient; empty if only tokens with all modules can make it. */
	| { readonly kind: 'not-covered'; readonly sourceToken: SourceToken; readonly modules: readonly string[] }
	/** The token may only read the modules; `ALL_MODULES` if the path isn't covered by any module. */
	| { readonly kind: 'read-only'; readonly sourceToken: SourceToken; readonly modules: readonly string[] }
);

/** Returns which finding a reference to a token is because of its status; undefined if it's none. */
export function getStatusFindingKind({ status }: Pick<Token, 'status'>): 'disabled' | 'expired' | 'expiring' | undefined {
	switch (status) {
		case 'inactive':
			return 'disabled';
		case 'expired':
		case 'expiring':
			return status;
		default:
			return undefined;
	}
}
