import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problem, formatProblem } from '../../src/domain/problems';
import { GatewayController } from '../../src/gateway/gatewayController';
import type { GatewayConfiguration } from '../../src/gateway/workerMessages';
import { eventually } from '../support/eventually';
import { repositoryRoot } from '../host/paths';

const WORKER_PATH = join(repositoryRoot, 'out/test/support/controller/controllerChild.js');

describe('the controller of the gateway', () => {
	let folder: string;
	let now: number;
	let controller: GatewayController;
	let warnings: string[];
	const starts = () => readFileSync(join(folder, 'starts'), 'utf8').length;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-controller-'));
		now = 0;
	});

	afterEach(async () => {
		await controller.stop();
		await rm(folder, { recursive: true, force: true });
	});

	function open(wish: string | null = null, port = 0, entry = WORKER_PATH): void {
		const configuration: Omit<GatewayConfiguration, 'changes'> = {
			folder,
			port,
			upstream: wish === null ? null : `http://${wish}/public/v1/`,
			credential: null,
			modules: {},
			moduleNames: {},
			proxy: { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: true },
		};
		controller = new GatewayController(
			entry,
			() => Promise.resolve(configuration),
			() => new Date(now),
		);
		warnings = [];
		controller.onDidWarn((warning) => warnings.push(formatProblem(warning)));
	}

	/** Lets the worker crash, and waits until the controller has dealt with it. */
	async function crash(): Promise<void> {
		const before = controller.url;
		await fetch(`${new URL(controller.url!).origin}/crash`).catch(() => undefined);
		await eventually(() => assert.notEqual(controller.url, before));
		await eventually(() => assert.notEqual(controller.phase.kind, 'starting'));
	}

	it('gives the URL with the upstream’s path, and tells of every phase', async () => {
		open('api.example');
		const phases: string[] = [];
		controller.onDidChange(() => phases.push(controller.phase.kind));
		assert.match(await controller.start(), /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
		await controller.stop();
		assert.deepEqual(phases, ['starting', 'running', 'stopped']);
		assert.ok(existsSync(join(folder, 'stopped')), 'the worker was asked to stop, and not cut off');
	});

	it('starts one gateway however often it is asked to', async () => {
		open();
		const urls = await Promise.all([controller.start(), controller.start(), controller.start()]);
		assert.equal(new Set(urls).size, 1);
		assert.equal(starts(), 1);
	});

	it('takes starts, stops and restarts one after the other', async () => {
		open();
		const results = await Promise.all([controller.start(), controller.restart(), controller.stop(), controller.start()]);
		assert.equal(controller.url, results[3]);
		assert.equal(starts(), 3);
	});

	it('says when another port had to do', async () => {
		open(null, 7357);
		const url = await controller.start();
		assert.deepEqual(warnings.length, 1);
		assert.ok(warnings[0]!.includes('7357') && warnings[0]!.includes(new URL(url).port));
	});

	it('rejects with the worker’s reason, and can be started again', async () => {
		open('fails', 7357);
		await assert.rejects(controller.start(), { message: "Port 7357 isn't available." });
		assert.equal(controller.phase.kind, 'stopped');
		await assert.rejects(controller.start());
		assert.equal(starts(), 2);
	});

	it('rejects when the worker cannot begin, or is not there at all', async () => {
		open('throws-at-once');
		await assert.rejects(controller.start(), /cannot even begin/);
		open(null, 0, join(folder, 'missing.js'));
		await assert.rejects(controller.start(), /Couldn't start/);
		assert.equal(controller.phase.kind, 'stopped');
	});

	it('rejects with the reason why there is no configuration', async () => {
		controller = new GatewayController(
			WORKER_PATH,
			() => Promise.reject(problem('A setting is wrong.')),
			() => new Date(),
		);
		await assert.rejects(controller.start(), { message: 'A setting is wrong.' });
		assert.equal(controller.phase.kind, 'stopped');
	});

	it('starts a crashed gateway again and says so', async () => {
		open();
		await controller.start();
		await crash();
		assert.equal(controller.phase.kind, 'running');
		assert.match(warnings.join(), /stopped unexpectedly and was restarted/);
	});

	it('gives up after the fourth crash within a minute, until it is asked for', async () => {
		open();
		await controller.start();
		for (let crashes = 0; crashes < 4; crashes++) {
			await crash();
		}
		assert.equal(controller.phase.kind, 'failed');
		assert.equal(starts(), 4);
		assert.match(warnings.at(-1)!, /4 times within a minute/);
		await controller.start();
		await crash();
		assert.equal(controller.phase.kind, 'running', 'crashes before the user’s start no longer count');
	});

	it('forgives a crash after a minute', async () => {
		open();
		await controller.start();
		for (let crashes = 0; crashes < 6; crashes++) {
			now += 30_000;
			await crash();
			assert.equal(controller.phase.kind, 'running');
		}
	});

	it('ends a worker that does not stop when asked', async function () {
		this.timeout(15_000);
		open('ignores-stop');
		const url = await controller.start();
		await controller.stop();
		await assert.rejects(fetch(url));
	});
});
