import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { formatApiKey } from '../../../../src/domain/apiKey';
import { ProblemError } from '../../../../src/domain/problems';
import { sendTestRequest } from '../../../../src/sources/connect/testRequest';

const SECRET = '0f1e'.repeat(10);
const AUTHORIZATION = formatApiKey({ tokenId: 'SU-631-646-036', secret: SECRET });

describe('Sending the request that tests a token', () => {
	let server: Server | undefined;

	async function stop(): Promise<void> {
		const stopped = server;
		server = undefined;
		stopped?.closeAllConnections();
		stopped?.close();
		await (stopped && once(stopped, 'close'));
	}

	afterEach(stop);

	/** Starts an API, and returns the URL of a path. */
	async function start(listener: RequestListener): Promise<string> {
		server = createServer(listener).listen(0, '127.0.0.1');
		await once(server, 'listening');
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}/accounts?limit=1`;
	}

	const respond = (status: number, body: string) =>
		start((_, response) => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(body);
		});

	it('makes a single GET request with the key', async () => {
		const received: unknown[] = [];
		const url = await start(({ method, url: path, headers }, response) => {
			received.push([method, path, headers.authorization]);
			response.end('[]');
		});
		const { status, statusText, durationMs, message } = await sendTestRequest({ url, authorization: AUTHORIZATION });
		assert.deepEqual([status, statusText, message], [200, 'OK', undefined]);
		assert.ok(durationMs > 0);
		assert.deepEqual(received, [['GET', '/accounts?limit=1', AUTHORIZATION]]);
	});

	it('returns the error message without keys, and only in the format of the platform', async () => {
		const body = JSON.stringify({ error_code: 'AUTH_002', errors: [`No access with ${SECRET}`] });
		const { status, statusText, message } = await sendTestRequest({ url: await respond(403, body), authorization: AUTHORIZATION });
		assert.deepEqual([status, statusText, message], [403, 'Forbidden', 'No access with **********.']);
	});

	for (const [title, body] of [
		['a web page', '<html>Sign in</html>'],
		['another format', '{"errors": "text"}'],
		['no message', '{"errors": []}'],
		['damaged JSON', '{"errors": ["a"'],
		['nothing', ''],
	] as const) {
		it(`returns no message if the body is ${title}`, async () => {
			const { status, message } = await sendTestRequest({ url: await respond(500, body), authorization: AUTHORIZATION });
			assert.deepEqual([status, message], [500, undefined]);
		});
	}

	it('does not follow redirects, so that no other host gets the key', async () => {
		const paths: unknown[] = [];
		const url = await start((request, response) => {
			paths.push(request.url);
			response.writeHead(302, { location: '/elsewhere' }).end();
		});
		assert.equal((await sendTestRequest({ url, authorization: AUTHORIZATION })).status, 302);
		assert.deepEqual(paths, ['/accounts?limit=1']);
	});

	it('stops reading an endless response', async () => {
		let handleStop: () => void;
		const stopped = new Promise<void>((resolve) => (handleStop = resolve));
		const url = await start((_, response) => {
			response.writeHead(500);
			const send = () => {
				while (response.write('x'.repeat(10_000))) {
					// Until the connection's buffer is full.
				}
			};
			response.on('drain', send).on('close', () => handleStop());
			send();
		});
		const { status, message } = await sendTestRequest({ url, authorization: AUTHORIZATION });
		assert.deepEqual([status, message], [500, undefined]);
		await stopped;
	});

	it('fails after the time limit, or if nobody listens, and says what to do', async () => {
		const url = await start(() => undefined);
		await assert.rejects(sendTestRequest({ url, authorization: AUTHORIZATION, timeoutMs: 1 }), (error) => {
			assert.ok(error instanceof ProblemError);
			return error.message.includes("didn't respond within the 1-second limit. Check your connection");
		});
		await stop();
		await assert.rejects(
			sendTestRequest({ url, authorization: AUTHORIZATION }),
			/Couldn't reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check/,
		);
	});
});
