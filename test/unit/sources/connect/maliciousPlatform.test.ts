import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { silentLog } from '../../../../src/domain/log';
import type { ConnectSource } from '../../../../src/sources/connect/connectSource';
import { probeAccount } from '../../../../src/sources/connect/accountProbe';
import { createTokenId, TestAccounts } from '../../../support/connect/testAccounts';

/** A token in the platform's format. */
const token = (id: unknown, extra: object = {}) => ({
	id,
	name: 'Hostile',
	status: 'active',
	extension: { id: 'EXT-000', name: 'Custom' },
	events: { created: { at: '2030-01-01T00:00:00Z' } },
	...extra,
});

describe('malicious platform', () => {
	let server: Server;
	let respond: RequestListener;
	let urls: string[];
	let source: ConnectSource;
	const accounts = new TestAccounts();
	const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	beforeEach(async () => {
		urls = [];
		server = createServer((request, response) => {
			urls.push(request.url!);
			respond(request, response);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		source = await accounts.openAt(endpoint());
	});

	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	it('cannot exhaust memory with an endless response, compressed or not', async () => {
		const compressed = gzipSync(Buffer.alloc(64 * 2 ** 20, ' '));
		respond = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(compressed);
		await assert.rejects(source.list(), /Couldn't understand the response/);
		let sent = 0;
		respond = (_, response) => sendSpaces(response, (size) => (sent += size));
		await assert.rejects(source.reload(), /Couldn't understand the response/);
		assert.ok(sent < 64 * 2 ** 20, `${sent} bytes`);
	});

	it('cannot block a request with a response that arrives byte by byte', async () => {
		const intervals: NodeJS.Timeout[] = [];
		respond = (_, response) => intervals.push(setInterval(() => response.write(' '), 20));
		try {
			const probe = probeAccount({
				endpoint: endpoint(),
				authorization: `SU-100-000-001:${'ab'.repeat(20)}`,
				timeoutMs: 300,
				log: silentLog,
			});
			await assert.rejects(probe, /didn't respond within the 1-second limit/);
		} finally {
			intervals.forEach((interval) => clearInterval(interval));
		}
	});

	it('cannot make the client read an endless list', async () => {
		respond = ({ url }, response) => {
			const offset = Number(/offset=(\d+)/.exec(url!)?.[1] ?? 0);
			json(
				response,
				Array.from({ length: 100 }, (_, index) => token(createTokenId(offset + index))),
			);
		};
		await assert.rejects(source.list(), /never ends/);
		assert.ok(urls.length < 5000, `${urls.length} requests`);
	});

	it('cannot make the client request as many pages as it claims to have', async () => {
		respond = (_, response) => json(response.setHeader('content-range', 'items 0-0/9999999'), [token(createTokenId(1))]);
		await assert.rejects(source.list(), /never ends/);
		assert.ok(urls.length < 10, `${urls.length} requests`);
	});

	it('cannot pass invalid IDs or very long texts to the client', async () => {
		const invalidIds = [
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
		const longText = 'n'.repeat(1_000_000);
		const tokens = [
			token(createTokenId(1)),
			...invalidIds.map((id) => token(id)),
			token(createTokenId(2), { name: longText }),
			token(createTokenId(3), { description: longText }),
			token(createTokenId(4), { status: longText }),
			token(createTokenId(5), { extension: { id: 'EXT-1', name: longText } }),
		];
		respond = ({ url }, response) => json(response, url!.startsWith('/auth/tokens') ? tokens : []);
		assert.deepEqual(
			(await source.list()).map(({ id }) => id),
			[createTokenId(1)],
		);
		assert.deepEqual(source.problem?.args.at(-1), tokens.length - 1);
	});

	it('cannot choose an arbitrary ID for an account', async () => {
		respond = ({ url }, response) => json(response, url!.startsWith('/accounts') ? [{ id: 'workspace', name: 'Mine' }] : []);
		await assert.rejects(
			probeAccount({ endpoint: endpoint(), authorization: `SU-100-000-001:${'ab'.repeat(20)}`, log: silentLog }),
			/Couldn't understand the response/,
		);
	});
});

function json(response: ServerResponse, body: unknown): void {
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** Sends spaces until the connection is closed. */
function sendSpaces(response: ServerResponse, onSent: (size: number) => void): void {
	const chunk = Buffer.alloc(2 ** 16, ' ');
	const write = () => {
		while (!response.destroyed) {
			onSent(chunk.length);
			if (!response.write(chunk)) {
				response.once('drain', write);
				return;
			}
		}
	};
	write();
}
