import assert from 'node:assert/strict';
import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import type { TokenRecord } from '../../src/domain/token';
import { createHaproxyFiles } from '../../src/policy/haproxy/haproxyPolicyFiles';
import { RuntimeApi } from '../../src/policy/haproxy/runtimeApi';
import { GatewayServers, sendRaw } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';
import { createDeployment, toPolicy } from '../support/haproxy/examplePolicy';
import { findFreePorts } from '../support/freePorts';
import { startHaproxy, writeToNewFolder, type HaproxyInstance } from '../support/haproxy/haproxyInstance';
import { findHaproxyOrSkip } from '../support/haproxy/haproxyProgram';

const CREDENTIAL = 'Bearer upstream-credential';

describe('HAProxy with an exported policy, attacked', function () {
	this.timeout(60_000);
	const servers = new GatewayServers();
	let stopActions: (() => Promise<void>)[];
	let program: string;
	/** What the upstream received, byte by byte, because it has to see what others reject. */
	let received: string[];

	before(async function () {
		program = await findHaproxyOrSkip(this);
	});

	beforeEach(() => {
		stopActions = [];
		received = [];
	});

	afterEach(async () => {
		for (const stop of stopActions.reverse()) {
			await stop();
		}
		await servers.stopAll();
	});

	async function start(...tokens: readonly TokenRecord[]): Promise<HaproxyInstance> {
		const upstream = await servers.rawUpstream((socket, text) => {
			received.push(text);
			socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
		});
		const [port] = await findFreePorts(1);
		const files = createHaproxyFiles(toPolicy(tokens, BUILT_IN_MODULE_PATHS, {}), createDeployment(`${upstream}/public/v1`));
		const { folder, remove } = await writeToNewFolder(files);
		stopActions.push(remove);
		const instance = await startHaproxy(program, folder, { name: 'one', port: port!, upstreamAuthorization: CREDENTIAL });
		stopActions.push(() => instance.stop());
		return instance;
	}

	/** Sends lines of a request, and resolves with the status. */
	const statusOf = async ({ port }: HaproxyInstance, ...lines: readonly string[]) => {
		const response = await sendRaw(port, ...lines, 'Connection: close', '', '');
		return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1]);
	};

	it('denies control characters in headers, as the gateway does', async () => {
		const { token, authorization } = issueToken();
		const haproxy = await start(token);
		const head = ['GET /products HTTP/1.1', 'Host: h', `Authorization: ${authorization}`];
		for (const character of ['\0', '\x01', '\x08', '\x0b', '\x0c', '\x1f', '\x7f']) {
			assert.equal(await statusOf(haproxy, ...head, `X-Custom: a${character}b`), 400, JSON.stringify(character));
		}
		assert.equal(await statusOf(haproxy, ...head, 'X-First: a\0', 'X-Last: b'), 400);
		assert.equal(await statusOf(haproxy, ...head.slice(0, 2), `Authorization: ${authorization}\0`), 400);
		assert.deepEqual(received, []);
		assert.equal(await statusOf(haproxy, ...head, 'X-Custom: a\tb\xe9'), 200);
	});

	it('denies a transfer encoding in HTTP/1.0, whose body a server could take for another request', async () => {
		const { token, authorization } = issueToken();
		const haproxy = await start(token);
		const lines = (version: string) => [
			`POST /products HTTP/${version}`,
			'Host: h',
			`Authorization: ${authorization}`,
			'Transfer-Encoding: chunked',
			'Connection: close',
			'',
			'3',
			'abc',
			'0',
			'',
			'',
		];
		assert.match(await sendRaw(haproxy.port, ...lines('1.0')), /^HTTP\/1\.1 400 /);
		assert.deepEqual(received, []);
		assert.match(await sendRaw(haproxy.port, ...lines('1.1')), /^HTTP\/1\.1 200 /);
	});

	it('counts all spellings of a token’s key, and parallel requests, toward the same limit', async () => {
		const { token, secret } = issueToken({ limits: { rate: { requests: 5, per: 'day' } }, permissions: ['products'] });
		const haproxy = await start(token);
		const spellings = [
			`ApiKey ${token.id}:${secret}`,
			`apikey  ${token.id.toLowerCase()}:${secret.toUpperCase()}`,
			`APIKEY ${token.id.replace('SU', 'Su')}:${secret}`,
		];
		const statuses = await Promise.all(
			Array.from({ length: 60 }, (_, index) =>
				statusOf(
					haproxy,
					`${index % 2 === 0 ? 'GET' : 'HEAD'} /products?${index} HTTP/1.1`,
					'Host: h',
					`Authorization: ${spellings[index % 3]!}`,
				),
			),
		);
		assert.equal(statuses.filter((status) => status === 200).length, 5);
		assert.equal(statuses.filter((status) => status === 429).length, 55);
		assert.equal(received.length, 5);
	});

	it('counts nothing for a token that doesn’t exist, and responds as to a wrong key of one that does', async () => {
		const { token, authorization, secret } = issueToken();
		const haproxy = await start(token);
		const lines = (value: string) => ['GET /products HTTP/1.1', 'Host: h', `Authorization: ${value}`, 'Connection: close', '', ''];
		const unknown = await sendRaw(haproxy.port, ...lines(`ApiKey SU-999-999-999:${secret}`));
		const wrong = await sendRaw(haproxy.port, ...lines(`ApiKey ${token.id}:${'0'.repeat(40)}`));
		assert.equal(unknown, wrong);
		assert.match(unknown, /^HTTP\/1\.1 401 /);
		const api = new RuntimeApi(haproxy.socketPath);
		assert.equal((await api.readTable('counts')).size, 0);
		await sendRaw(haproxy.port, ...lines(authorization));
		assert.equal((await api.readTable('counts')).size, 1);
	});

	it('doesn’t send the caller’s credentials, cookies, or claims about the request to the upstream, however they’re spelled', async () => {
		const { token, secret, authorization } = issueToken();
		const haproxy = await start(token);
		const status = await statusOf(
			haproxy,
			'PUT /products HTTP/1.1',
			'Host: h',
			`aUTHORIZATION: ${authorization}`,
			`Authorization_: ${authorization}`,
			`Proxy-Authorization: ${authorization}`,
			...['Cookie: caller=1', 'COOKIE2: caller=1', 'Co_okie: caller=1', 'X-Original-URL: /caller', 'X_Original_URL: /caller'],
			...['X.Forwarded.For: caller', 'X-Rewrite-Url: /caller', 'X-HTTP-Method-Override: CALLER', 'Trailer: x', 'Via: kept'],
			'Content-Length: 0',
		);
		assert.equal(status, 200);
		const [text = ''] = received;
		assert.doesNotMatch(text, new RegExp(`${secret}|caller|${token.id}`, 'i'));
		assert.match(text, /^PUT \/public\/v1\/products HTTP\/1\.1\r\n/);
		assert.deepEqual(
			text.split('\r\n').filter((line) => /^authorization:/i.test(line)),
			[`authorization: ${CREDENTIAL}`],
		);
		assert.match(text, /via: kept/);
	});
});
