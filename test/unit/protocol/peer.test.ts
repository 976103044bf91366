import assert from 'node:assert/strict';
import * as v from 'valibot';
import { Peer, type MethodHandlers, type MessageTransport } from '../../../src/protocol/peer';

const methods = {
	double: { params: v.strictObject({ number: v.number() }), result: v.strictObject({ number: v.number() }) },
} as const;
const none = {} as const;

/** Two ends of one wire that carries structured clones, as a webview's does. */
function createTransports(): [
	MessageTransport & { raw: (message: unknown) => void },
	MessageTransport & { raw: (message: unknown) => void },
] {
	const transports = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()] as const;
	const deliver = (to: Set<(message: unknown) => void>, message: unknown) => {
		const copy = structuredClone(message);
		queueMicrotask(() => to.forEach((listener) => listener(copy)));
	};
	const end = (own: 0 | 1) => ({
		send: (message: unknown) => deliver(transports[own ? 0 : 1], message),
		raw: (message: unknown) => deliver(transports[own], message),
		onMessage: (listener: (message: unknown) => void) => {
			transports[own].add(listener);
			return { dispose: () => transports[own].delete(listener) };
		},
	});
	return [end(0), end(1)];
}

/** A peer that may ask, and the wire of one that answers by `handlers`. */
function createPeers(handlers: MethodHandlers<typeof methods>, timeout?: number) {
	const [asking, answering] = createTransports();
	const answers: unknown[] = [];
	asking.onMessage((message) => answers.push(message));
	new Peer(answering, methods, handlers, none);
	return { asker: new Peer(asking, none, {}, methods, timeout), asking, answering, answers };
}

describe('peer', () => {
	it('gets the answer to its question', async () => {
		const { asker } = createPeers({ double: ({ number }) => ({ number: number * 2 }) });
		assert.deepEqual(await asker.request('double', { number: 21 }), { number: 42 });
	});

	it('keeps answers apart that come out of order', async () => {
		const release: (() => void)[] = [];
		const { asker } = createPeers({
			double: async ({ number }) => {
				await new Promise<void>((resolve) => release.push(resolve));
				return { number: number * 2 };
			},
		});
		const both = [asker.request('double', { number: 1 }), asker.request('double', { number: 2 })];
		while (release.length < 2) {
			await new Promise((resolve) => setImmediate(resolve));
		}
		release.reverse().forEach((go) => go());
		assert.deepEqual(await Promise.all(both), [{ number: 2 }, { number: 4 }]);
	});

	it('passes on why it was refused', async () => {
		const { asker } = createPeers({
			double: () => {
				throw new Error('The store is read-only.');
			},
		});
		await assert.rejects(asker.request('double', { number: 1 }), { message: 'The store is read-only.' });
	});

	it('rejects when nothing answers in time', async () => {
		const { asker } = createPeers({ double: () => new Promise(() => undefined) }, 5);
		await assert.rejects(asker.request('double', { number: 1 }), /No response to "double"/);
	});

	it('rejects an answer of the wrong shape', async () => {
		const { asker } = createPeers({ double: () => ({ number: 'many' }) as never });
		await assert.rejects(asker.request('double', { number: 1 }), /Invalid (response|parameters)/);
	});

	it('refuses questions of the wrong shape, or that do not exist, before any handler sees them', async () => {
		let handled = 0;
		const { asking, answers } = createPeers({ double: ({ number }) => (handled++, { number }) });
		const questions = [
			{ method: 'double', params: { number: 'one' } },
			{ method: 'double', params: { number: 1, more: true } },
			{ method: 'double', params: null },
			{ method: 'halve', params: {} },
			{ method: 'toString', params: {} },
			{ method: '__proto__', params: {} },
		];
		questions.forEach((question, id) => asking.send({ kind: 'request', id, ...question }));
		while (answers.length < questions.length) {
			await new Promise((resolve) => setImmediate(resolve));
		}
		assert.deepEqual(
			answers.map((answer) => (answer as { kind: string }).kind),
			questions.map(() => 'error'),
		);
		assert.equal(handled, 0);
	});

	it('drops what is no message of its kind, and answers to questions it never asked', async () => {
		const { asker, asking, answering } = createPeers({ double: ({ number }) => ({ number: number * 2 }) });
		for (const message of [
			undefined,
			null,
			7,
			'text',
			[],
			{},
			{ kind: 'request' },
			{ kind: 'response', id: 99, result: {} },
			{ kind: 'error', id: 98, message: 'no' },
		]) {
			asking.raw(message);
			answering.raw(message);
		}
		assert.deepEqual(await asker.request('double', { number: 1 }), { number: 2 });
	});

	it('rejects what is still unanswered when it is disposed', async () => {
		const { asker } = createPeers({ double: () => new Promise(() => undefined) });
		const answer = asker.request('double', { number: 1 });
		asker.dispose();
		await assert.rejects(answer, /closed/);
	});
});
