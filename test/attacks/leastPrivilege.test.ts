import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PendingApproval } from '../../src/domain/approvalRequest';
import { silentLog } from '../../src/domain/log';
import type { LoggedRequest } from '../../src/domain/loggedRequest';
import type { TokenRecord } from '../../src/domain/token';
import { RequestLimits } from '../../src/gateway/requestLimits';
import { RequestLogFile } from '../../src/gateway/requestLogFile';
import { Approvals } from '../../src/models/approvals';
import { createModules } from '../../src/openApi/importedModules';
import { parseOpenApi } from '../../src/openApi/openApiDocument';
import { RequestCountsFile } from '../../src/sources/workspace/requestCountsFile';
import { ApprovalWindow } from '../support/gateway/approvalWindow';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

const HOUR_MS = 3_600_000;
const TOKEN_ID = 'SU-000-000-001';

describe('Restrictions of a token', () => {
	const servers = new GatewayServers();
	let folder: string;
	let now: number;
	const clock = () => new Date(now);

	beforeEach(async () => {
		now = Date.UTC(2030, 0, 1, 10);
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-attack-'));
	});
	afterEach(async () => {
		await servers.stopAll();
		await rm(folder, { recursive: true, force: true });
	});

	describe('with limits', () => {
		it('doesn’t lock it out for hours when the clock is set back, in several windows and after a restart', async () => {
			const limits = { rate: { requests: 5, per: 'second' } } as const;
			const windows: { readonly file: RequestCountsFile; readonly limits: RequestLimits }[] = [];
			const open = async () => {
				const file = new RequestCountsFile(folder, clock, silentLog);
				const opened = { file, limits: new RequestLimits(file, clock, assert.ifError) };
				windows.push(opened);
				await opened.limits.load();
				return opened.limits;
			};
			const first = await open();
			Array.from({ length: 5 }, () => first.count(TOKEN_ID, limits, now));
			await first.flush();
			now -= HOUR_MS;
			const second = await open();
			for (const window of [first, second]) {
				assert.ok(window.count(TOKEN_ID, limits, now).denial, 'what counted before still counts');
				await window.flush();
			}
			now += 2000;
			for (const window of [first, second, await open()]) {
				assert.equal(window.count(TOKEN_ID, limits, now).denial, undefined);
				await window.flush();
			}
			windows.forEach((window) => {
				window.limits.dispose();
				window.file.dispose();
			});
		});
	});

	describe('with approval', () => {
		let window: ApprovalWindow;
		let gateway: RunningGateway;

		async function start(changes: Partial<TokenRecord> = {}): Promise<void> {
			window = new ApprovalWindow();
			gateway = await servers.gateway({}, { owner: issueToken({ approval: 'always', ...changes }), clock, approvals: window });
		}

		/** Changes the token, and makes sure that the gateway has noticed it. */
		async function change(changes: Partial<TokenRecord>): Promise<void> {
			gateway.tokens.replace({ ...gateway.owner.token, ...changes });
			await gateway.fetch('/products', { headers: { authorization: issueToken().authorization } });
			await new Promise(setImmediate);
		}

		it('has the limits that were set while the question was open', async () => {
			await start();
			const responses = [1, 2, 3].map(() => gateway.fetch('/products'));
			await window.untilAsked(3);
			await change({ limits: { total: 1 } });
			window.asked.forEach(({ id }) => gateway.gateway.decideApproval(id, 'allow'));
			const statuses = await Promise.all(responses.map(async (response) => (await response).status));
			assert.deepEqual(statuses.sort(), [200, 429, 429]);
		});

		it('doesn’t count from zero after a request with former limits', async () => {
			await start({ approval: 'writes', limits: { rate: { requests: 5, per: 'second' } } });
			const held = gateway.fetch('/products', { method: 'POST' });
			const id = await window.untilAsked();
			await change({ limits: { rate: { requests: 5, per: 'day' } } });
			for (let index = 0; index < 5; index++) {
				assert.equal((await gateway.fetch('/products')).status, 200);
			}
			gateway.gateway.decideApproval(id, 'allow');
			assert.equal((await held).status, 429);
			now += 3000;
			assert.equal((await gateway.fetch('/products')).status, 429);
		});

		for (const [what, changes] of [
			['disabled', { enabled: false }],
			['given other permissions', { permissions: ['MD-0024'] }],
			['approved only for writes', { approval: 'writes' }],
		] as const) {
			it(`asks again if the token was ${what}, even if that's undone before its next request`, async () => {
				await start();
				const response = gateway.fetch('/products');
				gateway.gateway.decideApproval(await window.untilAsked(), 'allowForAWhile');
				assert.equal((await response).status, 200);
				await change({});
				assert.equal((await gateway.fetch('/products')).status, 200);
				await change(changes);
				await change({});
				const asked = gateway.fetch('/products');
				const outcome = await Promise.race([asked.then(({ status }) => status), window.untilAsked(2)]);
				assert.equal(outcome, window.asked[1]?.id);
				gateway.gateway.decideApproval(window.asked[1]!.id, 'deny');
				assert.equal((await asked).status, 403);
			});
		}

		it('can’t slow down the window with requests that are canceled while a question is open', async () => {
			let searches = 0;
			const approvals = new Approvals({
				ask: () => new Promise(() => undefined),
				findProgram: () => {
					searches++;
					return Promise.resolve(undefined);
				},
				reportSilence: () => undefined,
				reportLateAnswer: () => undefined,
				wait: () => Promise.resolve(),
				clock,
				log: silentLog,
			});
			const send = (id: number) => {
				const request = {
					id,
					tokenId: TOKEN_ID,
					tokenName: '',
					method: 'GET',
					path: '/',
					effect: 'none',
					clientPort: 1,
					gatewayPort: 2,
				} as const;
				const pending: { -readonly [K in keyof PendingApproval]: PendingApproval[K] } = {
					request,
					end: undefined,
					decide: () => undefined,
				};
				approvals.add(pending);
				return pending;
			};
			send(0);
			await new Promise(setImmediate);
			for (let id = 1; id <= 5000; id++) {
				send(id).end = 'disconnected';
			}
			await new Promise(setImmediate);
			assert.ok(searches <= 1, `${searches} searches`);
		});
	});

	describe('in the log', () => {
		const request: LoggedRequest = { time: 0, tokenId: null, method: 'GET', path: '/', status: 200, durationMs: 1 };

		it('never shows a key that a client puts into the path', async () => {
			const gateway = await servers.gateway();
			const { authorization, secret } = gateway.owner;
			const key = authorization.slice('ApiKey '.length);
			for (const path of [`/products/${key}`, `/${'a/'.repeat(240)}${key}`, `/${secret.toUpperCase()}?key=${secret}`]) {
				await gateway.fetch(path);
			}
			gateway.requestLog.flush();
			assert.equal(gateway.loggedRequests.length, 3);
			gateway.loggedRequests.forEach(({ path }) => assert.doesNotMatch(path, new RegExp(secret.slice(0, 8), 'i')));
		});

		it('is written only to files: a pipe that nobody reads doesn’t block it, and a device keeps its mode', async function () {
			if (process.platform === 'win32') {
				this.skip();
			}
			const [pipe, device] = [join(folder, 'pipe'), join(folder, 'device')];
			execFileSync('mkfifo', ['-m', '666', pipe]);
			// Only root may create devices, and only root could change the mode of the system's own.
			const hasDevice = spawnSync('mknod', ['-m', '666', device, 'c', '1', '3']).status === 0;
			for (const path of hasDevice ? [pipe, device] : [pipe]) {
				const { mode } = await stat(path);
				const errors: unknown[] = [];
				const file = new RequestLogFile(path, (error) => errors.push(error));
				file.add(request);
				await file.flush();
				assert.equal(errors.length, 1, path);
				assert.equal((await stat(path)).mode, mode);
			}
		});

		it('doesn’t grow if the previous file can’t be replaced', async () => {
			const path = join(folder, 'requests.jsonl');
			await mkdir(join(folder, 'requests.jsonl.old', 'folder'), { recursive: true });
			const errors: unknown[] = [];
			const file = new RequestLogFile(path, (error) => errors.push(error), 1000);
			for (let index = 0; index < 50; index++) {
				file.add(request);
				await file.flush();
			}
			assert.ok((await readFile(path)).length < 1200);
			assert.ok(errors.length > 0);
		});
	});

	describe('with imported modules', () => {
		it('can’t overflow the stack, which could end the extension host', () => {
			const depth = 100_000;
			for (const text of [
				`{"openapi":"3.1.0","x":${'['.repeat(depth)}${']'.repeat(depth)}}`,
				`{"openapi":"3.1.0","x":${'{"a":'.repeat(depth)}`,
				`openapi: 3.1.0\nx:\n  ${'- '.repeat(depth)}a`,
				`openapi: 3.1.0\nx: ${'[{a: '.repeat(depth)}`,
			]) {
				assert.throws(() => parseOpenApi(text), /nested too deeply/);
			}
			const deep = `{"openapi":"3.1.0","x":${'[{"a":'.repeat(100)}1${'}]'.repeat(100)},"paths":{"/a":{"get":{}}}}`;
			assert.equal(parseOpenApi(deep).paths.length, 1);
		});

		it('has no names that look like others', () => {
			const document = parseOpenApi(
				JSON.stringify({ openapi: '3.1.0', paths: { '/a': { get: { tags: ['\u202eUs\u200ber\u00ads\n'] } } } }),
			);
			assert.deepEqual(
				createModules(document, '').map(({ name }) => name),
				['Users'],
			);
		});

		it('never has a module that covers paths of every other one', () => {
			const operation = { get: { tags: ['Orders'] } };
			for (const path of ['/', '/{id}', '/{a}/{b}', '/Orders({id})', '/{a', '//', '/?a', '/{a}/']) {
				const document = parseOpenApi(JSON.stringify({ openapi: '3.1.0', paths: { [path]: operation, '/orders/{id}': operation } }));
				assert.deepEqual(createModules(document, ''), [{ name: 'Orders', paths: ['/orders/{id}'], sharedPaths: [] }], path);
			}
		});
	});
});
