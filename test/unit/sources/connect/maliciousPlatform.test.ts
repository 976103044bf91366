import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ConnectSource } from '../../../../src/sources/connect/connectSource';
import { probeAccount } from '../../../../src/sources/connect/accountProbe';
import { AccountSources, MemoryAccountKeyStore } from '../../../support/connect/accountSources';

/** A token as a platform tells it. */
const token = (id: unknown, more: object = {}) => ({
	id,
	name: 'Hostile',
	status: 'active',
	extension: { id: 'EXT-000', name: 'Custom' },
	events: { created: { at: '2030-01-01T00:00:00Z' } },
	...more,
});
const createTokenId = (number: number) =>
	`SU-${String(number)
		.padStart(9, '0')
		.replace(/(...)(?=.)/g, '$1-')}`;

describe('A platform that means no good', () => {
	let server: Server;
	let answer: RequestListener;
	let urls: string[];
	let source: ConnectSource;
	const accounts = new AccountSources();
	const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	beforeEach(async () => {
		urls = [];
		server = createServer((request, response) => {
			urls.push(request.url!);
			answer(request, response);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		source = new ConnectSource({
			id: 'VA-1',
			account: { id: 'VA-1', name: 'Hostile', endpoint: endpoint() },
			accountKeyStore: new MemoryAccountKeyStore(`ApiKey SU-100-000-001:${'ab'.repeat(20)}`),
			cacheFile: await accounts.cacheFile(),
			clock: () => new Date('2030-01-02T00:00:00Z'),
			expiringDays: () => 7,
			retryDelayMs: 1,
		});
	});

	afterEach(async () => {
		source.dispose();
		await source.whenCacheWritten;
		server.closeAllConnections();
		server.close();
	});

	it('does not fill the memory by an answer without end, packed or not', async () => {
		const packed = gzipSync(Buffer.alloc(64 * 2 ** 20, ' '));
		answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
		await assert.rejects(source.list(), /Couldn't understand the response/);
		let sent = 0;
		answer = (_, response) => pour(response, (size) => (sent += size));
		await assert.rejects(source.reload(), /Couldn't understand the response/);
		assert.ok(sent < 64 * 2 ** 20, `${sent} bytes`);
	});

	it('does not hold us by an answer that comes drop by drop', async () => {
		const drips: NodeJS.Timeout[] = [];
		answer = (_, response) => drips.push(setInterval(() => response.write(' '), 20));
		try {
			const probe = probeAccount({ endpoint: endpoint(), authorization: `SU-100-000-001:${'ab'.repeat(20)}`, timeoutMs: 300 });
			await assert.rejects(probe, /didn't respond within the 1-second limit/);
		} finally {
			drips.forEach((one) => clearInterval(one));
		}
	});

	it('does not have a list read for ever', async () => {
		answer = ({ url }, response) => {
			const offset = Number(/offset=(\d+)/.exec(url!)?.[1] ?? 0);
			json(
				response,
				Array.from({ length: 100 }, (_, index) => token(createTokenId(offset + index))),
			);
		};
		await assert.rejects(source.list(), /never ends/);
		assert.ok(urls.length < 5000, `${urls.length} requests`);
	});

	it('does not make us ask for as many pages as it says there are', async () => {
		answer = (_, response) => json(response.setHeader('content-range', 'items 0-0/9999999'), [token(createTokenId(1))]);
		await assert.rejects(source.list(), /never ends/);
		assert.ok(urls.length < 10, `${urls.length} requests`);
	});

	it('gets no id read that is none, nor a text that nobody would read', async () => {
		const none = [
			'../../x',
			'SU-1/../..?a=b',
			'',
			'S'.repeat(100_000),
			'SU-100-000-001\n',
			'SU-100-000-001](command:x)001',
			`SU${'-100'.repeat(100)}`,
			7,
			null,
		];
		const long = 'n'.repeat(1_000_000);
		const tokens = [
			token(createTokenId(1)),
			...none.map((id) => token(id)),
			token(createTokenId(2), { name: long }),
			token(createTokenId(3), { description: long }),
			token(createTokenId(4), { status: long }),
			token(createTokenId(5), { extension: { id: 'EXT-1', name: long } }),
		];
		answer = ({ url }, response) => json(response, url!.startsWith('/auth/tokens') ? tokens : []);
		assert.deepEqual(
			(await source.list()).map(({ id }) => id),
			[createTokenId(1)],
		);
		assert.deepEqual(source.problem?.args.at(-1), tokens.length - 1);
	});

	it('cannot pass for an account by an id of its choice', async () => {
		answer = ({ url }, response) => json(response, url!.startsWith('/accounts') ? [{ id: 'workspace', name: 'Mine' }] : []);
		await assert.rejects(
			probeAccount({ endpoint: endpoint(), authorization: `SU-100-000-001:${'ab'.repeat(20)}` }),
			/Couldn't understand the response/,
		);
	});
});

function json(response: ServerResponse, body: unknown): void {
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** Sends spaces as long as they are taken. */
function pour(response: ServerResponse, onSent: (size: number) => void): void {
	const chunk = Buffer.alloc(2 ** 16, ' ');
	const go = () => {
		while (!response.destroyed) {
			onSent(chunk.length);
			if (!response.write(chunk)) {
				response.once('drain', go);
				return;
			}
		}
	};
	go();
}
