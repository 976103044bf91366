import assert from 'node:assert/strict';
import { ProblemError } from '../../../src/domain/problems';
import { parseInsertArgument, unusableTokenConfirmation } from '../../../src/models/insertArguments';
import { SourceNode, TokenNode } from '../../../src/models/treeNodes';
import { createSourceToken } from '../../support/sourceTokens';

describe('The argument of Insert Authorization Header', () => {
	it('names no token if a menu or the palette passes nothing or a node', () => {
		const found = createSourceToken();
		for (const argument of [undefined, null, new TokenNode(found, new Date()), new SourceNode(found.source)]) {
			assert.deepEqual(parseInsertArgument(argument), { target: argument });
		}
	});

	it('names a token, and says whether to insert a reference or the key', () => {
		const target = { tokenId: 'SU-631-646-036', sourceId: 'workspace' };
		assert.deepEqual(parseInsertArgument({ ...target, form: 'reference' }), { target, format: 'reference' });
		assert.deepEqual(parseInsertArgument({ ...target, form: 'secret' }), { target, format: 'plainText' });
		assert.deepEqual(parseInsertArgument(target), { target, format: undefined });
		assert.deepEqual(parseInsertArgument({ form: 'secret' }), { target: undefined, format: 'plainText' });
	});

	it('is rejected with what code may pass if it is anything else', () => {
		for (const argument of [7, 'SU', { tokenId: 7 }, { tokenId: 'SU-1', form: 'plain' }, { tokenId: 'SU-1', more: true }]) {
			assert.throws(
				() => parseInsertArgument(argument),
				(error) => error instanceof ProblemError && /tokenId.*sourceId.*"reference" \| "secret"/.test(error.message),
				JSON.stringify(argument),
			);
		}
	});
});

describe('An inserted header', () => {
	it('needs a confirmation only for a token whose requests are denied', () => {
		assert.equal(unusableTokenConfirmation(createSourceToken({ status: 'expiring' }).token), undefined);
		assert.deepEqual(unusableTokenConfirmation(createSourceToken({ name: '$(x)', status: 'inactive' }).token), {
			message: 'Token “$\u200b(x)” (SU-631-646-036) is disabled.',
			detail: 'Requests that use its API key are denied.',
		});
		assert.match(unusableTokenConfirmation(createSourceToken({ status: 'expired' }).token)!.message, /is expired\.$/);
	});
});
