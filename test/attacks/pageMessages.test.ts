import assert from 'node:assert/strict';
import * as v from 'valibot';
import { Peer } from '../../src/protocol/peer';
import { createLinkedTransports } from '../support/linkedTransports';

const methods = { ask: { params: v.strictObject({}), result: v.strictObject({ answer: v.string() }) } } as const;

/** A peer whose requests are never answered, what it sent, and a way to deliver messages to it. */
function createUnansweredPeer() {
	const [transport, other] = createLinkedTransports();
	const sentIds: unknown[] = [];
	other.onMessage((message) => sentIds.push((message as { readonly id: unknown }).id));
	return { peer: new Peer(transport, {}, {}, methods), receive: (message: unknown) => transport.receive(message), sentIds };
}

describe('Messages between a page and its host', () => {
	it('have random request IDs, so that another frame cannot answer a request that it has not seen', async () => {
		const { peer, receive, sentIds } = createUnansweredPeer();
		const request = peer.request('ask', {});
		for (let guess = 0; guess < 100; guess++) {
			for (const id of [guess, String(guess)]) {
				receive({ kind: 'response', id, result: { answer: 'forged' } });
				receive({ kind: 'error', id, message: 'forged' });
			}
		}
		await new Promise((resolve) => setImmediate(resolve));
		receive({ kind: 'response', id: sentIds[0], result: { answer: 'real' } });
		assert.deepEqual(await request, { answer: 'real' });
	});

	it('have request IDs that do not repeat or reveal each other', async () => {
		const peers = [createUnansweredPeer(), createUnansweredPeer()];
		for (const { peer } of peers) {
			for (let count = 0; count < 500; count++) {
				peer.request('ask', {}).catch(() => undefined);
			}
		}
		await new Promise((resolve) => setImmediate(resolve));
		const ids = peers.flatMap(({ sentIds }) => sentIds);
		assert.equal(new Set(ids).size, 1000);
		// At least 122 random bits each, as in a random UUID.
		assert.deepEqual(
			ids.filter((id) => typeof id !== 'string' || !/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id)),
			[],
		);
		peers.forEach(({ peer }) => peer.dispose());
	});
});
