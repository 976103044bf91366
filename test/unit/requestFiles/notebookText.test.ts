import assert from 'node:assert/strict';
import { toRequestFile } from '../../../src/requestFiles/notebookText';

describe('The request file of a notebook', () => {
	const code = (text: string) => ({ isCode: true, text });
	const markdown = (text: string) => ({ isCode: false, text });

	it('separates code', () => {
		assert.equal(
			toRequestFile([code('@a = 1'), code('GET http://a'), code('### Title\nGET http://b')]),
			'@a = 1\n###\nGET http://a\n### Title\nGET http://b',
		);
	});

	it('has Markdown in comments', () => {
		assert.equal(
			toRequestFile([markdown('# A'), code('GET http://a'), markdown('B'), code('GET http://b')]),
			'/*\n# A\n*/\nGET http://a\n/*\nB\n*/\n###\nGET http://b',
		);
	});
});
