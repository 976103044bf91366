import assert from 'node:assert/strict';
import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import type { TokenRecord } from '../../src/domain/token';
import { createHaproxyFiles } from '../../src/policy/haproxy/haproxyPolicyFiles';
import { GatewayServers, sendRaw } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';
import { createDeployment, toPolicy } from '../support/haproxy/examplePolicy';
import { findFreePorts, startHaproxy, writeToNewFolder, type HaproxyInstance } from '../support/haproxy/haproxyInstance';
import { findHaproxy } from '../support/haproxy/haproxyProgram';

const CREDENTIAL = 'Bearer upstream-credential';

describe('HAProxy with an exported policy, attacked', function () {
	this.timeout(60_000);
	const servers = new GatewayServers();
	let stopActions: (() => Promise<void>)[];
	let program: string;
	/** What the upstream received, byte by byte, because it has to see what others reject. */
	let received: string[];

	before(async function () {
		this.timeout(300_000);
		const found = await findHaproxy();
		if (found === undefined) {
			this.skip();
		}
		program = found;
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
});
