import {
	setAuthorization,
	setAuthorizationEverywhere,
	setAuthorizationEverywhereInMarkdown,
	setAuthorizationInMarkdown,
	type AuthorizationEdits,
} from './authorizationEdits';
import type { RequestFileKind } from './requestFileKind';

/** Which requests get the header: the ones at the cursors, or every request in the file. */
export type InsertScope = 'cursors' | 'file';

/** Which requests of a file to change. */
export interface AuthorizationTarget {
	readonly kind: RequestFileKind;
	readonly scope: InsertScope;
	/** Offsets of the cursors in UTF-16 units. Only used with the scope `cursors`. */
	readonly offsets: readonly number[];
}

/** Creates the edits that set the Authorization header; undefined if no cursor is in a Markdown document's fenced requests. */
export function placeAuthorization(
	text: string,
	value: string,
	{ kind, scope, offsets }: AuthorizationTarget,
): AuthorizationEdits | undefined {
	if (kind === 'requestFile') {
		return scope === 'file' ? setAuthorizationEverywhere(text, value) : setAuthorization(text, offsets, value);
	}
	return scope === 'file' ? setAuthorizationEverywhereInMarkdown(text, value) : setAuthorizationInMarkdown(text, offsets, value);
}
