import type { TextRange } from './lines';

/** A place where a request takes a token's key from the environment at the moment it is sent. */
export interface KeyReference extends TextRange {
	/** The environment variable that it names. */
	readonly variable: string;
	readonly tokenId: string;
}

/** What REST Client, httpYac and Visual Studio all resolve; REST Client alone knows the percent sign, which reads the name from a setting. */
const REFERENCE_PATTERN = /\{\{[ \t]*\$processEnv[ \t]+(CONNECT_(?:[A-Z0-9_]{1,80}?_)?(SU(?:_\d{3}){3,}))[ \t]*\}\}/g;

/**
 * The environment variable that holds the key of a token while requests refer to it: `CONNECT_SU_631_646_036`.
 * @param sourceId where the id alone could mean a token of another source: `CONNECT_VA_000_000_SU_631_646_036`
 */
export function getVariableName(tokenId: string, sourceId?: string): string {
	return ['CONNECT', ...(sourceId === undefined ? [] : [sourceId.toUpperCase()]), tokenId].join('_').replace(/[^A-Z0-9]+/g, '_');
}

/** The value of an Authorization header that refers to a token instead of holding its key; the parameters are those of `variableFor`. */
export function formatAuthorizationReference(tokenId: string, sourceId?: string): string {
	return `ApiKey ${formatVariableReference(tokenId, sourceId)}`;
}

/** The part of such a value that the client replaces: what `findReferences` finds. */
export function formatVariableReference(tokenId: string, sourceId?: string): string {
	return `{{$processEnv ${getVariableName(tokenId, sourceId)}}}`;
}

/** Every reference in a text, in order. Takes linear time. */
export function findKeyReferences(text: string): KeyReference[] {
	return Array.from(text.matchAll(REFERENCE_PATTERN), ({ index, 0: whole, 1: variable, 2: id }) => ({
		start: index,
		end: index + whole.length,
		variable: variable!,
		tokenId: id!.replaceAll('_', '-'),
	}));
}
