import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';
import { sendAllRequests } from '../support/httpyac';

const CREDENTIAL = 'ApiKey SU-000-000-000:upstream';

interface Product {
	readonly id: string;
	readonly name: string;
}

/** The parts of the platform's official SDK that these tests use. The SDK has no types. */
interface Client {
	readonly products: {
		search(query: object): Promise<Product[]>;
		get(id: string): Promise<Product>;
		create(product: object): Promise<Product>;
		update(id: string, changes: object): Promise<Product>;
		delete(id: string): Promise<void>;
	};
	readonly tierAccounts: { search(query: object): Promise<unknown[]> };
}
const { ConnectClient } = createRequire(__filename)('@cloudblueconnect/connect-javascript-sdk') as {
	ConnectClient: new (endpoint: string, key: string) => Client;
};

/** An API for products, similar to the platform's. */
class ProductApi {
	readonly queries: string[] = [];
	readonly #products = Array.from({ length: 25 }, (_, index): Product => ({ id: `PRD-${index}`, name: `Product ${index}` }));

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, search } = new URL(request.url ?? '', 'http://any');
		const id = pathname.split('/')[4];
		const body = await text(request);
		const send = (status: number, content?: unknown, headers: Record<string, string> = {}) =>
			response
				.writeHead(status, { 'content-type': 'application/json', ...headers })
				.end(content === undefined ? undefined : JSON.stringify(content));
		if (request.headers.authorization !== CREDENTIAL) {
			send(401, { error_code: 'AUTH_001', errors: ['Invalid upstream key.'] });
		} else if (request.method === 'GET' && id === undefined) {
			this.queries.push(search.slice(1));
			const [limit, offset] = ['limit', 'offset'].map((name) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(search)?.[1] ?? 0)) as [
				number,
				number,
			];
			const page = this.#products.slice(offset, offset + (limit || 10));
			send(200, page, { 'content-range': `items ${offset}-${offset + page.length - 1}/${this.#products.length}` });
		} else if (request.method === 'GET') {
			const product = this.#products.find((item) => item.id === id);
			send(product ? 200 : 404, product ?? { error_code: 'NFND_000', errors: ['Object not found.'] });
		} else if (request.method === 'POST') {
			const { name } = JSON.parse(body) as Partial<Product>;
			send(name ? 201 : 400, name ? { id: 'PRD-new', name } : { error_code: 'VAL_001', errors: ['name: This field is required.'] });
		} else if (request.method === 'PUT') {
			send(200, { id, ...(JSON.parse(body) as object) });
		} else {
			send(204);
		}
	}
}

describe('API clients of the gateway', () => {
	const servers = new GatewayServers();
	const limited = issueToken({ permissions: ['products'] });
	let api: ProductApi;
	let gateway: RunningGateway;
	let endpoint: string;

	beforeEach(async () => {
		api = new ProductApi();
		const upstream = await servers.upstream((request, response) => void api.handle(request, response));
		gateway = await servers.gateway({ upstream: `${upstream}/public/v1`, credential: CREDENTIAL }, { owner: limited });
		endpoint = `${gateway.origin}/public/v1`;
	});
	afterEach(() => servers.stopAll());

	it('works with the platform’s SDK: pages, RQL, create, update, delete', async () => {
		const client = new ConnectClient(endpoint, limited.authorization);
		const names: string[] = [];
		for (let offset = 0; offset < 25; offset += 10) {
			const page = await client.products.search({ limit: 10, offset });
			names.push(...page.map(({ name }) => name));
		}
		assert.deepEqual(
			names,
			Array.from({ length: 25 }, (_, index) => `Product ${index}`),
		);
		await client.products.search({ status: { $in: ['draft', 'published'] }, name: { $like: 'a b*' }, $ordering: ['-created'] });
		assert.match(api.queries.at(-1)!, /in\(status,\(draft,published\)\).*ordering\(-created\)/);
		assert.equal((await client.products.get('PRD-3')).name, 'Product 3');
		assert.deepEqual(await client.products.create({ name: 'Café ☕' }), { id: 'PRD-new', name: 'Café ☕' });
		assert.deepEqual(await client.products.update('PRD-3', { name: 'Changed' }), { id: 'PRD-3', name: 'Changed' });
		await client.products.delete('PRD-3');
		assert.deepEqual(await gateway.counts(), { 200: 6, 201: 1, 204: 1 });
	});

	it('sends errors that the platform’s SDK reads like the upstream’s', async () => {
		const client = new ConnectClient(endpoint, limited.authorization);
		const readError = (promise: Promise<unknown>) =>
			promise.then(
				() => assert.fail(),
				(error: unknown) => {
					const { status, errorCode, errors } = error as Record<string, unknown>;
					return { status, errorCode, errors };
				},
			);
		assert.deepEqual(await readError(client.products.create({})), {
			status: 400,
			errorCode: 'VAL_001',
			errors: ['name: This field is required.'],
		});
		assert.deepEqual(await readError(client.products.get('PRD-none')), {
			status: 404,
			errorCode: 'NFND_000',
			errors: ['Object not found.'],
		});
		assert.deepEqual(await readError(client.tierAccounts.search({})), {
			status: 403,
			errorCode: 'AUTH_002',
			errors: [`Token ${limited.token.id} doesn't have access to module "Customers". Add the module to the token's permissions.`],
		});
		const unknownClient = new ConnectClient(endpoint, issueToken().authorization);
		const { status, errorCode } = await readError(unknownClient.products.get('PRD-1'));
		assert.deepEqual([status, errorCode], [401, 'AUTH_001']);
		assert.deepEqual(await gateway.counts(), { 400: 1, 403: 1, 404: 1 });
	});

	it('works with httpYac', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-httpyac-'));
		try {
			const file = join(folder, 'requests.http');
			const requests = [
				`GET ${endpoint}/products?limit=2&in(status,(a,b))`,
				`POST ${endpoint}/products\nContent-Type: application/json`,
				`GET ${endpoint}/tier/accounts`,
			];
			const bodies = ['', '{"name": "Yak"}', ''];
			await writeFile(
				file,
				requests.map((request, index) => `${request}\nAuthorization: ${limited.authorization}\n\n${bodies[index]!}\n`).join('\n###\n'),
			);
			const responses = await sendAllRequests(file);
			assert.deepEqual(
				responses.map(({ statusCode }) => statusCode),
				[200, 201, 403],
			);
			assert.deepEqual(JSON.parse(responses[1]!.body), { id: 'PRD-new', name: 'Yak' });
			assert.equal(api.queries[0], 'limit=2&in(status,(a,b))');
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	it('works with curl’s HTTP versions and transfer encodings', async function () {
		const curl = (...args: string[]) =>
			promisify(execFile)('curl', [
				'-sS',
				'-o',
				devNull,
				'-w',
				'%{http_code}',
				'-H',
				`Authorization: ${limited.authorization}`,
				...args,
			]).then(({ stdout }) => stdout);
		try {
			await promisify(execFile)('curl', ['--version']);
		} catch {
			this.skip();
		}
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-curl-'));
		try {
			const large = join(folder, 'large');
			await writeFile(large, `{"name":"${'x'.repeat(2_000_000)}"}`);
			assert.equal(await curl(`${endpoint}/products`), '200');
			assert.equal(await curl('--http2', `${endpoint}/products`), '200');
			assert.equal(await curl('--http1.0', `${endpoint}/products`), '200');
			assert.equal(await curl('-I', `${endpoint}/products`), '204');
			assert.equal(await curl('--data-binary', `@${large}`, `${endpoint}/products`), '201');
			assert.equal(await curl('-T', large, '-H', 'Transfer-Encoding: chunked', `${endpoint}/products/PRD-1`), '200');
			assert.equal(await curl('--path-as-is', `${endpoint}/products/../accounts`), '400');
			assert.equal(await curl('-H', `X-Random: ${randomUUID()}`, '--compressed', '-X', 'DELETE', `${endpoint}/products/PRD-1`), '204');
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});
