import assert from 'node:assert/strict';
import { AUTHORIZE_PATH, ERROR_HEADER, HEALTH_PATH } from '../../src/gateway/ownEndpoints';
import { eventually } from '../support/eventually';
import { sendRaw } from '../support/gateway/gatewayServers';
import { HeadlessGateways, toPolicyToken } from '../support/gateway/headlessProcess';
import { issueToken, type IssuedToken } from '../support/gateway/memoryTokens';

const UPSTREAM = 'http://127.0.0.1:9/public/v1';

describe('The endpoint that decides about requests of another server', function () {
	this.timeout(60_000);
	const gateways = new HeadlessGateways();
	let owner: IssuedToken;
	let full: IssuedToken;
	let port: number;
	let output: () => string;

	before(function () {
		if (process.platform === 'win32') {
			this.skip();
		}
	});

	beforeEach(async () => {
		owner = issueToken({ permissions: ['products', 'usage:read', 'Küche'] });
		full = issueToken();
		await gateways.write([toPolicyToken(owner.token), toPolicyToken(full.token), toPolicyToken(issueToken().token)], {
			Küche: ['/kitchen'],
			'Größe\u2028': ['/size'],
		});
		// Without the credential, which isn't needed.
		const args = ['--policy', gateways.folder, '--upstream', UPSTREAM, '--bind', '127.0.0.1:0', '--auth-request', '--log'];
		const gateway = gateways.startWith(args, { CONNECT_UPSTREAM_AUTHORIZATION: undefined });
		port = Number(new URL(await gateway.url()).port);
		output = () => gateway.stdout;
	});

	/** Sends the lines of a request to the endpoint, and returns the status and the error in the header. */
	async function ask(...headers: readonly string[]): Promise<{ status: number; error: string | undefined; text: string }> {
		const text = await sendRaw(port, `GET ${AUTHORIZE_PATH} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, 'Connection: close', '', '');
		const json = new RegExp(`^${ERROR_HEADER}: (.*)\r$`, 'm').exec(text)?.[1];
		const [error] = json === undefined ? [] : (JSON.parse(json) as { errors: string[] }).errors;
		return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), error, text };
	}

	const askAbout = (method: string, target: string, { authorization }: IssuedToken = owner, ...others: readonly string[]) =>
		ask(`X-Original-Method: ${method}`, `X-Original-URI: ${target}`, `Authorization: ${authorization}`, ...others);

	it('responds with 204 to what the gateway would forward, and with 401, 403, or 429 to everything else', async () => {
		const cases: [method: string, target: string, status: number, token?: IssuedToken][] = [
			['GET', '/public/v1/products/PRD-1?limit=2', 204],
			['POST', '/public/v1/products', 204],
			['GET', '/public/v1/usage', 204],
			['GET', '/public/v1?x', 403],
			['GET', '/public/v1', 403],
			['GET', '/public/v1?x', 204, full],
			['POST', '/public/v1/usage', 403],
			['GET', '/public/v1/usage?_method=DELETE', 403],
			['GET', '/public/v1/billing', 403],
			['GET', '/public/v1/products/../billing', 403],
			['GET', '/public/v1/products/%2e%2e/billing', 403, full],
			['GET', '/public/v1/Products/x', 403],
			['TRACE', '/public/v1/products', 403],
			['CONNECT', '/public/v1/products', 403],
			['GET', '/public/v1/products', 401, issueToken()],
		];
		for (const [method, target, status, token] of cases) {
			const response = await askAbout(method, target, token);
			assert.equal(response.status, status, `${method} ${target} ${response.text}`);
			assert.equal(response.error === undefined, status === 204, 'only denials have an error');
		}
	});

	it('denies what isn’t below the path of the upstream, because nginx forwards it as it is', async () => {
		for (const target of [
			'/products',
			'/',
			'/public/v1x/products',
			'/public/V1/products',
			'/public%2Fv1/products',
			'//public/v1/products',
		]) {
			const { status, error } = await askAbout('GET', target, full);
			assert.deepEqual([status, error?.includes("isn't below /public/v1")], [403, true], target);
		}
	});

	it('denies requests that aren’t described by exactly one method and one target', async () => {
		const [method, target, key] = ['X-Original-Method: GET', 'X-Original-URI: /public/v1/products', `Authorization: ${full.authorization}`];
		for (const headers of [
			[key],
			[method, key],
			[target, key],
			[method, method, target, key],
			[method, 'x-original-method: GET', target, key],
			[method, target, target, key],
			[method, target, 'X-ORIGINAL-URI: /public/v1/products', key],
			['X-Original-Method: ', target, key],
			['X-Original-Method: get', target, key],
			['X-Original-Method: GET POST', target, key],
			[method, 'X-Original-URI: ', key],
			[method, 'X-Original-URI: http://api/public/v1/products', key],
			[method, 'X-Original-URI: /public/v1/products#x', key],
			[method, 'X-Original-URI: /public/v1/products /x', key],
			[method, 'X-Original-URI: /public/v1/pröducts', key],
			[method, 'X_Original_URI: /public/v1/products', target, key],
		]) {
			assert.equal((await ask(...headers)).status, 403, headers.join(' | '));
		}
		assert.equal((await ask(method, target, key)).status, 204);
		assert.equal((await ask(method, target, key, key)).status, 401);
		assert.equal((await ask(method, target)).status, 401);
	});

	it('denies headers that could make the API read another request, because nginx forwards them', async () => {
		for (const header of [
			'X-HTTP-Method-Override: DELETE',
			'X-Original-URL: /admin',
			'X-Rewrite-URL: /admin',
			'X-Forwarded-Prefix: /admin',
		]) {
			const { status, error } = await askAbout('GET', '/public/v1/usage', full, header);
			assert.equal(status, 403, header);
			assert.match(error ?? '', new RegExp(`^The header ${header.split(':')[0]!} could contradict`));
		}
	});

	it('treats an upgrade that’s passed on as a WebSocket, which can also write', async () => {
		const upgrade = ['Upgrade: websocket', 'Connection: upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
		assert.equal((await askAbout('GET', '/public/v1/usage', owner, ...upgrade)).status, 403);
		assert.equal((await askAbout('GET', '/public/v1/products', owner, ...upgrade)).status, 204);
	});

	it('doesn’t allow a preflight without a key', async () => {
		const args = [
			'--policy',
			gateways.folder,
			'--upstream',
			UPSTREAM,
			'--bind',
			'127.0.0.1:0',
			'--auth-request',
			'--origin',
			'https://app.test',
		];
		port = Number(new URL(await gateways.startWith(args).url()).port);
		const headers = ['Origin: https://app.test', 'Access-Control-Request-Method: DELETE'];
		assert.equal((await ask('X-Original-Method: OPTIONS', 'X-Original-URI: /public/v1/products', ...headers)).status, 401);
		assert.equal((await askAbout('GET', '/public/v1/products', owner, 'Origin: https://app.test')).status, 204);
		assert.equal((await askAbout('GET', '/public/v1/products', owner, 'Origin: https://evil.test')).status, 403);
	});

	it('counts toward limits, and says in headers what’s left', async () => {
		const limited = issueToken({ limits: { rate: { requests: 1, per: 'day' } } });
		await gateways.write([toPolicyToken(limited.token)]);
		const args = ['--policy', gateways.folder, '--upstream', UPSTREAM, '--bind', '127.0.0.1:0', '--auth-request'];
		port = Number(new URL(await gateways.startWith(args).url()).port);
		assert.match((await askAbout('GET', '/public/v1/x', limited)).text, /^ratelimit: "day";r=0;t=\d+\r$/m);
		const { status, text } = await askAbout('GET', '/public/v1/x', limited);
		assert.equal(status, 429);
		assert.match(text, /^retry-after: \d+\r$/m);
	});

	it('forwards nothing, and describes errors in ASCII', async () => {
		for (const path of ['/public/v1/products', `${AUTHORIZE_PATH}/`, `${AUTHORIZE_PATH}?x`, '/']) {
			const text = await sendRaw(
				port,
				`GET ${path} HTTP/1.1`,
				`Host: 127.0.0.1:${port}`,
				`Authorization: ${full.authorization}`,
				'Connection: close',
				'',
				'',
			);
			assert.match(text, /^HTTP\/1\.1 404 /, path);
		}
		assert.match(await sendRaw(port, `GET ${HEALTH_PATH} HTTP/1.1`, 'Connection: close', '', ''), /^HTTP\/1\.1 200 /);
		const { error, text } = await askAbout('GET', '/public/v1/size');
		assert.match(error ?? '', /"Größe\u2028"/);
		assert.match(text.split('\r\n\r\n')[0]!, /^[\x20-\x7e\r\n]*$/);
	});

	it('logs the original request', async () => {
		await askAbout('DELETE', '/public/v1/usage/1?secret=x');
		await eventually(() => {
			const line = JSON.parse(output()) as Record<string, unknown>;
			assert.deepEqual([line.method, line.path, line.status, line.token], ['DELETE', '/usage/1', 403, owner.token.id]);
		});
	});
});
