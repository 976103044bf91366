import { formatApiKey } from '../domain/apiKey';
import { formatConnectReference, formatKey } from '../domain/connectReference';
import type { TokenLocator } from '../domain/tokenSources';
import type { TextReplacement } from '../requestFiles/authorizationEdits';
import { findConfigurationValues } from '../requestFiles/configurationValues';
import { createReferenceReplacement } from '../requestFiles/fileReferences';
import { sliceRange } from '../requestFiles/lines';
import { findPlainTextKeys } from '../requestFiles/plainTextKeys';
import type { FoundKey, PlaceKind } from './foundKey';
import { applyReplacements, getString, parseJson } from './jsonText';
import { runWithReference, useHeadersHelper } from './mcpServers';

/** A key to replace, and the token that it belongs to. */
export interface KeyReplacement {
	readonly key: FoundKey;
	/** Names an account only if the token is one of an account. */
	readonly token: TokenLocator;
}

/**
 * Replaces keys as their remedies say. Everything else in the file stays as it is.
 * @param text in which the keys were found
 * @param program path or name of the command line that starts programs of MCP servers
 * @returns undefined if a key can't be replaced
 */
export function replaceKeys(text: string, kind: PlaceKind, replacements: readonly KeyReplacement[], program: string): string | undefined {
	if (kind === 'envFile' || kind === 'shellHistory') {
		const values = kind === 'envFile' ? findConfigurationValues(text, 'dotenv') : [];
		const edits = replacements.map(({ key, token }) =>
			kind === 'envFile' ? createReferenceReplacement(text, 'dotenv', key, token, values) : createEdit(key, token),
		);
		return edits.every((edit) => edit !== undefined) ? applyReplacements(text, edits) : undefined;
	}
	return replacements.reduce<string | undefined>(
		(changed, replacement) => (changed === undefined ? undefined : replaceInServer(changed, replacement, program)),
		text,
	);
}

function createEdit({ start, end, form }: FoundKey, token: TokenLocator): TextReplacement | undefined {
	return form && { start, end, text: formatConnectReference({ ...token, form }) };
}

function replaceInServer(text: string, { key, token }: KeyReplacement, program: string): string | undefined {
	const { form, path, remedy } = key;
	if (form === undefined || path === undefined) {
		return undefined;
	}
	const reference = formatConnectReference({ ...token, form });
	if (remedy === 'headersHelper') {
		return useHeadersHelper(text, path, reference);
	}
	const written = findWrittenKey(getString(parseJson(text), path) ?? '', key);
	return written === undefined ? undefined : runWithReference(text, path, written, reference, program);
}

/** Returns the key as it's written in a value, in any case. */
function findWrittenKey(value: string, { tokenId, secret, form }: FoundKey): string | undefined {
	if (tokenId === undefined || secret === undefined || form === undefined) {
		return undefined;
	}
	const found = findPlainTextKeys(value).find(
		(item) => item.tokenId === tokenId && sliceRange(value, item.secret).toLowerCase() === secret,
	);
	const whole = formatKey(formatApiKey({ tokenId, secret }), form);
	return found ? sliceRange(value, found.value) : value.toLowerCase() === whole ? value : undefined;
}
