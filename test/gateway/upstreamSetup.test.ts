import assert from 'node:assert/strict';
import type { GatewayPhase } from '../../src/domain/gatewayPhase';
import { silentLog } from '../../src/domain/log';
import { problem, ProblemError } from '../../src/domain/problems';
import { readAuthorizationForUpstream, type GatewayCredential } from '../../src/gateway/gatewayCredential';
import { UpstreamSetup, type UpstreamAccount } from '../../src/gateway/upstreamSetup';

const ACME = { sourceId: 'VA-100', name: 'Acme', endpoint: 'https://api.example/public/v1' };
const RUNNING: GatewayPhase = { kind: 'running', url: 'http://127.0.0.1:7357' };

describe('The gateway’s upstream', () => {
	let setting: string | null;
	let credential: GatewayCredential | undefined;
	let accounts: UpstreamAccount[];
	let phase: GatewayPhase;
	/** What was changed, in order. */
	let steps: string[];
	let setup: UpstreamSetup;

	beforeEach(() => {
		setting = null;
		credential = undefined;
		accounts = [ACME];
		phase = RUNNING;
		steps = [];
		setup = new UpstreamSetup({
			controller: {
				get phase() {
					return phase;
				},
				stop: () => {
					phase = { kind: 'stopped' };
					return Promise.resolve(void steps.push('stop'));
				},
			},
			credentials: {
				read: () => Promise.resolve(credential),
				write: (value) => {
					credential = value;
					return Promise.resolve(void steps.push('credential'));
				},
			},
			readSetting: () => {
				if (setting === 'nonsense') {
					throw problem('Not valid.');
				}
				return setting;
			},
			writeSetting: (value) => {
				setting = value ?? null;
				return Promise.resolve(void steps.push('setting'));
			},
			rememberOrigin: (origin) => Promise.resolve(void steps.push(origin)),
			listAccounts: () => accounts,
			log: silentLog,
		});
	});

	it('is an account’s API with its key, an API with any other credential, none, or not valid', async () => {
		const read = async () => {
			await setup.refresh();
			return setup.current;
		};
		assert.equal(await read(), null);
		await setup.useAccount(ACME);
		assert.deepEqual(await read(), { url: ACME.endpoint, account: { sourceId: 'VA-100', name: 'Acme' } });
		accounts = [];
		assert.deepEqual(await read(), { url: ACME.endpoint, account: { sourceId: 'VA-100', name: undefined } });
		setting = 'https://other.example';
		assert.deepEqual(await read(), { url: setting, account: null }, 'the credential is for another origin');
		setting = 'nonsense';
		assert.equal(await read(), undefined);
	});

	it('signals each change once', async () => {
		let changes = 0;
		setup.onDidChange(() => changes++);
		await setup.refresh();
		assert.equal(changes, 0);
		await setup.useAccount(ACME);
		assert.equal(changes, 1);
		await setup.refresh();
		assert.equal(changes, 1);
		accounts = [{ ...ACME, name: 'Renamed' }];
		await Promise.all([setup.refresh(), setup.refresh()]);
		assert.equal(changes, 2);
	});

	it('is changed while the gateway doesn’t run, so that it never forwards its callers’ keys', async () => {
		await setup.useAccount(ACME);
		assert.deepEqual(steps, ['stop', 'credential', 'https://api.example', 'setting']);
		assert.deepEqual(credential, { origin: 'https://api.example', sourceId: 'VA-100' });
	});

	it('is reset when its account is removed, and the gateway can start again', async () => {
		await setup.useAccount(ACME);
		assert.ok(await setup.usesAccount('VA-100'));
		assert.ok(!(await setup.usesAccount('VA-200')));
		phase = RUNNING;
		assert.equal(await setup.useNone(), true);
		accounts = [];
		assert.deepEqual([setting, setup.current, phase.kind], [null, null, 'stopped']);
		assert.ok(!(await setup.usesAccount('VA-100')));
		assert.equal(await setup.useNone(), false, 'it was stopped before');
	});

	it('never gets its callers’ keys from a gateway that misses only one of two changes', async () => {
		await setup.useAccount(ACME);
		await setup.useNone();
		accounts = [];
		// Another window still has the previous setting.
		await assert.rejects(
			readAuthorizationForUpstream(credential!, ACME.endpoint, () => Promise.resolve(undefined)),
			ProblemError,
		);
	});

	it('isn’t used by an account whose key isn’t sent to it', async () => {
		setting = ACME.endpoint;
		credential = { origin: 'https://api.example', authorization: 'Bearer x' };
		assert.ok(!(await setup.usesAccount('VA-100')));
		setting = null;
		credential = { origin: 'https://api.example', sourceId: 'VA-100' };
		assert.ok(!(await setup.usesAccount('VA-100')));
	});

	it('can be any URL, with the credential that is stored for its origin', async () => {
		credential = { origin: 'https://other.example', authorization: 'Bearer x' };
		await setup.useUrl('https://other.example/v2');
		assert.deepEqual([steps, setting], [['stop', 'https://other.example', 'setting'], 'https://other.example/v2']);
		credential = { origin: 'https://api.example', sourceId: 'VA-100' };
		await setup.useUrl(ACME.endpoint);
		assert.deepEqual(credential, { origin: 'https://api.example', sourceId: 'VA-100' });
	});

	it('can be the API of an account that was removed, without its credential', async () => {
		credential = { origin: 'https://api.example', sourceId: 'VA-900' };
		await setup.useUrl(ACME.endpoint);
		assert.equal(credential, undefined);
		assert.deepEqual(setup.current, { url: ACME.endpoint, account: null });
	});
});
