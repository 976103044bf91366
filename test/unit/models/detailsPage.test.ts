import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../src/domain/emitter';
import { createLog, silentLog } from '../../../src/domain/log';
import type { TokenSource } from '../../../src/domain/ports';
import { problem } from '../../../src/domain/problems';
import { TokenSources } from '../../../src/domain/tokenSources';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { DetailsPage, parseDetailsPageState, type DetailsPageHost } from '../../../src/models/detailsPage';
import { detailsHostMethods, detailsPageMethods, type DetailsSnapshot, type UsageSnapshot } from '../../../src/protocol/detailsMessages';
import { Peer } from '../../../src/protocol/peer';
import { createLinkedTransports } from '../../support/linkedTransports';
import { MemoryVault } from '../../support/store/memoryVault';
import { waitUntil, Workspaces } from '../../support/store/workspaces';

const DAY_MS = 86_400_000;
const NOW = new Date('2030-03-01T09:30:00.000Z');

describe('The model of the details page', () => {
	const workspaces = new Workspaces();

	/** Opens the page of a new token that expires in 30 days. `overrides` replaces members of its source. */
	async function openDetails({ overrides = {} }: { readonly overrides?: Partial<TokenSource> } = {}) {
		let now = NOW;
		const clock = () => now;
		const vault = new MemoryVault();
		const workspace = workspaces.open({ folder: await workspaces.folder(), clock, vault });
		const { id: tokenId } = await workspace.create({
			name: 'Nightly import',
			permissions: ['usage'],
			expirationDate: new Date(NOW.getTime() + 30 * DAY_MS).toISOString(),
		});
		const source = Object.assign(workspace, overrides);
		const gatewayChange = new Emitter();
		const gateway = {
			url: undefined as string | undefined,
			onDidChange: (listener: () => void) => gatewayChange.on(listener),
		};
		const scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const logged: string[] = [];
		const hostCalls: string[] = [];
		const copied: string[] = [];
		const commands: Parameters<DetailsPageHost['runCommand']>[] = [];
		const [hostTransport, pageTransport] = createLinkedTransports();
		const details = new DetailsPage({
			sources: new TokenSources(workspace, silentLog),
			gateway,
			clock,
			scheduler,
			transport: hostTransport,
			language: { locale: 'en', texts: {} },
			source,
			tokenId,
			log: createLog((level, line) => logged.push(`${level} ${line}`)),
			host: {
				setTitle: (title) => hostCalls.push(`title ${title}`),
				copyAuthorization: (authorization) => {
					copied.push(authorization);
					return Promise.resolve();
				},
				runCommand: (...command) => {
					commands.push(command);
					return Promise.resolve();
				},
			},
		});
		const shown: DetailsSnapshot[] = [];
		const shownUsages: UsageSnapshot[] = [];
		const started: string[] = [];
		const page = new Peer(
			pageTransport,
			detailsPageMethods,
			{
				show: (snapshot) => (shown.push(snapshot), {}),
				showUsage: (usage) => (shownUsages.push(usage), {}),
				startAction: ({ action }) => (started.push(action), {}),
			},
			detailsHostMethods,
		);
		return {
			workspace,
			vault,
			tokenId,
			details,
			page,
			shown,
			shownUsages,
			started,
			logged,
			hostCalls,
			copied,
			commands,
			moveClock: (milliseconds: number) => {
				now = new Date(now.getTime() + milliseconds);
				scheduler.runDue();
			},
			setGatewayUrl: (url: string | undefined) => {
				gateway.url = url;
				gatewayChange.fire();
			},
		};
	}

	const lastOf = <T>(items: readonly T[]): T => items.at(-1)!;

	it('shows the token, its masked key, and what can be done with it', async () => {
		const { page, tokenId, hostCalls } = await openDetails();
		const { snapshot, usage, initialAction } = await page.request('ready', {});
		assert.equal(snapshot.token?.id, tokenId);
		assert.deepEqual(snapshot.keys, [
			{ which: 'current', masked: `ApiKey ${tokenId}:**********`, expirationDate: '2030-03-31T09:30:00.000Z' },
		]);
		assert.deepEqual(snapshot.actions, ['disable', 'rotate', 'renew', 'edit', 'delete']);
		assert.equal(snapshot.sameLifetime, '2030-03-31T09:30:00.000Z');
		assert.equal(snapshot.permissionsFixed, false);
		assert.deepEqual(snapshot.source, { id: 'workspace', account: null });
		assert.deepEqual([usage.source, usage.gatewayUrl, usage.days.length, usage.problem], ['gateway', null, 30, null]);
		assert.equal(initialAction, null);
		assert.deepEqual(hostCalls, ['title Nightly import']);
	});

	it('follows changes of the token until it is deleted', async () => {
		const { page, workspace, tokenId, shown, hostCalls, moveClock } = await openDetails();
		await page.request('ready', {});
		await workspace.update(tokenId, { name: 'Renamed' });
		await waitUntil(() => shown.some(({ token }) => token?.name === 'Renamed'), 'the new name is shown');
		assert.ok(hostCalls.includes('title Renamed'));
		moveClock(DAY_MS);
		await workspace.renew(tokenId);
		await waitUntil(() => lastOf(shown).keys.length === 2, 'both keys are shown');
		await workspace.delete(tokenId);
		await waitUntil(() => lastOf(shown).token === null, 'the deletion is shown');
		assert.deepEqual([lastOf(shown).keys, lastOf(shown).actions], [[], []]);
		assert.equal(lastOf(hostCalls), `title ${tokenId}`);
	});

	it('sends nothing to a page that has not loaded, is hidden, or is closed', async () => {
		const { details, page, workspace, tokenId, shown, setGatewayUrl, shownUsages } = await openDetails();
		await workspace.update(tokenId, { name: 'Before it loaded' });
		await page.request('ready', {});
		details.handleHidden();
		await workspace.update(tokenId, { name: 'While it was hidden' });
		setGatewayUrl('http://127.0.0.1:7357/public/v1');
		await setImmediate();
		assert.equal((await page.request('ready', {})).snapshot.token?.name, 'While it was hidden');
		details.dispose();
		await workspace.update(tokenId, { name: 'After it was closed' });
		await setImmediate();
		assert.deepEqual([shown, shownUsages], [[], []]);
	});

	it('starts an action once the page has loaded', async () => {
		const { details, page, started } = await openDetails();
		details.start('rotate');
		assert.equal((await page.request('ready', {})).initialAction, 'rotate');
		assert.equal((await page.request('ready', {})).initialAction, null);
		details.start('edit');
		await waitUntil(() => started.length === 1, 'the action is started');
		assert.deepEqual(started, ['edit']);
	});

	it('shows the usage again when the gateway starts and when the day changes', async () => {
		const { page, shownUsages, setGatewayUrl, moveClock } = await openDetails();
		const { usage } = await page.request('ready', {});
		assert.equal(lastOf(usage.days).date, '2030-03-01');
		setGatewayUrl('http://127.0.0.1:7357/public/v1');
		await waitUntil(() => shownUsages.length === 1, 'the running gateway is shown');
		assert.equal(lastOf(shownUsages).gatewayUrl, 'http://127.0.0.1:7357/public/v1');
		moveClock(DAY_MS);
		await waitUntil(() => shownUsages.length === 2, 'the new day is shown');
		assert.equal(lastOf(lastOf(shownUsages).days).date, '2030-03-02');
	});

	it("doesn't let a slow read replace the usage that a later one returned", async () => {
		const reads: ((count: number) => void)[] = [];
		const { page, shownUsages, setGatewayUrl } = await openDetails({
			overrides: {
				getUsage: () =>
					new Promise((resolve) => {
						reads.push((count) => resolve({ days: [{ date: '2030-03-01', statuses: { 200: count } }], lastUsed: null }));
					}),
			},
		});
		const loaded = page.request('ready', {});
		await waitUntil(() => reads.length === 1, 'the usage is read');
		reads[0]!(1);
		assert.equal((await loaded).usage.totals['200s'], 1);
		setGatewayUrl('http://127.0.0.1:1');
		setGatewayUrl('http://127.0.0.1:2');
		await waitUntil(() => reads.length === 3, 'the usage is read twice');
		reads[2]!(3);
		await waitUntil(() => shownUsages.length === 1, 'the later usage is shown');
		reads[1]!(2);
		await setImmediate();
		assert.deepEqual(
			shownUsages.map(({ totals }) => totals['200s']),
			[3],
		);
	});

	it('loads an account token without waiting for its usage', async () => {
		const { page, shownUsages } = await openDetails({
			overrides: {
				id: 'VA-000-000',
				remote: {
					account: { id: 'VA-000-000', name: 'Vallonia', endpoint: 'https://api.example.com' },
					syncState: { readAt: null, progress: null },
					usesAsCredential: () => Promise.resolve(false),
				},
			},
		});
		const { snapshot, usage } = await page.request('ready', {});
		assert.deepEqual(snapshot.source, { id: 'VA-000-000', account: 'Vallonia' });
		assert.deepEqual([usage.source, usage.lastUsed], ['loading', undefined]);
		await waitUntil(() => shownUsages.length === 1, 'the usage is shown');
		assert.equal(lastOf(shownUsages).source, 'platform');
	});

	it('shows why the usage cannot be read, and logs it', async () => {
		const { page, logged } = await openDetails({
			overrides: {
				getUsage: () => Promise.reject(problem('The disk is full.')),
			},
		});
		assert.equal((await page.request('ready', {})).usage.problem, 'The disk is full.');
		assert.match(logged.join('\n'), /warn .*The disk is full/);
	});

	it('returns a key only on request, and never logs it', async () => {
		const { page, workspace, tokenId, copied, logged, moveClock } = await openDetails();
		const { snapshot } = await page.request('ready', {});
		const key = await page.request('viewKey', { which: 'current' });
		assert.ok('authorization' in key);
		assert.deepEqual(await workspace.readKey(tokenId), key);
		assert.deepEqual(await page.request('copyKey', { which: 'current' }), { copied: true });
		moveClock(DAY_MS);
		await workspace.renew(tokenId);
		assert.deepEqual(await page.request('viewKey', { which: 'previous' }), key);
		assert.deepEqual(await page.request('copyKey', { which: 'previous' }), { copied: true });
		assert.deepEqual(copied, [key.authorization, key.authorization]);
		assert.notDeepEqual(await page.request('viewKey', { which: 'current' }), key);
		assert.equal(logged.filter((line) => line === `info Read the API key of ${tokenId}`).length, 5);
		assert.ok(!JSON.stringify([snapshot, logged]).includes(key.authorization.split(':')[1]!));
	});

	it("says why a key can't be shown or copied", async () => {
		const { page, vault, copied, logged } = await openDetails();
		vault.secrets.clear();
		for (const request of ['viewKey', 'copyKey'] as const) {
			const result = await page.request(request, { which: 'current' });
			assert.ok('unavailable' in result);
			assert.match(result.unavailable, /isn't in VS Code's secret storage.*rotate the token to get a new key/);
		}
		assert.deepEqual(copied, []);
		assert.match(logged.join('\n'), /warn .*read an API key/);
	});

	it('saves changes, reports invalid fields, and rejects changes to an outdated token', async () => {
		const { page, workspace, tokenId } = await openDetails();
		const { snapshot } = await page.request('ready', {});
		const expected = snapshot.token!.updated.at;
		assert.deepEqual(await page.request('save', { changes: { name: '' }, expected }), {
			errors: { name: 'Enter a name with 1 to 128 characters.' },
		});
		assert.deepEqual(await page.request('save', { changes: { description: 'Reads usage.' }, expected }), { done: true });
		assert.equal((await workspace.get(tokenId))?.description, 'Reads usage.');
		await assert.rejects(page.request('save', { changes: { name: 'Mine' }, expected: '2001-01-01T00:00:00.000Z' }), /changed/);
	});

	it('replaces the key with the same lifetime or another one', async () => {
		const { page, workspace, tokenId, moveClock } = await openDetails();
		moveClock(DAY_MS);
		assert.deepEqual(await page.request('replaceKey', { action: 'rotate', expiration: { kind: 'same' } }), { done: true });
		assert.equal((await workspace.get(tokenId))?.expirationDate, '2030-04-01T09:30:00.000Z');
		await page.request('replaceKey', { action: 'renew', expiration: { kind: 'preset', preset: 'days90' } });
		assert.equal((await workspace.get(tokenId))?.renewedExpirationDate, '2030-05-31T09:30:00.000Z');
		const past = { kind: 'custom' as const, date: '2001-01-01T00:00:00.000Z' };
		assert.deepEqual(await page.request('replaceKey', { action: 'rotate', expiration: past }), {
			errors: { expirationDate: 'Choose a date in the future.' },
		});
	});

	it('runs commands for its token in the editor', async () => {
		const { page, tokenId, commands } = await openDetails();
		const actions = ['disable', 'enable', 'delete', 'startGateway', 'copyGatewayUrl', 'newRequestFile'] as const;
		for (const action of actions) {
			await page.request('run', { action });
		}
		assert.deepEqual(
			commands.map(([id]) => id),
			['disableToken', 'enableToken', 'deleteToken', 'startGateway', 'copyGatewayUrl', 'newRequestFile'].map((id) => `connectTokens.${id}`),
		);
		assert.ok(commands.every(([, token]) => token.tokenId === tokenId && token.sourceId === 'workspace'));
	});

	it('finds its token in the saved state of its page', () => {
		assert.deepEqual(parseDetailsPageState({ tokenId: 'SU-1', sourceId: 'VA-1', tab: 'general' }), { tokenId: 'SU-1', sourceId: 'VA-1' });
		assert.equal(parseDetailsPageState({ tokenId: 7 }), undefined);
	});
});
