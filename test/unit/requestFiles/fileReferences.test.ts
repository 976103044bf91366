import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatApiKey } from '../../../src/domain/apiKey';
import { KEY_FORMS, formatConnectReference, formatKey, type KeyForm } from '../../../src/domain/connectReference';
import { Emitter } from '../../../src/domain/emitter';
import { silentLog } from '../../../src/domain/log';
import type { ReadMode, TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import { getConfigurationFileKind, type ConfigurationFileKind } from '../../../src/requestFiles/configurationValues';
import {
	createQuotedValue,
	createReferenceReplacement,
	findFileReferenceFindings,
	findFileReferences,
	findReferenceCompletion,
	findReferencedToken,
	formatReferenceTo,
	listTokensOf,
} from '../../../src/requestFiles/fileReferences';
import { findKeysWithId } from '../../../src/requestFiles/keyReplacement';
import { CONFIGURATION_FILES } from '../../support/requestFiles/configurationFileSamples';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const TOKEN_ID = 'SU-631-646-036';
const SECRET = '0f1e'.repeat(10);
const AUTHORIZATION = formatApiKey({ tokenId: TOKEN_ID, secret: SECRET });
const ACCOUNT_ID = 'VA-100-200@api.example';
const local = createSourceToken();
const remote = createSourceToken({}, createAccountSource(ACCOUNT_ID));
/** Formats a file with one variable. */
const FORMATS: readonly (readonly [ConfigurationFileKind, (value: string) => string])[] = [
	['dotenv', (value) => `A=${value}\n`],
	['dotenv', (value) => `export A="${value}" # note`],
	['json', (value) => `{ "env": { "A": "${value}" } }`],
	['yaml', (value) => `environment:\n  A: ${value} # note`],
	['yaml', (value) => `environment:\n  - A=${value}`],
	['yaml', (value) => `environment: { "A": '${value}' }`],
];

describe('References in a file', () => {
	const list = (text: string, kind: ConfigurationFileKind) =>
		findFileReferences(text, kind).map(({ start, end, reference }) => [text.slice(start, end), reference?.form]);

	it('are found in every kind of value, in all forms', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...FORMATS),
				fc.constantFrom(...KEY_FORMS),
				fc.option(fc.constant(ACCOUNT_ID), { nil: undefined }),
				([kind, format], form, sourceId) => {
					const reference = formatConnectReference({ tokenId: TOKEN_ID, ...(sourceId && { sourceId }), form });
					const text = format(reference);
					assert.deepEqual(list(text, kind), [[reference, form]]);
					const [found] = findFileReferences(text, kind);
					assert.deepEqual([found!.value.start, found!.value.end], [found!.start, found!.end]);
				},
			),
		);
	});

	it('aren’t found in comments', () => {
		assert.deepEqual(list(`# A=connect://${TOKEN_ID}`, 'dotenv'), []);
		assert.deepEqual(list(`// "A": "connect://${TOKEN_ID}"`, 'json'), []);
		assert.deepEqual(list(`A: b # connect://${TOKEN_ID}`, 'yaml'), []);
	});

	it('can be parts of values', () => {
		assert.deepEqual(list(`{"a": "Authorization: connect://${TOKEN_ID}"}`, 'json'), [[`connect://${TOKEN_ID}`, 'authorization']]);
	});

	it('can be mistyped, but others’ addresses with the same scheme are ignored', () => {
		for (const mistyped of [
			'connect://',
			'connect://SU-631',
			`connect://${TOKEN_ID}#key`,
			'connect://su-631-646-036',
			'connect://VA-1/SU-1',
		]) {
			assert.deepEqual(list(`A=${mistyped}`, 'dotenv'), [[mistyped, undefined]]);
		}
		for (const other of ['connect://localhost:80/x', 'connect://${TOKEN}', 'connect://{{id}}', 'connect://VA-1/$ID', 'connect://support']) {
			assert.deepEqual(list(`A=${other}`, 'dotenv'), [], other);
		}
	});

	it('aren’t found in a very long document', () => {
		const text = `A=connect://${TOKEN_ID}\n`;
		assert.equal(findFileReferences(text.repeat(2), 'dotenv').length, 2);
		assert.equal(findFileReferences(text + '#'.repeat(5_000_000), 'dotenv').length, 0);
	});
});

describe('Findings of references in a file', () => {
	const sources = [local.source, remote.source];
	const list = (text: string, kind: ConfigurationFileKind, context = { tokens: [local, remote], sources }) =>
		findFileReferenceFindings(text, kind, findFileReferences(text, kind), context).map((finding) => finding.kind);

	it('are about tokens that are unknown or unusable', () => {
		const text = `A: connect://${TOKEN_ID}`;
		assert.deepEqual(list(text, 'yaml'), []);
		for (const [status, kind] of [
			['inactive', 'disabled'],
			['expired', 'expired'],
			['expiring', 'expiring'],
		] as const) {
			assert.deepEqual(list(text, 'yaml', { tokens: [createSourceToken({ status })], sources }), [kind]);
		}
		assert.deepEqual(list('A: connect://SU-000-000-001', 'yaml'), ['unknown-token']);
		assert.deepEqual(list(`A: connect://VA-999/${TOKEN_ID}`, 'yaml'), ['unknown-account']);
		assert.deepEqual(list('A: connect://SU-1', 'yaml'), ['malformed-reference']);
	});

	it('don’t claim that a token is unknown before its source was read', () => {
		const problem = { field: null, template: '', args: [] };
		const unread = { ...remote.source, problem };
		const context = { tokens: [], sources: [local.source, unread] };
		assert.deepEqual(list(`A: connect://${TOKEN_ID}`, 'yaml', context), []);
		assert.deepEqual(list(`A: connect://${ACCOUNT_ID}/${TOKEN_ID}`, 'yaml', context), []);
		const isRead = { tokens: [], sources: [{ ...local.source, problem }, remote.source] };
		assert.deepEqual(list(`A: connect://${ACCOUNT_ID}/${TOKEN_ID}`, 'yaml', isRead), ['unknown-token']);
	});

	it('are about forms without quotes in .env files only', () => {
		const reference = `connect://${TOKEN_ID}#secret`;
		assert.deepEqual(list(`A=${reference}`, 'dotenv'), ['unquoted-form']);
		assert.deepEqual(list(`A="${reference}"\nB='${reference}'\nC=connect://${TOKEN_ID}`, 'dotenv'), []);
		assert.deepEqual(list(`A: ${reference}`, 'yaml'), []);
	});

	it('are fixed by quotes around the whole value', () => {
		const text = `A=connect://${TOKEN_ID}#secret # note`;
		const [{ value }] = findFileReferences(text, 'dotenv') as [ReturnType<typeof findFileReferences>[number]];
		const edit = createQuotedValue(text, value)!;
		const fixed = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
		assert.equal(fixed, `A="connect://${TOKEN_ID}#secret" # note`);
		assert.deepEqual(list(fixed, 'dotenv'), []);
		assert.equal(createQuotedValue('a"b', { start: 0, end: 3 }), undefined);
	});
});

describe('The token of a reference', () => {
	it('is that of its source, or of the first source', () => {
		assert.equal(findReferencedToken({ tokenId: TOKEN_ID }, [local, remote]), local);
		assert.equal(findReferencedToken({ tokenId: TOKEN_ID, sourceId: ACCOUNT_ID }, [local, remote]), remote);
		assert.equal(findReferencedToken({ tokenId: TOKEN_ID, sourceId: 'VA-1' }, [local, remote]), undefined);
	});

	it('is found by the reference to it, which names an account', () => {
		assert.equal(formatReferenceTo(local, 'secret'), `connect://${TOKEN_ID}#secret`);
		assert.equal(formatReferenceTo(remote, 'authorization'), `connect://${ACCOUNT_ID}/${TOKEN_ID}`);
	});

	it('is read over the network only if it isn’t in the workspace', async () => {
		const requests: string[] = [];
		const createSource = (id: string, found: typeof local): TokenSource => ({
			...found.source,
			id,
			list: (mode: ReadMode = 'available') => {
				requests.push(`${id} ${mode}`);
				return Promise.resolve([found.token]);
			},
			onDidChange: (listener) => new Emitter().on(listener),
			onDidRotate: (listener) => new Emitter<string>().on(listener),
		});
		const other = createSourceToken({ id: 'SU-000-000-002' }, createAccountSource(ACCOUNT_ID));
		const sources = new TokenSources(createSource('workspace', local) as WorkspaceTokenSource, silentLog);
		sources.setAccounts([createSource(ACCOUNT_ID, other)]);
		const listIds = async (text: string) => (await listTokensOf(findFileReferences(text, 'dotenv'), sources)).map(({ token }) => token.id);
		assert.deepEqual(await listIds('A=b'), []);
		assert.deepEqual(await listIds('A=connect://SU-1'), []);
		assert.equal(requests.length, 0);
		assert.deepEqual(await listIds(`A=connect://${TOKEN_ID}`), [TOKEN_ID]);
		assert.ok(!requests.includes(`${ACCOUNT_ID} available`), requests.join());
		assert.deepEqual(await listIds(`A=connect://${ACCOUNT_ID}/SU-000-000-002`), ['SU-000-000-002']);
		assert.ok(requests.includes(`${ACCOUNT_ID} available`), requests.join());
	});
});

describe('A plain-text key in a file', () => {
	const replace = (text: string, kind: ConfigurationFileKind) => {
		const key = findKeysWithId(text)[0]!.value;
		const edit = createReferenceReplacement(text, kind, key, { tokenId: TOKEN_ID });
		return edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end);
	};

	it('is replaced with a reference that stands for it, and nothing else changes', () => {
		fc.assert(
			fc.property(fc.constantFrom(...FORMATS), fc.constantFrom<KeyForm>('authorization', 'credential'), ([kind, format], form) => {
				const replaced = replace(format(formatKey(AUTHORIZATION, form)), kind)!;
				const [found] = findFileReferences(replaced, kind);
				assert.deepEqual(found!.reference, { tokenId: TOKEN_ID, form });
				assert.equal(replaced.replaceAll('"', ''), format(formatConnectReference(found!.reference)).replaceAll('"', ''));
				assert.ok(!replaced.includes(SECRET));
				assert.deepEqual(
					findFileReferenceFindings(replaced, kind, [found!], { tokens: [local], sources: [local.source] }).map((finding) => finding.kind),
					[],
				);
			}),
		);
	});

	for (const [file, before, after] of CONFIGURATION_FILES) {
		it(`is replaced with a reference in ${file}`, () => {
			const kind = getConfigurationFileKind('plaintext', file)!;
			const quote = file.endsWith('.env') && before.endsWith('=') ? '"' : '';
			for (const [key, form] of [
				[AUTHORIZATION, ''],
				[AUTHORIZATION.slice('ApiKey '.length), '#credential'],
			] as const) {
				const replaced = replace(before + key + after, kind);
				assert.equal(replaced, `${before}${quote}connect://${TOKEN_ID}${form}${quote}${after}`);
				const references = findFileReferences(replaced, kind);
				assert.deepEqual(findFileReferenceFindings(replaced, kind, references, { tokens: [local], sources: [local.source] }), []);
				assert.deepEqual(findKeysWithId(replaced), []);
			}
		});
	}

	it('gets quotes in a .env file if it has none', () => {
		assert.equal(replace(`A=${AUTHORIZATION}\r\nB=c`, 'dotenv'), `A="connect://${TOKEN_ID}"\r\nB=c`);
		assert.equal(replace(`A='${AUTHORIZATION}'`, 'dotenv'), `A='connect://${TOKEN_ID}'`);
		assert.equal(replace(`A: ${AUTHORIZATION}`, 'yaml'), `A: connect://${TOKEN_ID}`);
	});

	it('can be only a secret whose token is named next to it', () => {
		assert.equal(
			replace(`{"token": "${TOKEN_ID}", "secret": "${SECRET}"}`, 'json'),
			`{"token": "${TOKEN_ID}", "secret": "connect://${TOKEN_ID}#secret"}`,
		);
	});

	it('isn’t replaced in a longer value, where nothing resolves a reference, or if it’s escaped', () => {
		assert.equal(replace(`{"command": "curl -H 'Authorization: ${AUTHORIZATION}'"}`, 'json'), undefined);
		assert.equal(replace(`# A=${AUTHORIZATION}`, 'dotenv'), undefined);
		assert.equal(replace(`A="${AUTHORIZATION.replace(':', '%3A')}"`, 'dotenv'), undefined);
	});
});

describe('The completion of a reference', () => {
	const complete = (lineWithCursor: string) => {
		const cursor = lineWithCursor.indexOf('|');
		const line = lineWithCursor.replace('|', '');
		const found = findReferenceCompletion(line, cursor);
		return found && [found.kind, line.slice(found.start, found.end), found.base, found.suffix];
	};

	it('is a token after the scheme, and keeps the form', () => {
		assert.deepEqual(complete('A="connect://|"'), ['token', 'connect://', 'connect://', '']);
		assert.deepEqual(complete('A=connect://Nigh|'), ['token', 'connect://Nigh', 'connect://Nigh', '']);
		assert.deepEqual(complete('A=connect://VA-1/SU|-2#secret'), ['token', 'connect://VA-1/SU-2#secret', 'connect://VA-1/SU-2', '#secret']);
		assert.deepEqual(complete('A=connect://SU-2|#secret')?.[0], 'token');
	});

	it('is a form after the hash', () => {
		assert.deepEqual(complete('"connect://SU-2#|"'), ['form', 'connect://SU-2#', 'connect://SU-2', '#']);
		assert.deepEqual(complete('connect://SU-1 connect://SU-2#se|c'), ['form', 'connect://SU-2#sec', 'connect://SU-2', '#sec']);
	});

	it('is nothing elsewhere', () => {
		assert.equal(complete('A=con|nect://'), undefined);
		assert.equal(complete('xconnect://|'), undefined);
		assert.equal(complete('A=| connect://SU-1'), undefined);
	});
});
