import { getVariableName } from './keyReferences';

/** Where a text names a token. */
export interface TokenUse {
	/** Counts from 0. */
	readonly line: number;
	/** Index in the line. */
	readonly column: number;
}

/** The token to search for. `sourceId` is its account's, undefined for the workspace. */
export interface SearchedToken {
	readonly tokenId: string;
	readonly sourceId: string;
}

/**
 * Finds the lines that reference a token by the name of its environment variable, in any syntax and letter case, or name it by its ID, such
 * as a plain-text key.
 */
export function findTokenUses(text: string, { tokenId, sourceId }: SearchedToken): readonly TokenUse[] {
	const names = [getVariableName(tokenId, sourceId), getVariableName(tokenId), tokenId];
	const pattern = new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w]|-\\d)`, 'i');
	return text.split(/\r\n|\r|\n/).flatMap((content, line) => {
		const column = content.search(pattern);
		return column < 0 ? [] : [{ line, column }];
	});
}
