import { getSecret } from './apiKey';
import type { TokenLocator } from './tokenSources';

/**
 * What a reference stands for: `authorization` is the value of the `Authorization` header (`ApiKey SU-…:…`), `credential` is `SU-…:…`, and
 * `secret` is the 40 characters after the colon.
 */
export type KeyForm = 'authorization' | 'credential' | 'secret';

/** All forms, the default first. */
export const KEY_FORMS: readonly KeyForm[] = ['authorization', 'credential', 'secret'];

/** A reference to a token's key, outside of request files. */
export interface ConnectReference extends TokenLocator {
	readonly form: KeyForm;
}

/** A reference in a text. */
export interface LocatedConnectReference {
	readonly start: number;
	readonly end: number;
	/** Undefined if the text starts like a reference but isn't one. */
	readonly reference: ConnectReference | undefined;
}

const SCHEME = 'connect://';
/** An account is named by the ID of its source, which can contain its host: `VA-000-000@api.example.com`. */
const REFERENCE_PATTERN = /^connect:\/\/(?:(VA-[\w@.:-]{1,120})\/)?(SU(?:-\d{3}){3,8})(?:#(authorization|credential|secret))?$/;
/** What looks like a reference, also if it's mistyped, without the punctuation after it. */
const CANDIDATE_PATTERN = /(?<![\w.+-])connect:\/\/(?:[\w@.:/#-]*[\w/#-])?/gi;

/** Parses `connect://SU-631-646-036`, optionally with an account (`connect://VA-000-000/SU-…`) and a form (`#credential`). */
export function parseConnectReference(text: string): ConnectReference | undefined {
	const match = REFERENCE_PATTERN.exec(text);
	return match
		? {
				tokenId: match[2]!,
				...(match[1] !== undefined && { sourceId: match[1] }),
				form: KEY_FORMS.find((form) => form === match[3]) ?? 'authorization',
			}
		: undefined;
}

/** Formats a reference. The form `authorization` is the default, so it isn't written. */
export function formatConnectReference({ tokenId, sourceId, form }: ConnectReference): string {
	const account = sourceId === undefined ? '' : `${sourceId}/`;
	return `${SCHEME}${account}${tokenId}${form === 'authorization' ? '' : `#${form}`}`;
}

/** Finds every reference in a text, in order, also invalid ones. Takes linear time. */
export function findConnectReferences(text: string): readonly LocatedConnectReference[] {
	return Array.from(text.matchAll(CANDIDATE_PATTERN), ({ index, 0: candidate }) => ({
		start: index,
		end: index + candidate.length,
		reference: parseConnectReference(candidate),
	}));
}

/**
 * Returns what a reference with a form stands for.
 * @param authorization value of the `Authorization` header
 */
export function formatKey(authorization: string, form: KeyForm): string {
	switch (form) {
		case 'authorization':
			return authorization;
		case 'credential':
			return authorization.replace(/^ApiKey +/i, '');
		case 'secret':
			return getSecret(authorization);
	}
}
