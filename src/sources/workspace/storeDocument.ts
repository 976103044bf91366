import { isUtf8 } from 'node:buffer';
import type { TokenRecord } from '../../domain/token';
import { parseJson } from '../../storage/json';
import { findListDifference } from './listDifference';
import { findLayout, formatStore, getRecordTexts, type FormattedStore, type RecordTexts, type StoreLayout } from './storeLayout';
import { hasDuplicates, parseRecord, parseStore, serializeRecord, serializeStore, STORE_VERSION, type StoreContent } from './storeSchema';

/**
 * The content of a store file together with its bytes, so that when the file changes, only the records that have changed are parsed,
 * validated, and serialized.
 */
export interface StoreDocument extends StoreContent {
	readonly bytes: Buffer;
	/** Undefined if the file isn't formatted like those that are written, has no records, or has some that aren't valid tokens. */
	readonly layout: StoreLayout | undefined;
	/** Whether the text of each record is known to be what's written for it. Text that was edited can have properties that are dropped, for example. */
	readonly isCanonical: boolean;
}

/**
 * Parses the bytes of a store file, parts of which may be damaged. Returns undefined if they aren't a store at all.
 * @param known an earlier version of the same file, whose records are reused where their text is still the same
 */
export function parseDocument(bytes: Buffer, known?: StoreDocument): StoreDocument | undefined {
	if (known?.bytes.equals(bytes)) {
		return known;
	}
	const formatted = parseFormatted(bytes, known && isFormatted(known) ? known : undefined);
	if (formatted) {
		return formatted;
	}
	const content = parseStore(bytes);
	return content && { ...content, bytes, layout: undefined, isCanonical: false };
}

function isFormatted(document: StoreDocument): document is StoreDocument & FormattedStore {
	return document.layout !== undefined;
}

/** Returns undefined if the file isn't formatted, or has records that aren't valid tokens. */
function parseFormatted(bytes: Buffer, known: (StoreDocument & FormattedStore) | undefined): StoreDocument | undefined {
	const found = isUtf8(bytes) ? findLayout(bytes, known) : undefined;
	if (!found) {
		return undefined;
	}
	const { layout, startCount, endCount } = found;
	const knownTokens = known?.tokens ?? [];
	const knownEnd = knownTokens.length - endCount;
	const replaced = new Map<string, TokenRecord>();
	for (let index = startCount; known && index < knownEnd; index++) {
		replaced.set(readText(known, index), knownTokens[index]!);
	}
	let isCanonical = known?.isCanonical === true;
	const tokens: TokenRecord[] = [];
	for (let index = startCount; index < layout.ends.length - endCount; index++) {
		const text = readText({ bytes, layout }, index);
		const reused = replaced.get(text);
		const token = reused ?? parseRecord(parseJson(text));
		if (!token) {
			return undefined;
		}
		isCanonical &&= reused !== undefined || serializeRecord(token) === text;
		tokens.push(token);
	}
	const [start, end] = [knownTokens.slice(0, startCount), knownTokens.slice(knownEnd)];
	return hasDuplicates(tokens, [...start, ...end])
		? undefined
		: { version: layout.version, tokens: [...start, ...tokens, ...end], unreadableCount: 0, bytes, layout, isCanonical };
}

function readText(store: FormattedStore, index: number): string {
	return getRecordTexts(store, index, index + 1).bytes.toString();
}

/** Creates the file for `tokens`, which have to be valid. */
export function createDocument(tokens: readonly TokenRecord[]): StoreDocument {
	const bytes = Buffer.from(serializeStore(tokens));
	return { version: STORE_VERSION, tokens, unreadableCount: 0, bytes, layout: findLayout(bytes)?.layout, isCanonical: true };
}

/**
 * Creates the next version of a file, with the same bytes as `createDocument`. Returns undefined if it couldn't be read again, because a
 * record isn't a valid token, or repeats the ID of another token or key.
 * @param tokens those that are the same objects as in `document` are neither validated nor serialized again
 */
export function changeDocument(document: StoreDocument, tokens: readonly TokenRecord[]): StoreDocument | undefined {
	// The first change of a file that another program may have written serializes all of it.
	const current = document.isCanonical ? document : createDocument(document.tokens);
	const copy = (from: number, to: number) => (from < to && isFormatted(current) ? [getRecordTexts(current, from, to)] : []);
	const { start, removed, added } = findListDifference(current.tokens, tokens);
	const indexes = new Map(removed.map((token, offset) => [token, start + offset]));
	const changed: TokenRecord[] = [];
	const unchanged = [...tokens.slice(0, start), ...tokens.slice(start + added.length)];
	const texts = added.flatMap((token): readonly RecordTexts[] => {
		const index = indexes.get(token);
		if (index !== undefined) {
			// A second time, it's a duplicate.
			indexes.delete(token);
			unchanged.push(token);
			return copy(index, index + 1);
		}
		changed.push(token);
		const bytes = Buffer.from(serializeRecord(token));
		return [{ bytes, ends: [bytes.length] }];
	});
	if (changed.some((token) => !parseRecord(parseJson(serializeRecord(token)))) || hasDuplicates(changed, unchanged)) {
		return undefined;
	}
	if (tokens.length === 0) {
		return createDocument(tokens);
	}
	const parts = [...copy(0, start), ...texts, ...copy(start + removed.length, current.tokens.length)];
	return { version: STORE_VERSION, tokens, unreadableCount: 0, ...formatStore(STORE_VERSION, parts), isCanonical: true };
}
