import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLog, logFailure, logDuration, mapLevels, silentLog, type LogLevel } from '../../../src/domain/log';
import { maskSecrets } from '../../../src/domain/maskSecrets';
import { problem } from '../../../src/domain/problems';

const secrets = fc
	.tuple(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.boolean())
	.map(([bytes, upperCase]) => (upperCase ? Buffer.from(bytes).toString('hex').toUpperCase() : Buffer.from(bytes).toString('hex')));
const group = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
const tokenIds = fc.array(group, { minLength: 3, maxLength: 5 }).map((groups) => `SU-${groups.join('-')}`);

const base64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64');

/** Texts that contain a key, as found in real files, by name. */
const carriers: Record<string, (id: string, secret: string) => string> = {
	header: (id, secret) => `Authorization: ApiKey ${id}:${secret}`,
	'without its scheme': (id, secret) => `${id}:${secret}`,
	'secret alone': (_id, secret) => secret,
	'variable of another vendor': (_id, secret) => `API_KEY=${secret}`,
	'query of another vendor': (_id, secret) => `https://api.example/?api_key=${secret}&page=1`,
	'ID and secret as a pair': (id, secret) => `'ApiKey ${id}': '${secret}'`,
	'YAML pair': (id, secret) => `${id}: ${secret}`,
	'JSON pair': (id, secret) => JSON.stringify({ [id]: secret }),
	'installation header': (_id, secret) => `X-Connect-Installation-Api-Key: ${secret}`,
	'Postman header': (_id, secret) => JSON.stringify({ key: 'X-Connect-Installation-Api-Key', value: secret }),
	'XML setting': (_id, secret) => `<add key="X-Connect-Installation-Api-Key" value="${secret}" />`,
	'Go slice': (_id, secret) => `"X-Connect-Installation-Api-Key": []string{"${secret}"}`,
	'Python bytes': (_id, secret) => `(b'X-Connect-Installation-Api-Key', b'${secret}')`,
	'JSON with Unicode escapes': (id, secret) => `\\u0022ApiKey ${id}\\u003a${secret}\\u0022`,
	'properties file': (id, secret) => `key=${id}\\:${secret}`,
	'shell default': (id, secret) => `\${KEY:-${id}:${secret}}`,
	'line of a patch': (id, secret) => `-${id}:${secret}`,
	'Markdown emphasis': (id, secret) => `_${id}:${secret}_`,
	'cURL user': (id, secret) => `curl -u${id}:${secret} https://api.example`,
	'URL-encoded': (id, secret) => `auth=ApiKey%20${id}%3A${secret}`,
	'base64 of the header value': (id, secret) => base64(`ApiKey ${id}:${secret}`),
	'base64 of the credential': (id, secret) => `data:\n  key: ${base64(`${id}:${secret}`)}`,
	'base64 of the secret': (_id, secret) => `key: ${base64(secret)}`,
	'base64 in UTF-16': (id, secret) => base64(`${id}:${secret}`, 'utf16le'),
	'base64url behind other characters': (id, secret) => `x_${Buffer.from(`${id}:${secret}`).toString('base64url')}`,
	'base64 wrapped at 76 characters': (id, secret) => base64(`ApiKey ${id}:${secret}`).replace(/.{76}/g, '$&\n'),
	'base64 wrapped at 32 characters': (id, secret) => base64(`${id}:${secret}`).replace(/.{32}/g, '$&\r\n'),
	'base64 in JSON, wrapped at 64 characters': (id, secret) => JSON.stringify(base64(`ApiKey ${id}:${secret}`).replace(/.{64}/g, '$&\r\n')),
	'credentials of a container registry': (id, secret) =>
		base64(JSON.stringify({ auths: { registry: { auth: base64(`${id}:${secret}`) } } })),
	'base64 of base64': (id, secret) => base64(base64(`ApiKey ${id}:${secret}`)),
	'UTF-16': (id, secret) => Buffer.from(`${id}:${secret}`, 'utf16le').toString('latin1'),
	'zero-width spaces': (_id, secret) => secret.replace(/./g, '$&\u200b'),
	'colors of a terminal': (_id, secret) => secret.replace(/.{5}/g, '$&\u001b[1;31m'),
	'secret over several lines': (_id, secret) => secret.replace(/.{12}/g, '$&\n    '),
	'secret over several lines in JSON': (_id, secret) => JSON.stringify(secret.replace(/.{12}/g, '$&\r\n')),
	'hexadecimal bytes': (id, secret) => Buffer.from(`${id}:${secret}`).toString('hex'),
	'second half of a secret': (_id, secret) => `…${secret.slice(20)}`,
	'basic authentication': (id, secret) => `Authorization: Basic ${base64(`${id}:${secret}`)}`,
};

/** Whether a reader of `line` who undoes every encoding learns ten characters of the secret or more. */
function reveals(line: string, secret: string): boolean {
	const parts = Array.from({ length: secret.length - 9 }, (_, start) => secret.slice(start, start + 10).toLowerCase());
	return [line, ...decodeBase64(line, 3), removeBreaks(line)].some((text) => parts.some((part) => text.toLowerCase().includes(part)));
}

function decodeBase64(text: string, levels: number): readonly string[] {
	return text
		.replace(/\\[rn]|\s/g, '')
		.split(/[^\w+/=-]+/)
		.filter((word) => word.length >= 14)
		.flatMap((word) => [0, 1, 2, 3].map((offset) => Buffer.from(word.slice(offset), 'base64').toString('latin1').replaceAll('\0', '')))
		.flatMap((decoded) => (levels > 1 ? [decoded, ...decodeBase64(decoded, levels - 1)] : [decoded]));
}

function removeBreaks(text: string): string {
	return text.replace(/(?![\t\r\n])[\p{Cc}\p{Cf}](?:\[[\d;]*m)?|\\[rn]|\s/gu, '');
}

describe('Log', () => {
	for (const [name, carry] of Object.entries(carriers)) {
		it(`masks a key: ${name}`, () => {
			fc.assert(
				fc.property(tokenIds, secrets, fc.string(), fc.string(), (id, secret, before, after) => {
					const lines: string[] = [];
					const log = createLog((_level, line) => lines.push(line));
					const text = `${before} ${carry(id, secret)} ${after}`;
					log.warn(text);
					log.error('Failed', new Error(text, { cause: new TypeError(text) }));
					log.info('Failed', text);
					assert.equal(lines.length, 3);
					assert.deepEqual(
						lines.filter((line) => reveals(line, secret)),
						[],
					);
				}),
			);
		});
	}

	it('masks a key that a parser quotes', () => {
		const quoted = 'Unexpected token \'S\', "ApiKey SU-631-646-036:0f1e2d3c"... is not valid JSON';
		assert.equal(maskSecrets(quoted), 'Unexpected token \'S\', "ApiKey SU-631-646-036:**********"... is not valid JSON');
	});

	it('masks a credential for the upstream', () => {
		assert.equal(maskSecrets('Authorization: Bearer eyJhbGciOi.J9'), 'Authorization: Bearer **********');
	});

	for (const [credential, masked] of [
		['Proxy-Authorization: Digest abc', 'Proxy-Authorization: Digest **********'],
		['authorization : Digest  abc', 'authorization : Digest  **********'],
		['Authorization: abcdefgh', 'Authorization: **********'],
		['the token Bearer  eyJhbGciOi.J9', 'the token Bearer  **********'],
		['the user Basic dTpwYXNz', 'the user Basic **********'],
		['{"SU-631-646-036": "0f1e2d3c"}', '{"SU-631-646-036": "**********"}'],
		[base64('the key of SU-631-646-036 x'), '**********'],
		['{"authorization":"Token value-of-it"}', '{"authorization":"Token **********"}'],
		["Couldn't connect to http://ann:pass@word@proxy:3128", "Couldn't connect to http://ann:**********@proxy:3128"],
	] as const) {
		it(`masks a credential: ${masked}`, () => {
			assert.equal(maskSecrets(credential), masked);
		});
	}

	it('removes characters that are not visible, and colors', () => {
		assert.equal(maskSecrets('a\u200bb\u001b[1;31mc\u001b[0md\u001b[me\tf\r\ng'), 'abcde\tf\r\ng');
	});

	it('masks a megabyte of hostile text', () => {
		const lines = [
			'a',
			'1',
			'Q',
			'\\',
			'%61',
			'\\u0061',
			'a\n',
			'a\u001b[',
			'Bearer ',
			'//a:',
			'authorization ',
			'SU-111',
			`${'Q'.repeat(39)}!`,
		];
		lines.forEach((text) => maskSecrets(text.repeat(2 ** 20 / text.length)));
	});

	it('logs whatever is thrown', () => {
		const circular = new Error('outer');
		circular.cause = new Error('inner', { cause: circular });
		const throws = (): never => {
			throw new Error('no');
		};
		for (const error of [
			circular,
			Object.create(null),
			Symbol('symbol'),
			{ toString: throws },
			Object.defineProperty(new Error(), 'message', { get: throws }),
			Object.assign(new Error(), { message: Symbol('symbol') }),
			Object.assign(new Error(), { cause: null }),
		] as unknown[]) {
			const lines: string[] = [];
			createLog((_level, line) => lines.push(line)).warn('Failed', error);
			assert.match(lines[0]!, /^Failed: ./);
		}
	});

	it('says that an error cannot be described', () => {
		const lines: string[] = [];
		createLog((_level, line) => lines.push(line)).warn('Failed', Object.create(null));
		assert.deepEqual(lines, ["Failed: an error that can't be described"]);
	});

	it('describes ten causes of an error', () => {
		const lines: string[] = [];
		const error = Array.from({ length: 12 }, (_, index) => index).reduceRight<Error | undefined>(
			(cause, index) => new Error(`error ${index}`, cause && { cause }),
			undefined,
		);
		createLog((_level, line) => lines.push(line)).warn('Failed', error);
		assert.match(lines[0]!, /error 0 \(Error: error 1 \(.*error 10\){10}$/);
	});

	it('passes each level on', () => {
		const received: string[] = [];
		for (const log of [createLog((level, line) => received.push(`${level} ${line}`)), silentLog]) {
			log.debug('a');
			log.info('b');
			log.warn('c');
			log.error('d');
		}
		assert.deepEqual(received, ['debug a', 'info b', 'warn c', 'error d']);
	});

	it('passes messages and errors on as they are', () => {
		const received: unknown[] = [];
		const error = new Error('no');
		mapLevels((...all) => received.push(all)).warn('a', error);
		assert.deepEqual(received, [['warn', 'a', error]]);
	});

	it('leaves ordinary lines unchanged', () => {
		for (const line of [
			'GET https://api.connect.cloudblue.com/public/v1/auth/tokens/SU-631-646-036 200 in 12 ms (request 4bf92f35-77b3-4da6)',
			'VA-000-000: POST /auth/tokens/SU-631-646-036/deactivate returned 200 in 12 ms',
			"ENOSPC: no space left on device, write '/home/dev/.vscode/globalStorage/connect-tokens.connect-tokens/workspaces/tokens.json'",
			'connectTokens.rotateToken completed in 3 ms',
			'Read file version 1764155650123456789 of 20971520 bytes',
		]) {
			assert.equal(maskSecrets(line), line);
		}
	});

	it('describes an error with its causes', () => {
		const lines: [LogLevel, string][] = [];
		const log = createLog((level, line) => lines.push([level, line]));
		log.warn("Couldn't save", problem('The disk is full. Free up space and try again.'));
		log.error('Crashed', new Error('outer', { cause: new TypeError('inner') }));
		assert.deepEqual(lines, [
			['warn', "Couldn't save: ProblemError: The disk is full. Free up space and try again."],
			['error', 'Crashed: Error: outer (TypeError: inner)'],
		]);
	});

	it('logs the result and duration of an action', async () => {
		const lines: string[] = [];
		const log = createLog((level, line) => lines.push(`${level} ${line.replace(/\d+ ms/, 'n ms')}`));
		assert.equal(await logDuration(log, 'rotate', () => 'done'), 'done');
		await assert.rejects(
			logDuration(log, 'rotate', () => Promise.reject(new Error('no'))),
			/no/,
		);
		assert.deepEqual(lines, ['info rotate completed in n ms', 'warn rotate failed after n ms: Error: no']);
	});

	it('measures the duration of an action from its start', async () => {
		const durations: number[] = [];
		const log = createLog((_level, line) => durations.push(Number(/(\d+) ms/.exec(line)![1])));
		const before = performance.now();
		await logDuration(log, 'rotate', () => undefined);
		assert.ok(durations[0]! <= Math.ceil(performance.now() - before), `${durations[0]} ms`);
	});

	it('logs a handled error and returns the fallback', async () => {
		const lines: string[] = [];
		const log = createLog((level, line) => lines.push(`${level} ${line}`));
		const names = await Promise.reject<string[]>(new Error('no')).catch(logFailure(log, 'read the names', []));
		assert.deepEqual([names, lines], [[], ["warn Couldn't read the names: Error: no"]]);
	});
});
