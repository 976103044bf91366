import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/models/escapeMarkdown';

describe('escapeMarkdown', () => {
	it('leaves no character that Markdown, links, or icons consist of', () => {
		const hostileNames =
			'[x](command:y) ![i](https://e.example) <https://e.example> www.e.example $(trash) **b** _i_ `c` \\ # 1. ~~s~~ a@b.example | &lt; \n\n- list';
		assert.doesNotMatch(escapeMarkdown(hostileNames).replace(/&#\d+;/g, ''), /[^\p{L}\p{N} ]/u);
	});

	it('keeps the text, except for bidirectional control characters', () => {
		const decodeEntities = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
		const name = 'Ünïcödé 😀 שלום “a” <b> & $(c)';
		assert.equal(decodeEntities(escapeMarkdown(name)), name);
		assert.equal(decodeEntities(escapeMarkdown('\u202eevil\u2066')), 'evil');
	});
});
