import assert from 'node:assert/strict';
import { findLineStart, isBlank, isIndented, readLine, splitLines, trimRange } from '../../../src/requestFiles/lines';
import { findRequestFences } from '../../../src/requestFiles/markdownFences';

describe('Lines of a text', () => {
	it('end in LF, CR LF, CR, or at the limit', () => {
		assert.deepEqual(splitLines('a\r\n\tb\r \nc', 0, 9), [
			{ start: 0, content: 0, end: 1, next: 3 },
			{ start: 3, content: 4, end: 5, next: 6 },
			{ start: 6, content: 7, end: 7, next: 8 },
			{ start: 8, content: 8, end: 9, next: 9 },
		]);
		assert.deepEqual(readLine('   ', 0, 2), { start: 0, content: 2, end: 2, next: 2 });
	});

	it('are blank, indented, or neither', () => {
		const kinds = (text: string) => [isBlank(readLine(text, 0, text.length)), isIndented(readLine(text, 0, text.length))];
		assert.deepEqual(
			[kinds(''), kinds(' \t'), kinds('a'), kinds(' a')],
			[
				[true, false],
				[true, true],
				[false, false],
				[false, true],
			],
		);
	});

	it('start after a line break or at the start of the text', () => {
		assert.deepEqual(
			[0, 1, 2, 3, 4, 5].map((offset) => findLineStart('ab\ncd', offset)),
			[0, 0, 0, 3, 3, 3],
		);
	});

	it('are trimmed of the same characters as by trim', () => {
		for (const space of [' ', '\t', '\v', '\f', '\r', '\n', '\xa0', '\ufeff', '\u2028']) {
			assert.deepEqual(trimRange(`${space}a${space}`, { start: 0, end: 3 }), { start: 1, end: 2 }, JSON.stringify(space));
		}
		for (const other of ['\b', '\x0e', '\x1f', '\x7f', '\x80', '!']) {
			assert.deepEqual(trimRange(`${other}a${other}`, { start: 0, end: 3 }), { start: 0, end: 3 }, JSON.stringify(other));
		}
		assert.deepEqual(trimRange('   ', { start: 0, end: 3 }), { start: 3, end: 3 });
	});
});

describe('Fences with requests', () => {
	const contentsOf = (text: string) => findRequestFences(text).map(({ content }) => text.slice(content.start, content.end));
	const fences: [title: string, text: string, contents: string[]][] = [
		['have the language http or rest in any case', '```HTTP\na\n```\n~~~ rest {x}\nb\n~~~\n```http,x\nc\n```', ['a\n', 'b\n', 'c\n']],
		['do not have a longer language', '```https\na\n```\n```xhttp\nb\n```\n```\nc\n```', []],
		['end at as many marks or more', '````http\n```\n`````  \nb', ['```\n']],
		['do not end at other marks or at marks with text', '```http\n~~~\n``` x\n``\n```', ['~~~\n``` x\n``\n']],
		['end at the end of the text', '```http\na', ['a']],
		['do not start in a line with text before the marks or with a backtick after them', 'x ```http\na\n\n```http `x`\nb', []],
		['do not start in another fence', '~~~~\n```http\na\n```\n~~~~\n', []],
	];
	for (const [title, text, contents] of fences) {
		it(title, () => {
			assert.deepEqual(contentsOf(text), contents);
		});
	}

	it('can be indented', () => {
		const [fence] = findRequestFences('- a\n  ```http\n  b\n  ```\nc');
		assert.deepEqual(fence, { range: { start: 4, end: 23 }, content: { start: 14, end: 18 }, indent: '  ' });
	});
});
