import assert from 'node:assert/strict';
import { markdownText } from '../../../src/ui/markdownText';

describe('a user’s text in Markdown', () => {
	it('holds no character that Markdown, links or icons are made of', () => {
		const hostile =
			'[x](command:y) ![i](https://e.example) <https://e.example> www.e.example $(trash) **b** _i_ `c` \\ # 1. ~~s~~ a@b.example | &lt; \n\n- list';
		assert.doesNotMatch(markdownText(hostile).replace(/&#\d+;/g, ''), /[^\p{L}\p{N} ]/u);
	});

	it('reads as it was written, but for marks that turn its direction', () => {
		const decoded = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
		const name = 'Ünïcödé 😀 שלום “a” <b> & $(c)';
		assert.equal(decoded(markdownText(name)), name);
		assert.equal(decoded(markdownText('\u202eevil\u2066')), 'evil');
	});
});
