import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectSource } from '../../src/sources/connect/connectSource';
import { createTokenId, TestAccounts } from '../support/connect/testAccounts';

const MIB = 2 ** 20;
const INVALID_RESPONSE = /Couldn't understand the response/;
const LIST_TOO_LONG = /too long or never ends/;

/** A token in the platform's format. */
const createToken = (number: number, extra: object = {}) => ({
	id: createTokenId(number),
	name: 'Hostile',
	status: 'active',
	extension: { id: 'EXT-000', name: 'Custom' },
	events: { created: { at: '2030-01-01T00:00:00Z' } },
	...extra,
});

const createItem = (number: number) => ({ id: `ID-${number}`, name: 'Hostile', object: { id: `MD-${number}` } });

/** Numbers from `start`. */
const range = (length: number, start = 0) => Array.from({ length }, (_, index) => start + index);

describe('Responses of a hostile platform', () => {
	let server: Server;
	/** Returns the body of the response to a request, as text or as a value to send as JSON. */
	let respond: (path: string, query: { readonly offset: number; readonly limit: number }) => unknown;
	let requestedPaths: string[];
	let sentBytes: number;
	let status: number;
	let source: ConnectSource;
	const accounts = new TestAccounts();

	beforeEach(async () => {
		requestedPaths = [];
		sentBytes = 0;
		status = 200;
		server = createServer((request, response) => {
			const { pathname, search } = new URL(request.url!, 'http://platform.test');
			const numberOf = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(search)?.[1] ?? 0);
			requestedPaths.push(pathname);
			const body = respond(pathname, { offset: numberOf('offset'), limit: numberOf('limit') });
			const text = typeof body === 'string' ? body : JSON.stringify(body);
			sentBytes += text.length;
			response.writeHead(status, { 'content-type': 'application/json' }).end(text);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		source = await accounts.openAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	});

	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	const countRequests = (path: string) => requestedPaths.filter((requested) => requested === path).length;

	describe('with more items than requested are rejected', () => {
		it('for tokens', async () => {
			respond = (_, { offset, limit }) => range(limit * 16, offset).map((number) => createToken(number));
			await assert.rejects(source.list(), INVALID_RESPONSE);
			assert.equal(countRequests('/auth/tokens'), 1);
			assert.deepEqual(await source.list('cached'), []);
		});

		it('by a single item', async () => {
			respond = (_, { offset, limit }) => range(limit + 1, offset).map((number) => createToken(number));
			await assert.rejects(source.list(), INVALID_RESPONSE);
		});

		for (const path of ['/extensions', '/modules']) {
			it(`for ${path.slice(1)}`, async () => {
				respond = (requested, { offset, limit }) => (requested === path ? range(limit * 16, offset).map(createItem) : []);
				await assert.rejects(source.getCatalog(), INVALID_RESPONSE);
				assert.equal(countRequests(path), 1);
			});
		}

		it("for a token's permissions", async () => {
			const id = createTokenId(1);
			const path = `/auth/tokens/${id}/permissions`;
			respond = (requested, { offset, limit }) =>
				requested === path
					? range(limit * 16, offset).map(createItem)
					: requested === `/auth/tokens/${id}`
						? createToken(1)
						: requested === '/modules'
							? [createItem(1)]
							: requested === '/extensions'
								? [{ id: 'EXT-000', name: 'Custom' }]
								: [];
			await assert.rejects(source.update(id, { permissions: ['ID-1'] }), INVALID_RESPONSE);
			assert.equal(countRequests(path), 1);
		});
	});

	describe('that together are too large are rejected', () => {
		it('if a list has too many items', async () => {
			respond = (_, { offset, limit }) => range(limit, offset).map((number) => createToken(number));
			await assert.rejects(source.list(), LIST_TOO_LONG);
			assert.ok(requestedPaths.length < 250, `${requestedPaths.length} requests`);
		});

		it('if the items of a list are large', async () => {
			const text = 'n'.repeat(9000);
			respond = (_, { offset, limit }) =>
				range(limit, offset).map((number) =>
					createToken(number, { name: text, description: text, external_id: text, extension: { id: text, name: text } }),
				);
			await assert.rejects(source.list(), LIST_TOO_LONG);
			assert.ok(sentBytes < 100 * MIB, `${sentBytes} bytes`);
		});

		it('if the items of a list are large, but not valid', async () => {
			const text = 'n'.repeat(60_000);
			respond = (_, { offset, limit }) => range(limit, offset).map((number) => ({ id: `ID-${number}`, name: text }));
			await assert.rejects(source.getCatalog(), LIST_TOO_LONG);
			assert.ok(sentBytes < 200 * MIB, `${sentBytes} bytes`);
		});
	});

	it('are rejected when they are deeply nested or consist of many small values', async () => {
		for (const body of ['['.repeat(5 * MIB) + ']'.repeat(5 * MIB), `[${'[],'.repeat(3.5 * MIB)}[]]`]) {
			respond = () => body;
			await assert.rejects(source.reload(), INVALID_RESPONSE);
		}
	});

	it('are rejected if they contain more days or status codes than there can be', async () => {
		const id = createTokenId(1);
		const statuses = range(10_000).map((index) => ({ code: 200, count: index }));
		for (const body of [
			range(10_000).map((index) => ({ date: new Date(index * 86_400_000).toISOString(), statuses: [] })),
			[{ date: '2030-01-01', statuses }],
		]) {
			respond = () => body;
			await assert.rejects(source.getUsage(id), INVALID_RESPONSE);
		}
		respond = (path) => (path.endsWith('/summary') ? { statuses: statuses.map(() => ({ total: 1 })) } : []);
		// The total only says whether the token was ever used. Without it, that's unknown.
		assert.deepEqual(await source.getUsage(id), { days: [], lastUsed: undefined });
	});

	it('cannot fill an error message', async () => {
		status = 400;
		for (const errors of [['x'.repeat(5 * MIB)], range(100_000).map(() => 'x'.repeat(20))]) {
			respond = () => ({ error_code: 'X', errors });
			await assert.rejects(source.reload(), (error: Error) => error.message.length < 500);
		}
	});

	it("cannot fill the catalog with an extension's description", async () => {
		const text = 'n'.repeat(MIB);
		respond = (path) =>
			path === '/extensions'
				? [
						{ id: 'EXT-001', name: 'One', description: text },
						{ id: 'EXT-002', name: 'Two', overview: text },
					]
				: [];
		const { extensions } = await source.getCatalog();
		assert.deepEqual(
			extensions.map(({ name, description }) => [name, description.length <= 10_000]),
			[
				['One', true],
				['Two', true],
			],
		);
	});

	it('with many modules in one token leave the token unread', async () => {
		const long = { object: { id: `MD-${'1'.repeat(5000)}` } };
		respond = (path) => (path === '/auth/tokens' ? [createToken(1), createToken(2, { permissions: range(900).map(() => long) })] : []);
		assert.deepEqual(
			(await source.list()).map(({ id }) => id),
			[createTokenId(1)],
		);
	});
});
