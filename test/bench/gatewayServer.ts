/**
 * Runs a server to measure in a separate process: node gatewayServer.js KIND UPSTREAM FOLDER
 * Sends its port once it listens. Responds to each message with the resources that it has used.
 */
import { Agent, createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { createProxyServer } from 'http-proxy-3';
import { sendErrorResponse } from '../../src/gateway/errorResponse';
import { forward } from '../../src/gateway/forward';
import { RequestsInProgress } from '../../src/gateway/requestsInProgress';
import { Upstream } from '../../src/gateway/upstream';
import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import { repositoryRoot } from '../host/paths';
import { createTestRecord } from '../support/seedTokens';
import type { ResourceUsage } from './benchServers';

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
const DIRECT_CONNECTION = { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: false };

/** Memory of the process before the server starts, in bytes. */
const initialMemory = process.memoryUsage.rss();

const [kind = '', upstream = '', folder = ''] = process.argv.slice(2);

const kinds: Record<string, () => Promise<number>> = {
	/** Responds as fast as possible. Instead of parsing requests, it only checks for the end of their headers. */
	upstream: () => {
		const response = Buffer.from(
			`HTTP/1.1 200 OK\r\n${HEADERS.flatMap((text, index) => (index % 2 === 0 ? [`${text}: ${HEADERS[index + 1]!}\r\n`] : [])).join('')}\r\n${BODY}`,
		);
		return listen(
			createServer((socket) => {
				socket.setNoDelay(true);
				socket.on('error', () => undefined);
				socket.on('data', (chunk) => {
					if (chunk.subarray(-4).toString('latin1') === '\r\n\r\n') {
						socket.write(response);
					}
				});
			}),
		);
	},
	/** Node's own server, which responds without forwarding: the upper limit for proxies that use it. */
	'node-http': () => http((_, response) => response.writeHead(200, HEADERS).end(BODY)),
	/** The gateway's forwarding without its checks. */
	'forward-only': () => {
		const target = new Upstream(new URL(upstream), null, DIRECT_CONNECTION, 60_000);
		const token = createTestRecord(1);
		const requestsInProgress = new RequestsInProgress(
			() => new Date(),
			() => () => ({ token, key: token.key }),
		);
		return http((request, response) =>
			forward(
				{
					request,
					response,
					token,
					key: token.key,
					target: request.url ?? '',
					expectsContinue: false,
					bodyTimeoutMs: 60_000,
					sendDenial: sendErrorResponse,
					recordResponse: () => undefined,
				},
				target,
				requestsInProgress,
			),
		);
	},
	gateway: () => startGateway(null),
	/** The gateway with the setting `connectTokens.gateway.logFile`. */
	'gateway, log file': () => startGateway(join(folder, `requests-${process.pid}.jsonl`)),
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

function startGateway(logFile: string | null): Promise<number> {
	const worker = new Worker(`${repositoryRoot}/out/gateway.js`, {
		workerData: {
			folder,
			changes: new SharedArrayBuffer(4),
			port: 0,
			upstream,
			credential: null,
			modules: BUILT_IN_MODULE_PATHS,
			moduleNames: {},
			mcpPaths: [],
			proxy: DIRECT_CONNECTION,
			allowedHosts: [],
			allowedOrigins: [],
			logFile,
		},
	});
	return new Promise((resolve, reject) => {
		worker.once('message', ({ port }: { port: number }) => resolve(port));
		worker.once('error', reject);
	});
}

function http(listener: RequestListener): Promise<number> {
	return listen(createHttpServer({ keepAliveTimeout: 60_000 }, listener));
}

function listen(server: Server): Promise<number> {
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

process.on('message', () =>
	process.send?.({ memory: process.memoryUsage.rss() - initialMemory, processor: process.cpuUsage() } satisfies ResourceUsage),
);
process.on('disconnect', () => process.exit());
void kinds[kind]?.().then((port) => process.send?.({ port }));
