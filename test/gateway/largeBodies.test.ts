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

/** More than twice of what the memory may grow, so that a body that's collected in memory is noticed. */
const BODY_BYTES = 2 ** 28;
const CHUNK = Buffer.alloc(2 ** 18, 'x');
/** How much the memory may grow, in bytes. */
const MAX_GROWTH_BYTES = 100 * 2 ** 20;

describe('A body of 256 megabytes', () => {
	const servers = new GatewayServers();
	let folder: string;
	let gateway: GatewayProcess;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-large-'));
	});
	afterEach(async () => {
		await gateway.kill();
		await servers.stopAll();
		await rm(folder, { recursive: true, force: true });
	});

	function* generateBody(): Generator<Buffer> {
		for (let sent = 0; sent < BODY_BYTES; sent += CHUNK.length) {
			yield CHUNK;
		}
	}

	/** Reads the whole stream and returns its size, checking the gateway's memory every 2%. */
	async function measureSize(stream: AsyncIterable<Buffer>, memoryLimit: number): Promise<number> {
		let size = 0;
		let lastCheckedSize = 0;
		for await (const part of stream) {
			size += part.length;
			if (size - lastCheckedSize > BODY_BYTES / 50) {
				lastCheckedSize = size;
				const memory = await gateway.memory();
				assert.ok(memory < memoryLimit, `${memory} bytes after ${size}`);
			}
		}
		return size;
	}

	for (const [direction, chunked] of [
		['to the client', false],
		['to the client', true],
		['to the upstream', false],
		['to the upstream', true],
	] as const) {
		it(`is forwarded ${direction} in constant memory, ${chunked ? 'in chunks' : 'with a known length'}`, async () => {
			const isDownload = direction === 'to the client';
			const owner = issueToken();
			await writeFile(join(folder, 'tokens.json'), JSON.stringify({ version: 1, tokens: [owner.token] }));
			let memoryLimit = Infinity;
			const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(BODY_BYTES) };
			const upstream = await servers.upstream((request, response) => {
				if (isDownload) {
					response.writeHead(200, length);
					Readable.from(generateBody()).pipe(response);
				} else {
					measureSize(request, memoryLimit).then(
						(size) => response.end(String(size)),
						(error: unknown) => response.end(String(error)),
					);
				}
			});
			gateway = new GatewayProcess({ folder, upstream });
			const port = await gateway.listening();
			memoryLimit = (await gateway.memory()) + MAX_GROWTH_BYTES;
			const headers = { authorization: owner.authorization, ...(isDownload ? {} : length) };
			const request = httpRequest({ port, host: '127.0.0.1', path: '/', method: isDownload ? 'GET' : 'POST', headers });
			if (isDownload) {
				request.end();
			} else {
				Readable.from(generateBody()).pipe(request);
			}
			const [response] = (await once(request, 'response')) as [IncomingMessage];
			assert.equal(response.statusCode, 200);
			if (isDownload) {
				assert.equal(await measureSize(response, memoryLimit), BODY_BYTES);
			} else {
				assert.equal(Buffer.concat(await response.toArray()).toString(), String(BODY_BYTES));
			}
		});
	}
});
