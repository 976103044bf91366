import {
	findConnectReferences,
	formatConnectReference,
	formatKey,
	parseConnectReference,
	type ConnectReference,
} from '../domain/connectReference';
import { problem } from '../domain/problems';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import type { KeyBroker } from './keyBroker';
import type { KeyRequest } from './keyRequest';

/** What's needed to replace references with keys. */
export interface ReferencedKeysOptions extends Pick<KeyRequest, 'requester' | 'sessionId'> {
	readonly sources: Pick<TokenSources, 'find'>;
	readonly broker: Pick<KeyBroker, 'release'>;
}

/** Returns the key that a reference stands for. */
export type GetKey = (reference: ConnectReference) => string;

/** What was meant as a reference to a key. Other programs may have a scheme of the same name. */
const INTENDED_PATTERN = /^connect:\/\/(?:VA-|SU)/i;

/**
 * Returns the references in a value, which can contain other text, too.
 * @throws ProblemError if there's one that's mistyped, or no program can get the value: an error about it would contain the key
 */
export function findReferences(value: string): readonly ConnectReference[] {
	return findConnectReferences(value).flatMap(({ start, end, reference }) => {
		const text = value.slice(start, end);
		if (reference && value.includes('\0')) {
			throw problem(
				'The value with the reference {0} contains a null character, which no program can get. Remove the character and try again.',
				text,
			);
		}
		if (!reference && INTENDED_PATTERN.test(text)) {
			throw invalidReference(text);
		}
		return reference ? [reference] : [];
	});
}

/** Replaces the references in a value with keys. */
export function replaceReferences(value: string, getKey: GetKey): string {
	return findConnectReferences(value).reduceRight(
		(text, { start, end, reference }) => (reference ? text.slice(0, start) + getKey(reference) + text.slice(end) : text),
		value,
	);
}

/**
 * Parses a reference that can be shortened to a token's ID where nothing else is possible: `SU-…` or `SU-…#secret`.
 * @throws ProblemError if it isn't one
 */
export function parseShortReference(text: string): ConnectReference {
	const reference = parseConnectReference(text.startsWith('connect://') ? text : `connect://${text}`);
	if (!reference) {
		throw invalidReference(text);
	}
	return reference;
}

/**
 * Asks for the keys of all references, one token after another, after all tokens were found.
 * @throws ProblemError if there's no such token, or a key isn't released
 */
export async function releaseReferencedKeys(
	references: readonly ConnectReference[],
	{ sources, broker, requester, sessionId }: ReferencedKeysOptions,
): Promise<GetKey> {
	const found = new Map<string, { readonly token: SourceToken; readonly references: readonly ConnectReference[] }>();
	for (const reference of references) {
		const token = await sources.find(reference);
		if (!token) {
			throw problem(
				"The token of {0} doesn't exist. Check its ID in the Tokens view, or add its account, and try again.",
				formatConnectReference(reference),
			);
		}
		const path = `${token.source.id}/${token.token.id}`;
		found.set(path, { token, references: [...(found.get(path)?.references ?? []), reference] });
	}
	const values = new Map<string, string>();
	for (const { token, references: ofToken } of found.values()) {
		const [form, ...otherForms] = [...new Set(ofToken.map((reference) => reference.form))];
		// One question for each token, even if it's referenced in several forms.
		const released = otherForms.length === 0 ? form! : 'authorization';
		const key = await broker.release({
			found: token,
			form: released,
			requester,
			consent: 'ask',
			...(sessionId !== undefined && { sessionId }),
		});
		for (const reference of ofToken) {
			values.set(formatConnectReference(reference), reference.form === released ? key : formatKey(key, reference.form));
		}
	}
	return (reference) => values.get(formatConnectReference(reference))!;
}

function invalidReference(text: string) {
	return problem(
		"{0} isn't a reference to an API key. Write connect://SU-000-000-000 with the ID of a token, and #credential or #secret if you need a part of the key.",
		text,
	);
}
