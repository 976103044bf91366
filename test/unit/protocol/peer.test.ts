import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { Peer, type MethodHandlers } from '../../../src/protocol/peer';
import { createLinkedTransports } from '../../support/linkedTransports';

const methods = {
	double: { params: v.strictObject({ number: v.number() }), result: v.strictObject({ number: v.number() }) },
} as const;
const noMethods = {} as const;

/** A client that sends requests, and the transports between it and a server with these handlers. */
function createPeers(handlers: MethodHandlers<typeof methods>, timeoutMs?: number) {
	const [clientTransport, serverTransport] = createLinkedTransports();
	const responses: unknown[] = [];
	clientTransport.onMessage((message) => responses.push(message));
	new Peer(serverTransport, methods, handlers, noMethods);
	return { client: new Peer(clientTransport, noMethods, {}, methods, timeoutMs), clientTransport, serverTransport, responses };
}

describe('Peer', () => {
	it('returns the response to a request', async () => {
		const { client } = createPeers({ double: ({ number }) => ({ number: number * 2 }) });
		assert.deepEqual(await client.request('double', { number: 21 }), { number: 42 });
	});

	it('matches responses that arrive out of order to their requests', async () => {
		const release: (() => void)[] = [];
		const { client } = createPeers({
			double: async ({ number }) => {
				await new Promise<void>((resolve) => release.push(resolve));
				return { number: number * 2 };
			},
		});
		const results = [client.request('double', { number: 1 }), client.request('double', { number: 2 })];
		while (release.length < 2) {
			await setImmediate();
		}
		release.reverse().forEach((resolve) => resolve());
		assert.deepEqual(await Promise.all(results), [{ number: 2 }, { number: 4 }]);
	});

	it("rejects with the message of the handler's error", async () => {
		const { client } = createPeers({
			double: () => {
				throw new Error('The store is read-only.');
			},
		});
		await assert.rejects(client.request('double', { number: 1 }), { message: 'The store is read-only.' });
	});

	it('rejects if there is no response in time', async () => {
		const { client } = createPeers({ double: () => new Promise(() => undefined) }, 5);
		await assert.rejects(client.request('double', { number: 1 }), /No response to "double"/);
	});

	it('rejects an invalid response', async () => {
		const { client } = createPeers({ double: () => ({ number: 'many' }) as never });
		await assert.rejects(client.request('double', { number: 1 }), /Invalid (response|parameters)/);
	});

	it('rejects requests with invalid parameters or unknown methods before a handler runs', async () => {
		let handled = 0;
		const { clientTransport, responses } = createPeers({ double: ({ number }) => (handled++, { number }) });
		const requests = [
			{ method: 'double', params: { number: 'one' } },
			{ method: 'double', params: { number: 1, more: true } },
			{ method: 'double', params: null },
			{ method: 'halve', params: {} },
			{ method: 'toString', params: {} },
			{ method: '__proto__', params: {} },
		];
		requests.forEach((request, index) => clientTransport.send({ kind: 'request', id: String(index), ...request }));
		while (responses.length < requests.length) {
			await setImmediate();
		}
		assert.deepEqual(
			responses.map((response) => (response as { kind: string }).kind),
			requests.map(() => 'error'),
		);
		assert.equal(handled, 0);
	});

	it('ignores invalid messages and responses to requests that it never sent', async () => {
		const { client, clientTransport, serverTransport } = createPeers({ double: ({ number }) => ({ number: number * 2 }) });
		for (const message of [
			undefined,
			null,
			7,
			'text',
			[],
			{},
			{ kind: 'request' },
			{ kind: 'response', id: 99, result: {} },
			{ kind: 'response', id: '99', result: {} },
			{ kind: 'error', id: '98', message: 'no' },
		]) {
			clientTransport.receive(message);
			serverTransport.receive(message);
		}
		assert.deepEqual(await client.request('double', { number: 1 }), { number: 2 });
	});

	it('rejects pending requests when it is disposed', async () => {
		const { client } = createPeers({ double: () => new Promise(() => undefined) });
		const pending = client.request('double', { number: 1 });
		client.dispose();
		await assert.rejects(pending, /closed/);
	});
});
