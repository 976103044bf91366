import { getNodePath, type Node } from 'jsonc-parser';
import { parseApiKey } from '../domain/apiKey';
import type { KeyForm } from '../domain/connectReference';
import { findConfigurationValues } from '../requestFiles/configurationValues';
import { createReferenceReplacement } from '../requestFiles/fileReferences';
import { sliceRange, type TextRange } from '../requestFiles/lines';
import { SECRET_LENGTH } from '../requestFiles/plainTextKeyPatterns';
import { findPlainTextKeys } from '../requestFiles/plainTextKeys';
import { createPositionConverter } from '../requestFiles/textPositions';
import { readCliAccount } from './cliConfiguration';
import type { FoundKey, FoundKeys, JsonPath, PlaceKind } from './foundKey';
import { listStrings, parseJson } from './jsonText';
import { getServerRemedy } from './mcpServers';

/** What may be the start of a key or of an escape sequence that a key can be written with. Most files contain neither. */
const MAY_CONTAIN_KEY = /SU-\d|api[-_]key|\\u00[2-7]/i;

/** More keys are an attack, because handling each one takes longer the more there are. Not even a history has as many. */
const MAX_KEYS = 10_000;

type UnlocatedKey = Omit<FoundKey, 'line'>;

/** Finds the plain-text keys in a file, and what can be done about each of them. */
export function findKeysInFile(text: string, kind: PlaceKind): FoundKeys {
	switch (kind) {
		case 'envFile':
		case 'shellHistory':
		case 'restClientHistory':
			return { keys: locate(text, findInText(text, kind)), isInvalidJson: false };
		default:
			return findInJson(text, kind);
	}
}

function findInText(text: string, kind: 'envFile' | 'shellHistory' | 'restClientHistory'): readonly UnlocatedKey[] {
	const values = kind === 'envFile' ? findConfigurationValues(text, 'dotenv') : [];
	return findWithoutRemedy(text).map((key): UnlocatedKey => {
		switch (kind) {
			case 'restClientHistory':
				return { ...key, remedy: 'history' };
			case 'shellHistory':
				return key.form === undefined ? key : { ...key, remedy: 'reference' };
			case 'envFile':
				return key.tokenId !== undefined && createReferenceReplacement(text, 'dotenv', key, { tokenId: key.tokenId }, values)
					? { ...key, remedy: 'reference' }
					: key;
		}
	});
}

/** Finds keys in a text of any format. */
function findWithoutRemedy(text: string): readonly UnlocatedKey[] {
	return findPlainTextKeys(text)
		.slice(0, MAX_KEYS)
		.map(({ value, secret, tokenId, isReplaceable }) => {
			const isEncoded = secret.end - secret.start !== SECRET_LENGTH;
			return {
				...value,
				tokenId,
				secret: isEncoded ? undefined : sliceRange(text, secret).toLowerCase(),
				form: isEncoded || tokenId === undefined ? undefined : getForm(sliceRange(text, value)),
				isSecretOnly: !isEncoded && tokenId !== undefined && isReplaceable === false,
				remedy: undefined,
			};
		});
}

function getForm(value: string): KeyForm | undefined {
	if (value.length === SECRET_LENGTH) {
		return 'secret';
	}
	return parseApiKey(value) && (/^ApiKey/i.test(value) ? 'authorization' : 'credential');
}

function findInJson(text: string, kind: PlaceKind): FoundKeys {
	if (!MAY_CONTAIN_KEY.test(text)) {
		return { keys: [], isInvalidJson: false };
	}
	const root = parseJson(text);
	const inText = findWithoutRemedy(text);
	if (!root) {
		return { keys: locate(text, inText), isInvalidJson: inText.length > 0 };
	}
	const secrets = new Map(inText.filter(({ isSecretOnly }) => isSecretOnly).map((key) => [key.start, key]));
	const inValues: UnlocatedKey[] = [];
	for (const node of listStrings(root)) {
		inValues.push(...findInValue(node, root, kind, secrets));
		if (inValues.length >= MAX_KEYS) {
			break;
		}
	}
	// Such as in a comment or a name.
	const elsewhere = inText.filter(({ start, end }) => !inValues.some((key) => key.start < end && start < key.end));
	return {
		keys: locate(
			text,
			[...inValues, ...elsewhere].sort((a, b) => a.start - b.start),
		),
		isInvalidJson: false,
	};
}

function findInValue(node: Node, root: Node, kind: PlaceKind, secrets: ReadonlyMap<number, UnlocatedKey>): readonly UnlocatedKey[] {
	const value = String(node.value);
	const start = node.offset + 1;
	const range = { start, end: node.offset + node.length - 1 };
	const keys = MAY_CONTAIN_KEY.test(value) ? findWithoutRemedy(value) : [];
	// The ID of a secret can be in another value.
	const secret = secrets.get(start);
	const found = keys.length > 0 || secret?.end !== range.end ? keys : [secret];
	return found.map((key): UnlocatedKey => {
		const path = getNodePath(node);
		const inValue = key.isSecretOnly && found !== keys ? { start: 0, end: value.length } : key;
		return { ...key, ...toRawRange(range, value.length, inValue), ...describe(kind, root, path, sliceRange(value, inValue), key.form) };
	});
}

/** In a string with escapes, the whole string. */
function toRawRange({ start, end }: TextRange, valueLength: number, key: TextRange): TextRange {
	return end - start === valueLength ? { start: start + key.start, end: start + key.end } : { start, end };
}

function describe(kind: PlaceKind, root: Node, path: JsonPath, text: string, form: KeyForm | undefined): Partial<UnlocatedKey> {
	if (kind === 'connectCli') {
		const account = readCliAccount(root, path);
		return account && form !== undefined ? { remedy: 'account', path, account } : {};
	}
	const remedy = getServerRemedy(kind, root, path, { text, form });
	return remedy ? { remedy, path } : {};
}

function locate(text: string, keys: readonly UnlocatedKey[]): readonly FoundKey[] {
	const positionAt = createPositionConverter(text);
	return keys.map((key) => ({ ...key, line: positionAt(key.start).line + 1 }));
}
