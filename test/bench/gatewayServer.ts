/**
 * A server to measure, in a process of its own: node gatewayServer.js KIND UPSTREAM FOLDER
 * It sends its port once it listens, and whenever it is sent a message what it has used.
 */
import { Agent, createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Worker } from 'node:worker_threads';
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { createProxyServer } from 'http-proxy-3';
import { forward } from '../../src/gateway/forward';
import { Upstream } from '../../src/gateway/upstream';
import { modulePaths } from '../../src/domain/modulePaths';
import { root } from '../host/paths';
import { tokenRecord } from '../support/seed';
import type { Usage } from './gateway';

const BODY = JSON.stringify({
	items: Array.from({ length: 12 }, (_, index) => ({ id: `PRD-000-000-${index}`, name: `Product ${index}`, status: 'published' })),
});
const HEADERS = [
	'content-type',
	'application/json',
	'content-length',
	String(BODY.length),
	'content-range',
	'items 0-11/12',
	'cache-control',
	'no-store',
];
const NO_PROXY = { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: false };

/** Memory of a process that does nothing yet, in bytes. */
const before = process.memoryUsage.rss();

const [kind = '', upstream = '', folder = ''] = process.argv.slice(2);

const kinds: Record<string, () => Promise<number>> = {
	/** Answers as fast as Node can, by looking for the end of each request's head. */
	upstream: () => {
		const answer = Buffer.from(
			`HTTP/1.1 200 OK\r\n${HEADERS.flatMap((text, index) => (index % 2 === 0 ? [`${text}: ${HEADERS[index + 1]!}\r\n`] : [])).join('')}\r\n${BODY}`,
		);
		return listen(
			createServer((socket) => {
				socket.setNoDelay(true);
				socket.on('error', () => undefined);
				socket.on('data', (chunk) => {
					if (chunk.subarray(-4).toString('latin1') === '\r\n\r\n') {
						socket.write(answer);
					}
				});
			}),
		);
	},
	/** The wall: Node's own server, which forwards nothing. */
	wall: () => http((_, response) => response.writeHead(200, HEADERS).end(BODY)),
	/** The gateway's way of forwarding, without its checks. */
	bare: () => {
		const target = new Upstream(new URL(upstream), null, NO_PROXY, 60_000);
		const token = tokenRecord(1);
		return http((request, response) =>
			forward({ request, response, token, target: request.url ?? '', waits: false, bodyTimeout: 60_000, count: () => undefined }, target),
		);
	},
	gateway: () => {
		const worker = new Worker(`${root}/out/gateway.js`, {
			workerData: {
				folder,
				changes: new SharedArrayBuffer(4),
				port: 0,
				upstream,
				credential: null,
				modules: modulePaths,
				moduleNames: {},
				proxy: NO_PROXY,
			},
		});
		return new Promise((resolve, reject) => {
			worker.once('message', ({ port }: { port: number }) => resolve(port));
			worker.once('error', reject);
		});
	},
	'http-proxy-3': () => {
		const server = createProxyServer({ target: upstream, agent: new Agent({ keepAlive: true }) });
		return http((request, response) => server.web(request, response));
	},
	'@fastify/http-proxy': async () => {
		const server = fastify();
		await server.register(proxy, { upstream });
		await server.listen({ host: '127.0.0.1', port: 0 });
		return (server.server.address() as AddressInfo).port;
	},
};

function http(listener: RequestListener): Promise<number> {
	return listen(createHttpServer({ keepAliveTimeout: 60_000 }, listener));
}

function listen(server: Server): Promise<number> {
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

process.on('message', () => process.send?.({ memory: process.memoryUsage.rss() - before, processor: process.cpuUsage() } satisfies Usage));
process.on('disconnect', () => process.exit());
void kinds[kind]?.().then((port) => process.send?.({ port }));
