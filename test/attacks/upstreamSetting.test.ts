import assert from 'node:assert/strict';
import { silentLog } from '../../src/domain/log';
import { formatProblem, ProblemError } from '../../src/domain/problems';
import { GatewayController } from '../../src/gateway/gatewayController';
import type { GatewayConfiguration } from '../../src/gateway/workerMessages';
import { UpstreamConfirmation } from '../../src/models/upstreamConfirmation';

describe('A devcontainer.json that sets the upstream of the gateway', () => {
	const evil = 'https://evil.test/public/v1';
	let state: Map<string, unknown>;
	let questions: string[];
	let isAllowed: boolean;

	beforeEach(() => {
		state = new Map();
		questions = [];
		isAllowed = false;
	});

	function createConfirmation(isTest = false): UpstreamConfirmation {
		return new UpstreamConfirmation({
			state: { get: (name) => state.get(name), update: (name, value) => Promise.resolve(void state.set(name, value)) },
			confirm: ({ message }) => {
				questions.push(message);
				return Promise.resolve(isAllowed);
			},
			isTest,
			log: silentLog,
		});
	}

	it('gets no key unless the user allows it: the gateway is not even started', async () => {
		const confirmation = createConfirmation();
		let isConfigured = false;
		const controller = new GatewayController({
			workerPath: 'missing.js',
			loadConfiguration: async () => {
				await confirmation.assertConfirmed(evil);
				isConfigured = true;
				return {} as Omit<GatewayConfiguration, 'changes'>;
			},
			clock: () => new Date(),
			log: silentLog,
		});
		const reasons = (error: unknown) => (error instanceof ProblemError ? error.problems.map(formatProblem).join() : '');
		for (const start of [() => controller.start(), () => controller.restart()]) {
			await assert.rejects(start(), (error) => reasons(error).includes("you didn't allow its upstream https://evil.test."));
		}
		assert.deepEqual([isConfigured, controller.url], [false, undefined]);
		assert.deepEqual(questions, Array(2).fill('Let the gateway send requests and their API keys to https://evil.test?'));
		controller.dispose();
	});

	it('asks once for each origin on this machine, whatever the path', async () => {
		isAllowed = true;
		for (const upstream of [
			evil,
			'https://evil.test/other',
			'https://evil.test:8443/',
			'http://evil.test/',
			'https://sub.evil.test/',
			evil,
		]) {
			await createConfirmation().assertConfirmed(upstream);
		}
		assert.deepEqual(
			questions.map((text) => /to (.*)\?$/.exec(text)![1]),
			['https://evil.test', 'https://evil.test:8443', 'http://evil.test', 'https://sub.evil.test'],
		);
	});

	it('cannot disguise a host as this machine', async () => {
		const disguised = ['localhost.evil.test', '127.0.0.1.evil.test', 'localhost@evil.test', 'evil.test#localhost', '10.0.0.1', '[::2]'];
		for (const host of disguised) {
			await assert.rejects(createConfirmation().assertConfirmed(`http://${host}/`), host);
		}
		assert.equal(questions.length, disguised.length);
	});

	it('does not ask about this machine, or about an origin whose credential or account the user has entered', async () => {
		const confirmation = createConfirmation();
		await confirmation.remember('https://api.example.com');
		for (const upstream of ['http://localhost:3000/api', 'http://127.0.0.1/', 'http://[::1]:80/', 'https://api.example.com/public/v1']) {
			await createConfirmation().assertConfirmed(upstream);
		}
		await createConfirmation(true).assertConfirmed(evil);
		assert.deepEqual(questions, []);
	});

	it('asks again if the record is damaged', async () => {
		state.set('connectTokens.gateway.confirmedOrigins', { length: 1, 0: 'https://evil.test' });
		await assert.rejects(createConfirmation().assertConfirmed(evil));
	});
});
