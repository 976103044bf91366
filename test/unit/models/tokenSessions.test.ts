import assert from 'node:assert/strict';
import { compareSessions, coversScopes, createTokenSessions } from '../../../src/models/tokenSessions';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

describe('the sessions of tokens', () => {
	const ids = (sessions: readonly { readonly id: string }[] = []) => sessions.map(({ id }) => id);

	it('exist for usable tokens only', () => {
		const statuses = ['active', 'expiring', 'revitalised', 'expired', 'inactive', 'other'] as const;
		const tokens = statuses.map((status) => createSourceToken({ id: status, status }));
		assert.deepEqual(
			ids(createTokenSessions(tokens)),
			['active', 'expiring', 'revitalised', 'other'].map((id) => `workspace/${id}`),
		);
	});

	it('have a label of their own for each token', () => {
		const tokens = [
			createSourceToken({ id: 'SU-1', name: 'Same' }),
			createSourceToken({ id: 'SU-2', name: 'Same' }),
			createSourceToken({ id: 'SU-2', name: 'Same' }, createAccountSource('VA-100-200@one.example')),
			createSourceToken({ id: 'SU-2', name: 'Same' }, createAccountSource('VA-100-200@two.example')),
		];
		const labels = createTokenSessions(tokens).map(({ label }) => label);
		assert.equal(labels[0], 'Same (SU-1)');
		assert.equal(new Set(labels).size, tokens.length, labels.join('\n'));
	});

	it('cover the modules that the token has access to', () => {
		for (const [permissions, scopes, expected] of [
			[['MD-0007'], ['MD-0007'], true],
			[['MD-0007'], ['MD-0007:read'], true],
			[['MD-0007:read'], ['MD-0007:read'], true],
			[['MD-0007:read'], ['MD-0007'], false],
			[['MD-0007'], ['MD-0007', 'MD-0032'], false],
			[['MD-0000'], ['MD-0007', 'MD-0032:read'], true],
			[['MD-0000:read'], ['MD-0032:read'], true],
			[['MD-0000:read'], ['MD-0032'], false],
			[['MD-0000:read', 'MD-0032'], ['MD-0032', 'MD-0007:read'], true],
			[[], [], true],
			[[], ['MD-0007'], false],
		] as const) {
			assert.equal(coversScopes({ permissions }, scopes), expected, JSON.stringify([permissions, scopes]));
		}
	});

	it('change with the key, and end with the token or its name', () => {
		const session = (changes = {}) => createTokenSessions([createSourceToken(changes)]);
		assert.equal(compareSessions(session(), session()), undefined);
		const rotated = compareSessions(session(), session({ updated: { at: '2030-01-02T00:00:00.000Z', by: 'someone' } }))!;
		assert.deepEqual([ids(rotated.added), ids(rotated.removed), ids(rotated.changed)], [[], [], ['workspace/SU-631-646-036']]);
		const ended = compareSessions(session(), session({ status: 'inactive' }))!;
		assert.deepEqual([ids(ended.added), ids(ended.removed), ids(ended.changed)], [[], ['workspace/SU-631-646-036'], []]);
		const renamed = compareSessions(session(), session({ name: 'Other' }))!;
		assert.deepEqual(
			[renamed.added.map(({ label }) => label), renamed.removed.map(({ label }) => label), renamed.changed],
			[['Other (SU-631-646-036)'], ['Nightly import (SU-631-646-036)'], []],
		);
	});
});
