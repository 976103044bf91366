import assert from 'node:assert/strict';
import { decideInsertedFormat, insertAnswers } from '../../../src/models/insertedFormat';

describe('What an inserted header contains', () => {
	const cases = [
		['reference', { isTrusted: true, hasClient: false }, 'reference'],
		['plainText', { isTrusted: false, hasClient: true }, 'plainText'],
		['auto', { isTrusted: true, hasClient: true }, 'reference'],
		['auto', { isTrusted: true, hasClient: false }, undefined],
		['auto', { isTrusted: false, hasClient: false }, 'reference'],
	] as const;
	for (const [format, { isTrusted, hasClient }, expected] of cases) {
		const conditions = `${isTrusted ? 'a trusted' : 'an untrusted'} workspace ${hasClient ? 'with' : 'without'} a client`;
		it(`is ${expected === undefined ? "the user's choice" : `its ${expected}`} with the setting ${format} in ${conditions}`, () => {
			assert.equal(decideInsertedFormat(format, isTrusted, hasClient), expected);
		});
	}

	it('is a reference, with or without installing a client, or the key', () => {
		const answers = insertAnswers([
			{ id: 'humao.rest-client', name: 'REST Client' },
			{ id: 'anweber.vscode-httpyac', name: 'httpYac' },
		]);
		assert.deepEqual(
			answers.map(({ label, value }) => [label, value]),
			[
				['Insert Reference', { format: 'reference' }],
				['Install REST Client', { format: 'reference', install: 'humao.rest-client' }],
				['Install httpYac', { format: 'reference', install: 'anweber.vscode-httpyac' }],
				['Insert API Key', { format: 'plainText' }],
			],
		);
		for (const { label, detail } of answers) {
			assert.ok(detail, label);
		}
	});
});
