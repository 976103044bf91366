import assert from 'node:assert/strict';
import {
	authorizationEdits,
	authorizationHeader,
	placeAuthorization,
	placeAuthorizationInMarkdown,
	type Placement,
} from '../../../src/http/authorization';
import { parseRequestFile } from '../../../src/http/requestFile';
import { apply } from './requestFiles';
import { curlSamples, fileSamples, markdownSamples, type Sample } from './samples';

const NEW = 'ApiKey NEW';

type Place = (text: string, offset: number, value: string) => Placement | undefined;

function result(place: Place, text: string, offset: number, value = NEW): string | undefined {
	const placement = place(text, offset, value);
	return placement && 'edits' in placement ? apply(text, placement.edits) : undefined;
}

/** A text without its cursor marks, and the offsets where they stood. */
function unmarked(marked: string): { readonly text: string; readonly cursors: readonly number[] } {
	const [first = '', ...parts] = marked.split('‸');
	let text = first;
	const cursors = parts.map((part) => {
		const cursor = text.length;
		text += part;
		return cursor;
	});
	return { text, cursors };
}

function showsRules(place: Place, samples: readonly Sample[]): void {
	for (const { rule, before, after } of samples) {
		const lineBreaks = before.includes('\r') ? ['\n'] : ['\n', '\r\n'];
		it(rule, () => {
			for (const lineBreak of lineBreaks) {
				const withBreaks = (text: string) => text.replaceAll('\n', lineBreak).replaceAll("'''", '```');
				const { text, cursors } = unmarked(withBreaks(before));
				assert.ok(cursors.length > 0);
				for (const cursor of cursors) {
					const placed = result(place, text, cursor);
					assert.equal(placed, after === undefined ? undefined : withBreaks(after));
				}
			}
		});
	}
}

describe('Authorization header in a request file is placed', () => {
	showsRules(placeAuthorization, fileSamples);

	it('below the only line of a file without line break', () => {
		assert.equal(result(placeAuthorization, 'GET https://example.com', 0), 'GET https://example.com\nAuthorization: ApiKey NEW');
	});

	it('at the cursor nearest to an offset outside of the text', () => {
		for (const offset of [-1, 1e9, Infinity]) {
			assert.equal(result(placeAuthorization, 'GET https://example.com\n', offset), 'GET https://example.com\nAuthorization: ApiKey NEW\n');
		}
	});
});

describe('Authorization header in a cURL command is placed', () => {
	showsRules(placeAuthorization, curlSamples);

	for (const [value, argument] of [
		['ApiKey {{$processEnv CONNECT_SU_1}}', '"Authorization: ApiKey {{$processEnv CONNECT_SU_1}}"'],
		['Digest a="b"', `'Authorization: Digest a="b"'`],
		['a$b`c`\\', "'Authorization: a$b`c`\\'"],
		["it's", `"Authorization: it's"`],
		[`it's "$x" {{$y}}`, `"Authorization: it's \\"\\$x\\" {{$y}}"`],
	] as const) {
		it(`in quotes that hold ${value}`, () => {
			const once = result(placeAuthorization, 'curl https://example.com', 0, value);
			assert.equal(once, `curl -H ${argument} https://example.com`);
			assert.equal(result(placeAuthorization, once, 0, value), once);
		});
	}
});

describe('Authorization header in a Markdown document is placed', () => {
	showsRules(placeAuthorizationInMarkdown, markdownSamples);

	it('by the caller, where the cursor is in no fence of requests', () => {
		const { text, cursors } = unmarked(
			[
				'‸# Title\n\n```http `inline`\nGET https://example.com‸\n\n```json\n{}‸\n```\n‸\n',
				'````markdown\n```http\nGET https://example.com‸\n```\n````\n',
				'```http\nGET https://example.com\n```\n‸',
			].join(''),
		);
		assert.equal(cursors.length, 6);
		for (const cursor of cursors) {
			assert.equal(placeAuthorizationInMarkdown(text, cursor, NEW), undefined);
		}
	});
});

describe('Authorization header', () => {
	it('is one line, whatever the value holds', () => {
		assert.equal(authorizationHeader('ApiKey SU-1:abc'), 'Authorization: ApiKey SU-1:abc');
		assert.equal(authorizationHeader(' ApiKey\r\nX-Evil: 1\u0000\u2028\n'), 'Authorization: ApiKeyX-Evil: 1');
		assert.equal(result(placeAuthorization, 'GET https://example.com', 0, 'a\r\n\r\nb'), 'GET https://example.com\nAuthorization: ab');
	});

	it('says what to do where there is no request', () => {
		const placement = placeAuthorization('# nothing here', 3, NEW);
		assert.ok('problem' in placement);
		assert.match(placement.problem, /GET https:/);
	});

	it('is refused to requests over protocols that have none', () => {
		for (const line of ['MQTT mqtt://broker.example.com', 'mqtts://broker.example.com', 'AMQP amqp://broker.example.com', 'amqps://x']) {
			const placement = placeAuthorization(`### one\n${line}\ntopic: x\n\nbody\n`, 30, NEW);
			assert.ok('problem' in placement);
			assert.match(placement.problem, /MQTT and AMQP/);
		}
	});

	it('can be placed in all requests of a file at once', () => {
		const requests = ['GET https://example.com/1', 'curl https://example.com/2', 'GET https://example.com/3\nAuthorization: Basic x'];
		const text = requests.join('\n###\n');
		const edits = parseRequestFile(text).flatMap((request) => {
			const placement = authorizationEdits(text, request, NEW);
			return 'edits' in placement ? placement.edits : [];
		});
		assert.deepEqual(apply(text, edits).split('\n###\n'), [
			'GET https://example.com/1\nAuthorization: ApiKey NEW',
			'curl -H "Authorization: ApiKey NEW" https://example.com/2',
			'GET https://example.com/3\nAuthorization: ApiKey NEW',
		]);
	});

	it('needs no edit where the request has it already', () => {
		for (const text of [
			'GET https://example.com\nauthorization:  ApiKey NEW \n\nbody',
			`curl -H 'Authorization: ApiKey NEW' https://example.com`,
		]) {
			assert.deepEqual(placeAuthorization(text, 0, NEW), { edits: [] });
		}
	});
});
