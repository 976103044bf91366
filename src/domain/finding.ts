import type { SourceToken } from './tokenSources';

/** A problem with a key or a token at a place in a file: a half-open range of UTF-16 offsets. */
export type Finding = { readonly start: number; readonly end: number } & (
	| { readonly kind: 'plain-key'; readonly tokenId: string | undefined; readonly sourceToken: SourceToken | undefined }
	| { readonly kind: 'unknown-token'; readonly tokenId: string }
	| { readonly kind: 'disabled' | 'expired' | 'expiring'; readonly sourceToken: SourceToken }
	/** Ids of modules, any of which would cover the request; none where only a token with all modules may make it. */
	| { readonly kind: 'not-covered'; readonly sourceToken: SourceToken; readonly modules: readonly string[] }
);
