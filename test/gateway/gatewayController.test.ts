import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLog, silentLog } from '../../src/domain/log';
import { problem, formatProblem } from '../../src/domain/problems';
import { GatewayController } from '../../src/gateway/gatewayController';
import type { GatewayConfiguration } from '../../src/gateway/workerMessages';
import { eventually } from '../support/eventually';
import { repositoryRoot } from '../host/paths';

const WORKER_PATH = join(repositoryRoot, 'out/test/support/controller/controllerChild.js');

describe('GatewayController', () => {
	let folder: string;
	let now: number;
	let controller: GatewayController;
	let warnings: string[];
	let logged: string[];
	const startCount = () => readFileSync(join(folder, 'starts'), 'utf8').length;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-controller-'));
		now = 0;
	});

	afterEach(async () => {
		await controller.stop();
		await rm(folder, { recursive: true, force: true });
	});

	/** @param behavior what `controllerChild` should do */
	function createController(behavior: string | null = null, port = 0, workerPath = WORKER_PATH): void {
		const configuration: Omit<GatewayConfiguration, 'changes'> = {
			folder,
			port,
			upstream: behavior === null ? null : `http://${behavior}/public/v1/`,
			credential: null,
			modules: {},
			moduleNames: {},
			mcpPaths: [],
			proxy: { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: true },
			allowedHosts: [],
			allowedOrigins: [],
			logFile: null,
		};
		logged = [];
		controller = new GatewayController({
			workerPath,
			loadConfiguration: () => Promise.resolve(configuration),
			clock: () => new Date(now),
			log: createLog((level, line) => logged.push(`${level}: ${line}`)),
		});
		warnings = [];
		controller.onDidWarn((warning) => warnings.push(formatProblem(warning)));
	}

	/** Makes the worker crash, and waits until the controller has handled it. */
	async function crash(): Promise<void> {
		const previousUrl = controller.url;
		await fetch(`${new URL(controller.url!).origin}/crash`).catch(() => undefined);
		await eventually(() => assert.notEqual(controller.url, previousUrl));
		await eventually(() => assert.notEqual(controller.phase.kind, 'starting'));
	}

	it('tells the worker that tokens have changed, also after a restart', async () => {
		createController();
		controller.notifyTokensChanged();
		for (const expected of ['.', '..']) {
			await controller.restart();
			controller.notifyTokensChanged();
			await eventually(() => assert.equal(readFileSync(join(folder, 'tokenChanges'), 'utf8'), expected));
		}
		await controller.stop();
		controller.notifyTokensChanged();
	});

	it('returns the URL with the upstream’s path, and signals every phase', async () => {
		createController('api.example');
		const phases: string[] = [];
		controller.onDidChange(() => phases.push(controller.phase.kind));
		assert.match(await controller.start(), /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
		await controller.stop();
		assert.deepEqual(phases, ['starting', 'running', 'stopped']);
		assert.ok(existsSync(join(folder, 'stopped')), 'the worker was stopped with a message and not terminated');
	});

	it('returns the URL with the platform’s path if there is no upstream', async () => {
		createController();
		assert.match(await controller.start(), /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
	});

	it('starts only one gateway for several calls of start', async () => {
		createController();
		const urls = await Promise.all([controller.start(), controller.start(), controller.start()]);
		assert.equal(new Set(urls).size, 1);
		assert.equal(startCount(), 1);
	});

	it('runs starts, stops, and restarts one at a time', async () => {
		createController();
		const results = await Promise.all([controller.start(), controller.restart(), controller.stop(), controller.start()]);
		assert.equal(controller.url, results[3]);
		assert.equal(startCount(), 3);
	});

	it('warns if it uses another port because the configured one is in use', async () => {
		createController(null, 7357);
		const url = await controller.start();
		assert.deepEqual(warnings.length, 1);
		assert.ok(warnings[0]!.includes('7357') && warnings[0]!.includes(new URL(url).port));
	});

	it('rejects with the worker’s error message, and can be started again', async () => {
		createController('fails', 7357);
		await assert.rejects(controller.start(), { message: "Port 7357 isn't available." });
		assert.equal(controller.phase.kind, 'stopped');
		await assert.rejects(controller.start());
		assert.equal(startCount(), 2);
	});

	it('rejects if the worker throws on start or its script is missing', async () => {
		createController('throws-on-start');
		await assert.rejects(controller.start(), /throws on start/);
		createController(null, 0, join(folder, 'missing.js'));
		await assert.rejects(controller.start(), /Couldn't start/);
		assert.equal(controller.phase.kind, 'stopped');
	});

	it('rejects with the error of a configuration that is not valid', async () => {
		controller = new GatewayController({
			workerPath: WORKER_PATH,
			loadConfiguration: () => Promise.reject(problem("A setting isn't valid.")),
			clock: () => new Date(),
			log: silentLog,
		});
		await assert.rejects(controller.start(), { message: "A setting isn't valid." });
		assert.equal(controller.phase.kind, 'stopped');
	});

	it('restarts a crashed gateway and warns', async () => {
		createController();
		await controller.start();
		await crash();
		assert.equal(controller.phase.kind, 'running');
		assert.match(warnings.join(), /stopped unexpectedly and was restarted/);
	});

	it('does not restart after the fourth crash within a minute until it is started again', async () => {
		createController();
		await controller.start();
		for (let crashes = 0; crashes < 4; crashes++) {
			await crash();
		}
		assert.equal(controller.phase.kind, 'failed');
		assert.equal(startCount(), 4);
		assert.match(warnings.at(-1)!, /4 times within a minute/);
		await controller.start();
		await crash();
		assert.equal(controller.phase.kind, 'running', 'crashes before the start no longer count');
	});

	it('ignores crashes that were more than a minute ago', async () => {
		createController();
		await controller.start();
		for (let crashes = 0; crashes < 6; crashes++) {
			now += 30_000;
			await crash();
			assert.equal(controller.phase.kind, 'running');
		}
	});

	it('terminates a worker that does not stop', async function () {
		this.timeout(15_000);
		createController('ignores-stop');
		const url = await controller.start();
		await controller.stop();
		await assert.rejects(fetch(url));
		assert.ok(logged.includes("warn: Gateway didn't stop in time"), logged.join('\n'));
	});

	it('notices that a worker has exited in the same turn in which it announced its port', async function () {
		this.timeout(15_000);
		createController('exits-when-listening');
		const starting = controller.start();
		// The host is busy until the worker's message and its exit are both waiting.
		setImmediate(() => {
			const timer = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
			while (!existsSync(join(folder, 'starts'))) {
				Atomics.wait(timer, 0, 0, 10);
			}
			Atomics.wait(timer, 0, 0, 1000);
		});
		await starting.catch(() => undefined);
		await delay(50);
		await controller.stop();
		assert.equal(controller.phase.kind, 'stopped');
		assert.equal(controller.url, undefined);
	});

	it('logs starts, stops, and what the worker logs, without the upstream’s host', async () => {
		createController('logs');
		const { port } = new URL(await controller.start());
		await controller.stop();
		assert.deepEqual(logged, [
			'warn: Gateway: Something was dropped',
			`info: Gateway is listening on port ${port}`,
			'info: Gateway stopped',
		]);
	});

	it('logs the error that crashed the worker, and the restart', async () => {
		createController();
		await controller.start();
		logged = [];
		await crash();
		assert.equal(logged[0], 'error: Gateway failed: Error: This worker crashes.');
		assert.equal(logged[1], 'error: Gateway exited with code 1');
		assert.match(logged[2]!, /^info: Gateway is listening on port \d+$/);
		assert.equal(logged[3], 'warn: The gateway stopped unexpectedly and was restarted. Requests in progress failed.');
	});
});
