import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenLimits } from '../../src/domain/tokenLimits';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { createKeyRecord, issueToken } from '../support/gateway/memoryTokens';
import { formatApiKey, generateSecret } from '../../src/domain/apiKey';
import { randomBytes } from 'node:crypto';

const LIMITS: TokenLimits = { total: 5 };

/** A program has a token that may make five requests. However it sends more, the upstream receives five. */
describe('A caller who wants more requests than the token is allowed', () => {
	const servers = new GatewayServers();
	let received: string[];
	beforeEach(() => {
		received = [];
	});
	afterEach(() => servers.stopAll());

	async function start(limits = LIMITS): Promise<RunningGateway> {
		const upstream = await servers.upstream((request: IncomingMessage, response: ServerResponse) => {
			received.push(`${request.method ?? ''} ${request.url ?? ''}`);
			request.resume().on('end', () => response.end());
		});
		return servers.gateway({ upstream, allowedOrigins: ['http://localhost:3000'] }, { owner: issueToken({ limits }) });
	}

	const formatRequest = (gateway: RunningGateway, line: string, ...headers: readonly string[]) =>
		[`${line} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, ...headers, '', ''].join(
			'\r\n',
		);

	it('can’t pipeline them on one connection', async () => {
		const gateway = await start();
		const connection = new RawConnection(gateway.port).send(
			Array.from({ length: 40 }, (_, index) => formatRequest(gateway, `GET /products/${index}`)).join('') +
				formatRequest(gateway, 'GET /products', 'Connection: close'),
		);
		const statusLines = (await connection.readToEnd()).match(/HTTP\/1\.1 \d+/g);
		assert.deepEqual(statusLines, [...Array<string>(5).fill('HTTP/1.1 200'), ...Array<string>(36).fill('HTTP/1.1 429')]);
		assert.equal(received.length, 5);
	});

	it('can’t use methods, headers, or spellings that aren’t counted', async () => {
		const gateway = await start();
		const variants = [
			['HEAD /products'],
			['OPTIONS /products'],
			['OPTIONS /products', 'Origin: http://localhost:3000'],
			['PATCH /products', 'Content-Length: 0'],
			['QUERY /products', 'Content-Length: 0'],
			['GET /products', 'Expect: 100-continue'],
			['GET /products', 'X-HTTP-Method-Override: OPTIONS'],
			['GET /products', 'Connection: Upgrade', 'Upgrade: h2c'],
			['GET /products', 'Connection: authorization, ratelimit'],
			['GET /products', 'RateLimit: "total";r=100', 'RateLimit-Policy: "total";q=100', 'X-Forwarded-For: 10.0.0.1'],
			['GET /public/../products'],
		] as const;
		for (let round = 0; round < 2; round++) {
			for (const [line, ...headers] of variants) {
				await new RawConnection(gateway.port).send(formatRequest(gateway, line, 'Connection: close', ...headers)).readToEnd();
			}
		}
		const lowerCase = await gateway.fetch('/products', { headers: { authorization: gateway.owner.authorization.toLowerCase() } });
		assert.equal(lowerCase.status, 429);
		assert.equal(received.length, 5);
	});

	it('can’t count a preflight as a request, and gets nothing from one', async () => {
		const gateway = await start();
		const preflight = ['Origin: http://localhost:3000', 'Access-Control-Request-Method: GET', 'Connection: close'];
		for (let index = 0; index < 10; index++) {
			const response = await new RawConnection(gateway.port).send(formatRequest(gateway, 'OPTIONS /products', ...preflight)).readToEnd();
			assert.match(response, /^HTTP\/1\.1 204 /);
		}
		assert.equal(received.length, 0);
		assert.equal((await gateway.fetch('/products')).status, 200);
	});

	it('can’t get the limits a second time with the other key of a renewed token', async () => {
		const gateway = await start();
		const secret = generateSecret(randomBytes);
		const { token } = gateway.owner;
		gateway.tokens.replace({ ...token, key: createKeyRecord(secret), previousKey: token.key });
		const keys = [gateway.owner.authorization, formatApiKey({ tokenId: token.id, secret })];
		const statuses: number[] = [];
		for (let index = 0; index < 8; index++) {
			statuses.push((await gateway.fetch('/products', { headers: { authorization: keys[index % 2]! } })).status);
		}
		assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
		gateway.tokens.replace({ ...token, key: createKeyRecord(secret), previousKey: null });
		assert.equal((await gateway.fetch('/products', { headers: { authorization: keys[1]! } })).status, 429, 'rotated');
	});

	it('can’t abort them so that they aren’t counted', async () => {
		const gateway = await start({ rate: { requests: 5, per: 'day' } });
		for (let index = 0; index < 20; index++) {
			const connection = new RawConnection(gateway.port).send(formatRequest(gateway, 'POST /products', 'Content-Length: 10'));
			connection.socket.end();
			await connection.readToEnd();
		}
		assert.equal((await gateway.fetch('/products')).status, 429);
		assert.ok(received.length <= 5, String(received.length));
	});
});
