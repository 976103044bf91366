import { parseApiKey } from '../domain/apiKey';
import {
	findConnectReferences,
	formatConnectReference,
	type ConnectReference,
	type KeyForm,
	type LocatedConnectReference,
} from '../domain/connectReference';
import type { ConnectReferenceFinding } from '../domain/connectReferenceFinding';
import { getStatusFindingKind } from '../domain/finding';
import type { TokenSource } from '../domain/ports';
import type { SourceToken, TokenLocator, TokenSources } from '../domain/tokenSources';
import type { TextReplacement } from './authorizationEdits';
import { findConfigurationValues, type ConfigurationFileKind, type ConfigurationValue } from './configurationValues';
import { MAX_DOCUMENT_LENGTH } from './documentLength';
import { sliceRange, type TextRange } from './lines';
import { hasAllTokens } from './tokenVariables';

/** A reference in a value of a configuration file. */
export interface FileReference extends LocatedConnectReference {
	readonly value: ConfigurationValue;
}

/** The tokens that references can mean. */
export interface FileReferenceContext {
	/** In the order of their sources. */
	readonly tokens: readonly SourceToken[];
	readonly sources: readonly TokenSource[];
}

/** The start of a reference that someone types or mistyped. Others also use the scheme `connect`. */
const INTENDED_REFERENCE_PATTERN = /^connect:\/\/(?:$|#|VA-|(?:[^/]*\/)?SU(?:[-_#]|$))/i;
const PARTIAL_REFERENCE_PATTERN = /(?<![\w.+-])(connect:\/\/)([\w@.:/-]*)(#\w*)?/g;

/**
 * Finds the references in a configuration file's values, in order, also mistyped ones. Returns nothing for very long documents. Takes linear
 * time.
 */
export function findFileReferences(text: string, kind: ConfigurationFileKind): readonly FileReference[] {
	// Most files contain none.
	if (text.length > MAX_DOCUMENT_LENGTH || !/connect:\/\//i.test(text)) {
		return [];
	}
	return findConfigurationValues(text, kind).flatMap((value) =>
		findConnectReferences(sliceRange(text, value))
			.map(({ start, end, reference }) => ({ start: value.start + start, end: value.start + end, reference, value }))
			.filter(({ start, end, reference }) => reference !== undefined || isIntended(text, start, end)),
	);
}

/** A reference that's completed by another program, such as `connect://${TOKEN}`, isn't mistyped. */
function isIntended(text: string, start: number, end: number): boolean {
	return INTENDED_REFERENCE_PATTERN.test(text.slice(start, end)) && !/[$%<{]/.test(text.charAt(end));
}

/** Finds the token that a reference means. */
export function findReferencedToken({ tokenId, sourceId }: TokenLocator, tokens: readonly SourceToken[]): SourceToken | undefined {
	return tokens.find(({ source, token }) => token.id === tokenId && (sourceId === undefined || source.id === sourceId));
}

/** Lists the tokens with the IDs of references. Reads accounts over the network only for a reference that means none of the workspace. */
export async function listTokensOf(references: readonly FileReference[], sources: TokenSources): Promise<readonly SourceToken[]> {
	const locators = references.flatMap(({ reference }) => (reference ? [reference] : []));
	if (locators.length === 0) {
		return [];
	}
	const cached = await sources.list('cached');
	const meansAccount = locators.some((locator) => findReferencedToken(locator, cached)?.source !== sources.workspace);
	const tokens = sources.all.length > 1 && meansAccount ? await sources.list('available') : cached;
	const tokenIds = new Set(locators.map(({ tokenId }) => tokenId));
	return tokens.filter(({ token }) => tokenIds.has(token.id));
}

/** Returns the reference to a token. That to an account's token names its account. */
export function formatReferenceTo({ source, token }: SourceToken, form: KeyForm): string {
	return formatConnectReference({ tokenId: token.id, ...(source.remote && { sourceId: source.id }), form });
}

/** Finds problems with references, in their order. */
export function findFileReferenceFindings(
	text: string,
	kind: ConfigurationFileKind,
	references: readonly FileReference[],
	context: FileReferenceContext,
): readonly ConnectReferenceFinding[] {
	return references.flatMap(({ start, end, reference, value }): ConnectReferenceFinding[] => {
		if (!reference) {
			return [{ start, end, kind: 'malformed-reference' }];
		}
		const isUnquoted = kind === 'dotenv' && !value.isQuoted && text.slice(start, end).includes('#');
		return [
			...findTokenFindings({ start, end }, reference, context),
			...(isUnquoted ? [{ start, end, kind: 'unquoted-form', value } as const] : []),
		];
	});
}

function findTokenFindings(
	range: TextRange,
	reference: ConnectReference,
	{ tokens, sources }: FileReferenceContext,
): readonly ConnectReferenceFinding[] {
	const { tokenId, sourceId } = reference;
	const sourceToken = findReferencedToken(reference, tokens);
	if (sourceToken) {
		const kind = getStatusFindingKind(sourceToken.token);
		return kind ? [{ ...range, kind, sourceToken }] : [];
	}
	const readable = sources.filter(({ id }) => sourceId === undefined || id === sourceId);
	if (sourceId !== undefined && readable.length === 0) {
		return [{ ...range, kind: 'unknown-account', sourceId }];
	}
	return hasAllTokens({ all: readable }) ? [{ ...range, kind: 'unknown-token', tokenId }] : [];
}

/** Returns the edit that puts a value of a `.env` file in quotes; undefined if it contains quotes. */
export function createQuotedValue(text: string, value: TextRange): TextReplacement | undefined {
	const content = sliceRange(text, value);
	return /["\\]/.test(content) ? undefined : { start: value.start, end: value.end, text: `"${content}"` };
}

/**
 * Returns the edit that replaces a plain-text key that's a whole value with a reference in the same form. In a `.env` file, it adds missing
 * quotes.
 * @param key with its scheme, if it has one
 * @param values all of the file; pass them for several keys of it
 * @returns undefined if the value contains more than the key, or the key is escaped
 */
export function createReferenceReplacement(
	text: string,
	kind: ConfigurationFileKind,
	key: TextRange,
	locator: TokenLocator,
	values: readonly ConfigurationValue[] = findConfigurationValues(text, kind),
): TextReplacement | undefined {
	const form = getKeyForm(sliceRange(text, key));
	const value = values.find(({ start, end }) => start === key.start && end === key.end);
	if (!form || !value) {
		return undefined;
	}
	const reference = formatConnectReference({ ...locator, form });
	return { start: key.start, end: key.end, text: kind === 'dotenv' && !value.isQuoted ? `"${reference}"` : reference };
}

function getKeyForm(key: string): KeyForm | undefined {
	if (/^[\da-f]{40}$/i.test(key)) {
		return 'secret';
	}
	return parseApiKey(key) && (/^ApiKey/i.test(key) ? 'authorization' : 'credential');
}

/** What completes a reference at a cursor: tokens after `connect://`, or forms after `#`. The range is that of the whole reference. */
export interface ReferenceCompletion extends TextRange {
	readonly kind: 'token' | 'form';
	/** What's before the form. */
	readonly base: string;
	/** The form with its `#`, which stays when a token is completed. */
	readonly suffix: string;
}

/**
 * Finds the reference that's being typed at a cursor.
 * @param cursor offset in the line, in UTF-16 units
 */
export function findReferenceCompletion(line: string, cursor: number): ReferenceCompletion | undefined {
	for (const { index, 0: whole, 1: scheme = '', 2: rest = '', 3: suffix = '' } of line.matchAll(PARTIAL_REFERENCE_PATTERN)) {
		const end = index + whole.length;
		if (index + scheme.length <= cursor && cursor <= end) {
			const kind = suffix !== '' && cursor > end - suffix.length ? 'form' : 'token';
			return { start: index, end, kind, base: scheme + rest, suffix };
		}
	}
	return undefined;
}
