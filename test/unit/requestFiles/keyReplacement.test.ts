import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { createEnvironmentReplacement, findKeyAgain, findKeysWithId } from '../../../src/requestFiles/keyReplacement';
import { createPositionConverter } from '../../../src/requestFiles/textPositions';

const SECRET = '0f1e'.repeat(10);
const AUTHORIZATION = formatApiKey({ tokenId: 'SU-631-646-036', secret: SECRET });

describe('findKeysWithId', () => {
	it('finds the key with and without its scheme', () => {
		const text = `Authorization: ${AUTHORIZATION}`;
		const [found] = findKeysWithId(text);
		assert.deepEqual([found?.tokenId, found?.secret], ['SU-631-646-036', SECRET]);
		assert.equal(text.slice(found!.value.start, found!.value.end), AUTHORIZATION);
		assert.equal(text.slice(found!.key.start, found!.key.end), `SU-631-646-036:${SECRET}`);
	});

	it('does not mistake a key without its scheme for the whole literal', () => {
		const text = `'SU-631-646-036:${SECRET}'`;
		assert.equal(createEnvironmentReplacement(text, 'javascript', findKeysWithId(text)[0]!.value), undefined);
	});

	it('finds a secret in a value of its own', () => {
		const text = `{"SU-631-646-036": "${SECRET}"}`;
		const [found] = findKeysWithId(text);
		assert.deepEqual([found?.tokenId, found?.secret, found?.isSecretOnly], ['SU-631-646-036', SECRET, true]);
		assert.equal(text.slice(found!.value.start, found!.value.end), SECRET);
		assert.equal(findKeysWithId(AUTHORIZATION)[0]?.isSecretOnly, false);
	});

	it('ignores encoded keys', () => {
		const encoded = Buffer.from(AUTHORIZATION).toString('base64');
		assert.deepEqual(findKeysWithId(`{"encoded": "${encoded}"}`), []);
	});

	it('ignores secrets without a token ID', () => {
		assert.deepEqual(findKeysWithId(`X-Connect-Installation-Api-Key: ${SECRET}`), []);
	});
});

describe('findKeyAgain', () => {
	const [original] = findKeysWithId(`# key\n${AUTHORIZATION}\n${AUTHORIZATION}`);

	it('prefers the same offset over the first occurrence', () => {
		assert.equal(findKeyAgain(`# key\n${AUTHORIZATION}`, original!)?.value.start, 6);
		assert.equal(findKeyAgain(`${AUTHORIZATION} # key`, original!)?.value.start, 0);
	});

	it('finds the second of two equal keys', () => {
		const text = `${AUTHORIZATION}\n${AUTHORIZATION}`;
		const [, second] = findKeysWithId(text);
		assert.equal(findKeyAgain(text, second!)?.value.start, AUTHORIZATION.length + 1);
	});

	it('ignores keys of other tokens', () => {
		assert.equal(findKeyAgain(`# key\n${AUTHORIZATION.replace('SU-631', 'SU-632')}`, original!), undefined);
	});

	it('returns undefined if the key was removed or replaced', () => {
		assert.equal(findKeyAgain(`# key\n${AUTHORIZATION.replace('0f1e', '1f1e')}`, original!), undefined);
	});
});

describe('createEnvironmentReplacement', () => {
	const cases: [languageId: string, code: string, expected: string | undefined][] = [
		['javascript', `const key = 'KEY';`, 'const key = process.env.CONNECT_API_KEY;'],
		['typescript', 'const key = `KEY`;', 'const key = process.env.CONNECT_API_KEY;'],
		['python', 'key = "KEY"', 'key = os.environ["CONNECT_API_KEY"]'],
		['shellscript', 'key="KEY"', 'key="$CONNECT_API_KEY"'],
		['python', 'key = f"KEY"', undefined],
		['python', 'key = """KEY"""', undefined],
		['javascript', `const header = 'Authorization: KEY';`, undefined],
		['javascript', `const key = 'KEY suffix';`, undefined],
		['plaintext', `'KEY'`, undefined],
		['javascript', `'KEY'`, 'process.env.CONNECT_API_KEY'],
		['javascript', `KEY`, undefined],
		['javascript', `'KEY"`, undefined],
		['javascript', `-KEY-`, undefined],
		['javascript', `const key = 'KEY'y;`, undefined],
		['javascript', `f('KEY')`, 'f(process.env.CONNECT_API_KEY)'],
	];
	for (const [languageId, code, expected] of cases) {
		it(`turns ${code} in ${languageId} into ${expected ?? 'nothing'}`, () => {
			const text = code.replace('KEY', AUTHORIZATION);
			const replacement = createEnvironmentReplacement(text, languageId, findKeysWithId(text)[0]!.value);
			const result = replacement && text.slice(0, replacement.start) + replacement.text + text.slice(replacement.end);
			assert.equal(result, expected);
		});
	}
});

describe('createPositionConverter', () => {
	it('counts lines that end in LF, CR LF, or CR', () => {
		const positionAt = createPositionConverter('a\nbc\r\nd\re');
		assert.deepEqual([0, 1, 2, 4, 6, 8].map(positionAt), [
			{ line: 0, character: 0 },
			{ line: 0, character: 1 },
			{ line: 1, character: 0 },
			{ line: 1, character: 2 },
			{ line: 2, character: 0 },
			{ line: 3, character: 0 },
		]);
	});
});
