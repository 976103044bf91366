import type { TextRange } from './lines';

/** A place where a request takes a token's key from the environment at the moment it is sent. */
export interface Reference extends TextRange {
	readonly tokenId: string;
}

/** What REST Client, httpYac and Visual Studio all resolve; REST Client alone knows the percent sign, which reads the name from a setting. */
const REFERENCE = /\{\{[ \t]*\$processEnv[ \t]+CONNECT_(SU(?:_\d{3}){3,})[ \t]*\}\}/g;

/** The environment variable that holds the key of a token while requests refer to it: `CONNECT_SU_631_646_036`. */
export function variableFor(tokenId: string): string {
	return `CONNECT_${tokenId.replaceAll('-', '_')}`;
}

/** The value of an Authorization header that refers to a token instead of holding its key. */
export function referenceTo(tokenId: string): string {
	return `ApiKey ${variableReference(tokenId)}`;
}

/** The part of such a value that the client replaces: what `findReferences` finds. */
export function variableReference(tokenId: string): string {
	return `{{$processEnv ${variableFor(tokenId)}}}`;
}

/** Every reference in a text, in order. Takes linear time. */
export function findReferences(text: string): Reference[] {
	return Array.from(text.matchAll(REFERENCE), ({ index, 0: whole, 1: id }) => ({
		start: index,
		end: index + whole.length,
		tokenId: id!.replaceAll('_', '-'),
	}));
}
