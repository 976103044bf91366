import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { GatewayProcess } from '../support/gateway/gatewayProcess';
import { issueToken } from '../support/gateway/memoryTokens';

const GIGABYTE_BYTES = 2 ** 30;
const CHUNK = Buffer.alloc(2 ** 18, 'x');
/** How much more memory it may take than before, in bytes. */
const MAX_GROWTH_BYTES = 100 * 2 ** 20;

describe('a body of one gigabyte', () => {
	const servers = new GatewayServers();
	let folder: string;
	let gateway: GatewayProcess;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-large-'));
	});
	afterEach(async () => {
		await gateway.kill();
		await servers.end();
		await rm(folder, { recursive: true, force: true });
	});

	function* generateGigabyte(): Generator<Buffer> {
		for (let sent = 0; sent < GIGABYTE_BYTES; sent += CHUNK.length) {
			yield CHUNK;
		}
	}

	/** Lets everything go by, asking now and then how much memory the gateway takes. */
	async function measureSize(stream: AsyncIterable<Buffer>, limit: number): Promise<number> {
		let size = 0;
		let looked = 0;
		for await (const part of stream) {
			size += part.length;
			if (size - looked > GIGABYTE_BYTES / 50) {
				looked = size;
				const memory = await gateway.memory();
				assert.ok(memory < limit, `${memory} bytes after ${size}`);
			}
		}
		return size;
	}

	for (const [direction, chunked] of [
		['down', false],
		['down', true],
		['up', false],
		['up', true],
	] as const) {
		it(`goes ${direction} at constant memory, ${chunked ? 'in chunks' : 'its length known'}`, async () => {
			const owner = issueToken();
			await writeFile(join(folder, 'tokens.json'), JSON.stringify({ version: 1, tokens: [owner.token] }));
			let limit = Infinity;
			const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(GIGABYTE_BYTES) };
			const upstream = await servers.upstream((request, response) => {
				if (direction === 'down') {
					response.writeHead(200, length);
					Readable.from(generateGigabyte()).pipe(response);
				} else {
					measureSize(request, limit).then(
						(size) => response.end(String(size)),
						(error: unknown) => response.end(String(error)),
					);
				}
			});
			gateway = new GatewayProcess({ folder, upstream });
			const port = await gateway.listening();
			limit = (await gateway.memory()) + MAX_GROWTH_BYTES;
			const headers = { authorization: owner.authorization, ...(direction === 'up' ? length : {}) };
			const request = httpRequest({ port, host: '127.0.0.1', path: '/', method: direction === 'up' ? 'POST' : 'GET', headers });
			if (direction === 'up') {
				Readable.from(generateGigabyte()).pipe(request);
			} else {
				request.end();
			}
			const [response] = (await once(request, 'response')) as [IncomingMessage];
			assert.equal(response.statusCode, 200);
			if (direction === 'down') {
				assert.equal(await measureSize(response, limit), GIGABYTE_BYTES);
			} else {
				assert.equal(Buffer.concat(await response.toArray()).toString(), String(GIGABYTE_BYTES));
			}
		});
	}
});
