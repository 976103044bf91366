import assert from 'node:assert/strict';
import {
	applyReplacements,
	createAuthorizationEdits,
	formatAuthorizationHeader,
	hasAuthorization,
	setAuthorization,
	setAuthorizationEverywhere,
	setAuthorizationEverywhereInMarkdown,
	setAuthorizationInMarkdown,
	type AuthorizationEdits,
} from '../../../src/requestFiles/authorizationEdits';
import { parseRequestFile } from '../../../src/requestFiles/requestFileParser';
import { curlSamples, fileSamples, markdownSamples, type Sample } from './authorizationSamples';

const NEW_VALUE = 'ApiKey NEW';

type SetAuthorization = (text: string, offset: number, value: string) => AuthorizationEdits | undefined;

function applyTo(set: SetAuthorization, text: string, offset: number, value = NEW_VALUE): string | undefined {
	const placement = set(text, offset, value);
	return placement && 'edits' in placement ? applyReplacements(text, placement.edits) : undefined;
}

/** Removes the cursor marks, and returns their offsets. */
function removeCursorMarks(marked: string): { readonly text: string; readonly cursors: readonly number[] } {
	const [first = '', ...parts] = marked.split('‸');
	let text = first;
	const cursors = parts.map((part) => {
		const cursor = text.length;
		text += part;
		return cursor;
	});
	return { text, cursors };
}

function runSamples(set: SetAuthorization, samples: readonly Sample[]): void {
	for (const { rule, before, after } of samples) {
		const lineBreaks = before.includes('\r') ? ['\n'] : ['\n', '\r\n'];
		it(rule, () => {
			for (const lineBreak of lineBreaks) {
				const withBreaks = (text: string) => text.replaceAll('\n', lineBreak).replaceAll("'''", '```');
				const { text, cursors } = removeCursorMarks(withBreaks(before));
				assert.ok(cursors.length > 0);
				for (const cursor of cursors) {
					const actual = applyTo(set, text, cursor);
					assert.equal(actual, after === undefined ? undefined : withBreaks(after));
				}
			}
		});
	}
}

describe('Setting the Authorization header in a request file', () => {
	runSamples(setAuthorization, fileSamples);

	it('adds the header below the only line of a file without a line break', () => {
		assert.equal(applyTo(setAuthorization, 'GET https://example.com', 0), 'GET https://example.com\nAuthorization: ApiKey NEW');
	});

	it('uses the line break above the last line', () => {
		const text = '# a\r\n# b\nGET https://example.com';
		assert.equal(applyTo(setAuthorization, text, text.length), `${text}\nAuthorization: ApiKey NEW`);
	});

	it('treats an offset outside of the text as the nearest cursor', () => {
		for (const offset of [-1, 1e9, Infinity]) {
			assert.equal(applyTo(setAuthorization, 'GET https://example.com\n', offset), 'GET https://example.com\nAuthorization: ApiKey NEW\n');
		}
	});
});

describe('Setting the Authorization header in a cURL command', () => {
	runSamples(setAuthorization, curlSamples);

	for (const [value, argument] of [
		['ApiKey {{$processEnv CONNECT_SU_1}}', '"Authorization: ApiKey {{$processEnv CONNECT_SU_1}}"'],
		['Digest a="b"', `'Authorization: Digest a="b"'`],
		['a$b`c`\\', "'Authorization: a$b`c`\\'"],
		["it's", `"Authorization: it's"`],
		[`it's "$x" {{$y}}`, `"Authorization: it's \\"\\$x\\" {{$y}}"`],
	] as const) {
		it(`chooses quotes that support ${value}`, () => {
			const once = applyTo(setAuthorization, 'curl https://example.com', 0, value);
			assert.equal(once, `curl -H ${argument} https://example.com`);
			assert.equal(applyTo(setAuthorization, once, 0, value), once);
		});
	}
});

describe('Setting the Authorization header in a Markdown document', () => {
	runSamples(setAuthorizationInMarkdown, markdownSamples);

	it('reads the key from the environment in a command for a shell, where no client replaces a reference', () => {
		const text = "```bash\ncurl https://example.com -H 'authorization: Basic x'\n```\n";
		const once = applyTo(setAuthorizationInMarkdown, text, 10, 'ApiKey {{$processEnv CONNECT_SU_1}}');
		assert.equal(once, '```bash\ncurl https://example.com -H "authorization: $CONNECT_API_KEY"\n```\n');
		assert.equal(applyTo(setAuthorizationInMarkdown, once, 10, 'ApiKey {{$processEnv CONNECT_SU_1}}'), once);
		assert.ok('problem' in setAuthorizationEverywhereInMarkdown(text, NEW_VALUE), 'commands may be for any server');
		assert.equal(setAuthorizationInMarkdown('```sh\nls\n```\n', 7, NEW_VALUE), undefined);
	});

	it('is left to the caller if the cursor is outside of fences with requests', () => {
		const { text, cursors } = removeCursorMarks(
			[
				'‸# Title\n\n```http `inline`\nGET https://example.com‸\n\n```json\n{}‸\n```\n‸\n',
				'````markdown\n```http\nGET https://example.com‸\n```\n````\n',
				'```http\nGET https://example.com\n```\n‸',
			].join(''),
		);
		assert.equal(cursors.length, 6);
		for (const cursor of cursors) {
			assert.equal(setAuthorizationInMarkdown(text, cursor, NEW_VALUE), undefined);
		}
	});
});

describe('The Authorization header', () => {
	it('is a single line for any value', () => {
		assert.equal(formatAuthorizationHeader('ApiKey SU-1:abc'), 'Authorization: ApiKey SU-1:abc');
		assert.equal(formatAuthorizationHeader(' ApiKey\r\nX-Evil: 1\u0000\u2028\n'), 'Authorization: ApiKeyX-Evil: 1');
		assert.equal(applyTo(setAuthorization, 'GET https://example.com', 0, 'a\r\n\r\nb'), 'GET https://example.com\nAuthorization: ab');
	});

	it("reports what to do if there's no request", () => {
		const placement = setAuthorization('# nothing here', 3, NEW_VALUE);
		assert.ok('problem' in placement);
		assert.match(placement.problem, /GET https:/);
	});

	it('is rejected with an explanation for a command whose end is unknown', () => {
		const placement = setAuthorization('curl -H "Authorization: $(jq ".a b"', 10, NEW_VALUE);
		assert.ok('problem' in placement);
		assert.match(placement.problem, /closing bracket/);
	});

	it('can be set in each request of a command at once', () => {
		const text = 'curl https://example.com/1 --next https://example.com/2 && curl -u a:b https://example.com/3';
		const placement = setAuthorizationEverywhere(text, NEW_VALUE);
		assert.ok('edits' in placement);
		assert.equal(
			applyReplacements(text, placement.edits),
			[
				'curl -H "Authorization: ApiKey NEW" https://example.com/1',
				'--next -H "Authorization: ApiKey NEW" https://example.com/2',
				'&& curl -H "Authorization: ApiKey NEW" https://example.com/3',
			].join(' '),
		);
	});

	it("is rejected for protocols that don't have one", () => {
		for (const line of ['MQTT mqtt://broker.example.com', 'mqtts://broker.example.com', 'AMQP amqp://broker.example.com', 'amqps://x']) {
			const placement = setAuthorization(`### one\n${line}\ntopic: x\n\nbody\n`, 30, NEW_VALUE);
			assert.ok('problem' in placement);
			assert.match(placement.problem, /MQTT and AMQP/);
		}
	});

	it('can be set in all requests of a file at once', () => {
		const requests = ['GET https://example.com/1', 'curl https://example.com/2', 'GET https://example.com/3\nAuthorization: Basic x'];
		const text = requests.join('\n###\n');
		const edits = parseRequestFile(text).requests.flatMap((request) => {
			const placement = createAuthorizationEdits(text, request, NEW_VALUE);
			return 'edits' in placement ? placement.edits : [];
		});
		assert.deepEqual(applyReplacements(text, edits).split('\n###\n'), [
			'GET https://example.com/1\nAuthorization: ApiKey NEW',
			'curl -H "Authorization: ApiKey NEW" https://example.com/2',
			'GET https://example.com/3\nAuthorization: ApiKey NEW',
		]);
	});

	it('can be set in all requests that can have one, in a file or a Markdown document', () => {
		const file = 'GET https://example.com/1\n###\nMQTT mqtt://example.com\n###\ncurl https://example.com/3\n';
		const changed = file.replace('/1\n', '/1\nAuthorization: ApiKey NEW\n').replace('curl', 'curl -H "Authorization: ApiKey NEW"');
		const applyAll = (text: string, result: AuthorizationEdits) =>
			'edits' in result ? applyReplacements(text, result.edits) : result.problem;
		assert.equal(applyAll(file, setAuthorizationEverywhere(file, NEW_VALUE)), changed);
		const fence = (text: string) => `# Title\n\`\`\`http\n${text}\`\`\`\n\`\`\`rest\n${text}\`\`\`\n`;
		assert.equal(applyAll(fence(file), setAuthorizationEverywhereInMarkdown(fence(file), NEW_VALUE)), fence(changed));
		for (const result of [setAuthorizationEverywhere('MQTT mqtt://x', NEW_VALUE), setAuthorizationEverywhereInMarkdown('# x', NEW_VALUE)]) {
			assert.match('problem' in result ? result.problem : '', /no request at the cursor/);
		}
	});

	it('can be set at several cursors at once, ignoring those outside of requests', () => {
		const text = '# A comment\nGET https://example.com/1\n###\n\n';
		const result = setAuthorization(`${text}###\nGET https://example.com/2`, [70, 15, 20], NEW_VALUE);
		assert.ok('edits' in result);
		assert.equal(
			applyReplacements(`${text}###\nGET https://example.com/2`, result.edits),
			'# A comment\nGET https://example.com/1\nAuthorization: ApiKey NEW\n###\n\n###\nGET https://example.com/2\nAuthorization: ApiKey NEW',
		);
		const markdown = 'Text\n```http\nGET https://example.com/1\n```\n';
		const inMarkdown = setAuthorizationInMarkdown(markdown, [0, 20], NEW_VALUE);
		assert.ok(inMarkdown && 'edits' in inMarkdown);
		assert.equal(inMarkdown.edits.length, 1);
	});

	it('is not set anywhere if a cursor is in a request that cannot have one', () => {
		const result = setAuthorization('GET https://example.com/1\n###\nMQTT mqtt://x', [0, 35], NEW_VALUE);
		assert.deepEqual(result, { problem: "MQTT and AMQP requests don't have an Authorization header." });
	});

	it('is found in requests', () => {
		const requests: [text: string, expected: boolean][] = [
			['GET https://example.com\nauthorization: x', true],
			['GET https://example.com\nAccept: x', false],
			['GET https://example.com\nAccept: x\nAuthorization: y', true],
			['curl -H "Accept: x" -H "Authorization: y" https://example.com', true],
			['curl -H "Authorization: x" https://example.com', true],
			['curl -H "Accept: x" https://example.com', false],
			['curl -u user:password https://example.com', true],
			['MQTT mqtt://example.com\nAuthorization: x', false],
		];
		for (const [text, expected] of requests) {
			assert.equal(hasAuthorization(text, parseRequestFile(text).requests[0]!), expected, text);
		}
	});

	it('needs no edit if the request already has it', () => {
		for (const text of [
			'GET https://example.com\nauthorization:  ApiKey NEW \n\nbody',
			`curl -H 'Authorization: ApiKey NEW' https://example.com`,
		]) {
			assert.deepEqual(setAuthorization(text, 0, NEW_VALUE), { edits: [] });
		}
	});
});
