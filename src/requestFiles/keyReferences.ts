import type { TextRange } from './lines';

/** A reference that a client replaces with a token's key from the environment when it sends the request. */
export interface KeyReference extends TextRange {
	/** Name of the environment variable. */
	readonly variable: string;
	readonly tokenId: string;
}

/** Name of a token's environment variable. */
const VARIABLE_NAME = /CONNECT_(?:[A-Z0-9_]{1,80}?_)?(SU(?:_\d{3}){3,})/.source;

/** The syntax that REST Client, httpYac, and Visual Studio all resolve. Only REST Client supports `%name`, which reads the name from a setting. */
const REFERENCE_PATTERN = new RegExp(`\\{\\{[ \\t]*\\$processEnv[ \\t]+(${VARIABLE_NAME})[ \\t]*\\}\\}`, 'g');
/** In any letter case, which Windows ignores, and after any text: httpYac needs no space after `$processEnv`. */
const VARIABLE_NAME_PATTERN = new RegExp(`${VARIABLE_NAME}(?!\\w)`, 'gi');

/**
 * Returns the environment variable for a token's key: `CONNECT_SU_631_646_036`.
 * @param sourceId if the ID alone would mean another source's token: `CONNECT_VA_000_000_SU_631_646_036`
 */
export function getVariableName(tokenId: string, sourceId?: string): string {
	return ['CONNECT', ...(sourceId === undefined ? [] : [sourceId.toUpperCase()]), tokenId].join('_').replace(/[^A-Z0-9]+/g, '_');
}

/** Formats an Authorization header's value that references a token. For the parameters, see `getVariableName`. */
export function formatAuthorizationReference(tokenId: string, sourceId?: string): string {
	return `ApiKey ${formatVariableReference(tokenId, sourceId)}`;
}

/** Formats the part of the value that the client replaces, which `findKeyReferences` finds. */
export function formatVariableReference(tokenId: string, sourceId?: string): string {
	return `{{$processEnv ${getVariableName(tokenId, sourceId)}}}`;
}

/** Finds every reference in a text, in order. Takes linear time. */
export function findKeyReferences(text: string): KeyReference[] {
	return Array.from(text.matchAll(REFERENCE_PATTERN), ({ index, 0: whole, 1: variable, 2: id }) => ({
		start: index,
		end: index + whole.length,
		variable: variable!,
		tokenId: id!.replaceAll('_', '-'),
	}));
}

/** Finds the names of tokens' environment variables in code, no matter how it reads them. */
export function findVariableNames(code: string): readonly string[] {
	return Array.from(code.matchAll(VARIABLE_NAME_PATTERN), ([name]) => name.toUpperCase());
}
