import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../src/domain/emitter';
import { createLog, silentLog } from '../../../src/domain/log';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { TokenSource } from '../../../src/domain/ports';
import { addTeamCounts } from '../../../src/domain/teamCountsPull';
import type { TokenDraft, TokenStatus } from '../../../src/domain/token';
import type { RemainingRequests } from '../../../src/domain/tokenLimits';
import { problem } from '../../../src/domain/problems';
import { TokenSources, type SourceToken } from '../../../src/domain/tokenSources';
import { EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import type { Drafts } from '../../../src/models/drafts';
import { DetailsPage, parseDetailsPageState, type DetailsPageHost } from '../../../src/models/detailsPage';
import { isOwnArgument } from '../../../src/models/ownArguments';
import {
	detailsHostMethods,
	detailsPageMethods,
	editDraftSchema,
	type DetailsSnapshot,
	type UsageSnapshot,
} from '../../../src/protocol/detailsMessages';
import { addModulePaths } from '../../../src/models/moduleChoices';
import { EMPTY_LIMITS_INPUT } from '../../../src/protocol/messageSchemas';
import { Peer } from '../../../src/protocol/peer';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { createExampleDrafts } from '../../support/exampleDrafts';
import { ExampleHosts } from '../../support/exampleHosts';
import { createLinkedTransports } from '../../support/linkedTransports';
import { ACCEPTED_TEST } from '../../support/page/pageHosts';
import { MemoryVault } from '../../support/store/memoryVault';
import { waitUntil, Workspaces } from '../../support/store/workspaces';
import { readTestKey } from '../../support/testBroker';

const DAY_MS = 86_400_000;
const NOW = new Date('2030-03-01T09:30:00.000Z');

interface OpenOptions {
	readonly overrides?: Partial<TokenSource>;
	readonly draft?: Partial<TokenDraft>;
	readonly accountToken?: SourceToken;
	readonly drafts?: Drafts;
}

describe('The model of the details page', () => {
	const workspaces = new Workspaces();

	/** Opens the page of a new token that expires in 30 days, or of a token of an account. `overrides` replaces members of its source. */
	async function openDetails({
		overrides = {},
		draft = { permissions: ['usage'] },
		accountToken,
		drafts = createExampleDrafts(),
	}: OpenOptions = {}) {
		let now = NOW;
		const clock = () => now;
		const vault = new MemoryVault();
		const workspace = workspaces.open({ folder: await workspaces.folder(), clock, vault });
		const { id: workspaceTokenId } = await workspace.create({
			name: 'Nightly import',
			expirationDate: new Date(NOW.getTime() + 30 * DAY_MS).toISOString(),
			...draft,
		});
		const tokenId = accountToken?.token.id ?? workspaceTokenId;
		const source = Object.assign(accountToken?.source ?? workspace, overrides);
		const gatewayChange = new Emitter();
		const gateway = {
			url: undefined as string | undefined,
			onDidChange: (listener: () => void) => gatewayChange.on(listener),
		};
		const hosts = new ExampleHosts();
		const scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const logged: string[] = [];
		const hostCalls: string[] = [];
		const copied: string[] = [];
		const clearClipboard: (() => void)[] = [];
		const commands: Parameters<DetailsPageHost['runCommand']>[] = [];
		const [hostTransport, pageTransport] = createLinkedTransports();
		const details = new DetailsPage({
			sources: new TokenSources(workspace, silentLog),
			gateway,
			hosts,
			drafts,
			readModulePaths: () => BUILT_IN_MODULE_PATHS,
			clock,
			scheduler,
			readExpiringDays: () => 7,
			testToken: ({ token }) => Promise.resolve({ ...ACCEPTED_TEST, title: token.id }),
			readReduction: () => Promise.resolve(undefined),
			readUsageLines: ({ token }) => Promise.resolve([`Used: ${token.id}`]),
			transport: hostTransport,
			language: { locale: 'en', texts: {} },
			source,
			tokenId,
			log: createLog((level, line) => logged.push(`${level} ${line}`)),
			host: {
				setTitle: (title) => hostCalls.push(`title ${title}`),
				copyKey: async (found, which, onCleared) => {
					copied.push(await readTestKey(found, 'authorization', which));
					clearClipboard.push(onCleared);
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
		let keyClearCount = 0;
		const page = new Peer(
			pageTransport,
			detailsPageMethods,
			{
				show: (snapshot) => (shown.push(snapshot), {}),
				showUsage: (usage) => (shownUsages.push(usage), {}),
				showKeyCleared: () => (keyClearCount++, {}),
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
			clearClipboard,
			getKeyClearCount: () => keyClearCount,
			commands,
			moveClock: (milliseconds: number) => {
				now = new Date(now.getTime() + milliseconds);
				scheduler.runDue();
			},
			setGatewayUrl: (url: string | undefined) => {
				gateway.url = url;
				gatewayChange.fire();
			},
			hosts,
		};
	}

	const lastOf = <T>(items: readonly T[]): T => items.at(-1)!;

	it('shows the new status when time changes it', async () => {
		const { page, shown, moveClock } = await openDetails();
		await page.request('ready', {});
		moveClock(24 * DAY_MS);
		await waitUntil(() => shown.at(-1)?.token?.status === 'expiring', 'the page shows Expiring');
		moveClock(7 * DAY_MS);
		await waitUntil(() => shown.at(-1)?.token?.status === 'expired', 'the page shows Expired');
	});

	it('shows the hosts that the user allowed, and revokes them', async () => {
		const { page, shown, hosts, tokenId } = await openDetails();
		const { snapshot } = await page.request('ready', {});
		assert.deepEqual(snapshot.hosts, { builtIn: ['This machine (localhost)'], added: [] });
		const token = { sourceId: 'workspace', tokenId };
		const file = 'file:///workspace/all%20requests.http';
		await hosts.change(token, { origin: 'http://api.test' }, true);
		await hosts.change(token, { file }, true);
		await hosts.change({ ...token, tokenId: 'SU-000-000-000' }, { origin: 'https://other.test' }, true);
		await waitUntil(() => shown.at(-1)?.hosts.added.length === 2, 'both are shown');
		assert.deepEqual(lastOf(shown).hosts.added, [
			{ allowance: { origin: 'http://api.test' }, label: 'http://api.test', isEncrypted: false },
			{ allowance: { file }, label: '/workspace/all requests.http', isEncrypted: true },
		]);
		assert.deepEqual(await page.request('revoke', { allowance: { origin: 'http://api.test' } }), { done: true });
		await waitUntil(() => shown.at(-1)?.hosts.added.length === 1, 'one is left');
		assert.deepEqual(
			lastOf(shown).hosts.added.map(({ allowance }) => allowance),
			[{ file }],
		);
	});

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
		assert.equal(snapshot.hasAccounts, false);
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

	it('changes its title with the name of the token, also while it is hidden', async () => {
		const { workspace, tokenId, details, hostCalls, page } = await openDetails();
		await page.request('ready', {});
		details.handleHidden();
		await workspace.update(tokenId, { name: 'Renamed' });
		await waitUntil(() => hostCalls.at(-1) === 'title Renamed', 'the title is the new name');
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

	it('shows the usage of the last 24 hours, which change every hour', async () => {
		const { page, shownUsages, workspace, moveClock } = await openDetails();
		workspace.getUsage = () =>
			Promise.resolve({ days: [], hours: [{ hour: '2030-02-28T10', statuses: { 200: 3 } }], lastUsed: '2030-02-28T10:40:00.000Z' });
		const { usage } = await page.request('ready', {});
		assert.equal(usage.hours?.length, 24);
		assert.deepEqual([usage.hours[0]!.start, usage.hours[0]!.classes['2xx']], ['2030-02-28T10:00:00.000Z', 3]);
		assert.equal(lastOf(usage.hours).start, '2030-03-01T09:00:00.000Z');
		moveClock(30 * 60_000);
		await waitUntil(() => shownUsages.length === 1, 'the next hour is shown');
		const { hours } = lastOf(shownUsages);
		assert.deepEqual([hours![0]!.start, hours![0]!.classes['2xx']], ['2030-02-28T11:00:00.000Z', 0]);
	});

	it('returns the edit of a page that was closed, and its own edit if it was only hidden', async () => {
		const drafts = createExampleDrafts();
		const { page, workspace, tokenId } = await openDetails({ drafts });
		const seen = (await workspace.get(tokenId))!;
		const edit = { seen, entered: { name: 'Changed', permissions: ['billing'] } };
		const accountToken = { source: workspace, token: seen };
		assert.equal((await page.request('ready', {})).edit, null);
		await page.request('keepEdit', { edit });
		assert.deepEqual((await page.request('ready', {})).edit, { ...edit, savedAt: null });
		const reopened = await openDetails({ drafts, accountToken });
		const { edit: restored } = await reopened.page.request('ready', {});
		assert.deepEqual({ seen: restored?.seen, entered: restored?.entered }, edit);
		assert.match(restored?.savedAt ?? '', /^\d{4}-/);
		const other = await openDetails({ drafts });
		assert.equal((await other.page.request('ready', {})).edit, null);
		await reopened.page.request('keepEdit', { edit: null });
		assert.equal((await (await openDetails({ drafts, accountToken })).page.request('ready', {})).edit, null);
	});

	it('knows whether the user has changed something on it', async () => {
		const { details, page } = await openDetails();
		await page.request('ready', {});
		await page.request('keepEdit', { edit: null });
		assert.equal(details.hasBeenEdited, false);
		await page.request('replaceKey', { action: 'rotate', expiration: { kind: 'same' } });
		assert.equal(details.hasBeenEdited, true);
		const other = await openDetails();
		const { snapshot } = await other.page.request('ready', {});
		await other.page.request('keepEdit', { edit: { seen: snapshot.token!, entered: { name: 'New' } } });
		await other.page.request('keepEdit', { edit: null });
		assert.equal(other.details.hasBeenEdited, true, 'an edit that was canceled or saved');
	});

	it('removes the edit of a deleted token once the page that shows it is closed', async () => {
		const drafts = createExampleDrafts();
		const { page, details, workspace, tokenId, shown } = await openDetails({ drafts });
		const seen = (await workspace.get(tokenId))!;
		await page.request('ready', {});
		await page.request('keepEdit', { edit: { seen, entered: { name: 'Changed' } } });
		await workspace.delete(tokenId);
		await waitUntil(() => shown.at(-1)?.token === null, 'the deletion is shown');
		const isKept = async () => (await drafts.read(`edit workspace ${tokenId}`, editDraftSchema)) !== undefined;
		assert.equal(await isKept(), true);
		details.dispose();
		assert.equal(await isKept(), false);
	});

	it('shows the usage again when the gateway starts and when the day changes', async () => {
		const { page, shownUsages, setGatewayUrl, moveClock } = await openDetails();
		const { usage } = await page.request('ready', {});
		assert.equal(lastOf(usage.days).start, '2030-03-01');
		setGatewayUrl('http://127.0.0.1:7357/public/v1');
		await waitUntil(() => shownUsages.length === 1, 'the running gateway is shown');
		assert.equal(lastOf(shownUsages).gatewayUrl, 'http://127.0.0.1:7357/public/v1');
		moveClock(DAY_MS);
		await waitUntil(() => shownUsages.length === 2, 'the new day is shown');
		assert.equal(lastOf(lastOf(shownUsages).days).start, '2030-03-02');
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
		assert.equal(lastOf((await loaded).usage.days).classes['2xx'], 1);
		setGatewayUrl('http://127.0.0.1:1');
		setGatewayUrl('http://127.0.0.1:2');
		await waitUntil(() => reads.length === 3, 'the usage is read twice');
		reads[2]!(3);
		await waitUntil(() => shownUsages.length === 1, 'the later usage is shown');
		reads[1]!(2);
		await setImmediate();
		assert.deepEqual(
			shownUsages.map(({ days }) => lastOf(days).classes['2xx']),
			[3],
		);
	});

	it('shows what was done with the token, as soon as it was recorded', async () => {
		const { page, workspace, tokenId, shown } = await openDetails();
		const { snapshot } = await page.request('ready', {});
		assert.deepEqual(snapshot.history, [{ kind: 'created', at: NOW.toISOString(), by: 'somebody' }]);
		await workspace.update(tokenId, { name: 'Renamed' });
		await waitUntil(() => shown.at(-1)?.history[0]?.kind === 'edited', 'the edit is shown');
		assert.deepEqual(lastOf(shown).history[0]?.fields, ['name']);
	});

	it('shows the actions and keys that each status allows', async () => {
		const { page, shown, workspace, tokenId, moveClock } = await openDetails();
		await page.request('ready', {});
		const readState = async (status: TokenStatus) => {
			await waitUntil(() => shown.at(-1)?.token?.status === status, `the token is shown as ${status}`);
			const { actions, keys } = lastOf(shown);
			return [actions.join(), ...keys.map(({ which, expirationDate }) => `${which} until ${expirationDate}`)];
		};
		await workspace.disable(tokenId);
		assert.deepEqual(await readState('inactive'), ['enable,rotate,edit,delete', 'current until 2030-03-31T09:30:00.000Z']);
		await workspace.enable(tokenId);
		assert.deepEqual(await readState('active'), ['disable,rotate,renew,edit,delete', 'current until 2030-03-31T09:30:00.000Z']);
		moveClock(25 * DAY_MS);
		await workspace.update(tokenId, { name: 'Expiring' });
		assert.deepEqual(await readState('expiring'), ['disable,rotate,renew,edit,delete', 'current until 2030-03-31T09:30:00.000Z']);
		await workspace.renew(tokenId);
		assert.deepEqual(await readState('revitalised'), [
			'disable,rotate,edit,delete',
			'current until 2030-04-25T09:30:00.000Z',
			'previous until 2030-03-31T09:30:00.000Z',
		]);
		assert.equal(lastOf(shown).sameLifetime, '2030-04-25T09:30:00.000Z');
		moveClock(60 * DAY_MS);
		await workspace.update(tokenId, { name: 'Expired' });
		assert.deepEqual(await readState('expired'), ['rotate,edit,delete', 'current until 2030-04-25T09:30:00.000Z']);
	});

	it('shows the extension of the token, and whether that determines the permissions', async () => {
		const custom = await openDetails();
		const { snapshot } = await custom.page.request('ready', {});
		const catalog = await custom.workspace.getCatalog();
		assert.equal(snapshot.extensionDescription, catalog.extensions.find(({ id }) => id === 'EXT-000')?.description);
		assert.deepEqual(snapshot.modules, addModulePaths(catalog.modules, BUILT_IN_MODULE_PATHS));
		assert.deepEqual(snapshot.maxLengths, { name: 128, externalId: 128, description: 255 });
		assert.deepEqual(snapshot.presets, EXPIRATION_PRESETS);
		assert.equal(snapshot.hasReadOnlyAccess, true);
		const zapier = await openDetails({ draft: { extension: 'zapier', expirationDate: null } });
		const fixed = (await zapier.page.request('ready', {})).snapshot;
		assert.equal(fixed.permissionsFixed, true);
		assert.equal(fixed.sameLifetime, null);
		assert.deepEqual(fixed.actions, ['disable', 'rotate', 'edit', 'delete']);
	});

	it("shows built-in modules if the catalog can't be read, and logs it", async () => {
		const { page, logged } = await openDetails({ overrides: { getCatalog: () => Promise.reject(problem('The account is unreachable.')) } });
		const { modules } = (await page.request('ready', {})).snapshot;
		assert.ok(modules.some(({ name }) => name === 'Usage'));
		assert.match(logged.join('\n'), /warn .*read the catalog/);
	});

	it('escapes the name in the title of its tab', async () => {
		const { page, hostCalls } = await openDetails({ draft: { name: '$(key) Night [ly](x)' } });
		await page.request('ready', {});
		assert.deepEqual(hostCalls, ['title $\u200b(key) Night [ly]\u200b(x)']);
	});

	it('reads the usage again on request', async () => {
		const { page, shownUsages, workspace } = await openDetails();
		await page.request('ready', {});
		workspace.getUsage = () =>
			Promise.resolve({ days: [{ date: '2030-02-27', statuses: { 200: 3, 404: 1 } }], lastUsed: '2030-02-27T10:00:00.000Z' });
		await page.request('readUsage', {});
		const { days, lastUsed, source } = lastOf(shownUsages);
		assert.deepEqual([lastUsed, source], ['2030-02-27T10:00:00.000Z', 'gateway']);
		assert.deepEqual(days.at(-3), {
			start: '2030-02-27',
			classes: { '2xx': 3, '3xx': 0, '4xx': 1, '5xx': 0 },
			codes: [
				{ code: '200', class: '2xx', count: 3 },
				{ code: '404', class: '4xx', count: 1 },
			],
		});
	});

	describe('of a token of an account', () => {
		const getPlatform = usePlatform({ now: () => NOW });
		const accounts = new TestAccounts();

		async function openAccountDetails(overrides: Partial<TokenSource> = {}) {
			const stored = getPlatform().account.add({
				name: 'Sales report',
				permissions: ['MD-0001'],
				expirationDate: '2030-03-31T09:30:00.000Z',
			});
			const source = await accounts.open(getPlatform(), { clock: () => NOW });
			const token = await source.get(stored.id);
			return { stored, source, ...(await openDetails({ accountToken: { source, token: token! }, overrides })) };
		}

		it('loads without waiting for the usage, which the platform reports', async () => {
			const { page, shownUsages, stored, commands, setGatewayUrl } = await openAccountDetails();
			stored.statistics = { '2030-03-01': { '200': 41, '403': 1 } };
			setGatewayUrl('http://127.0.0.1:7357/public/v1');
			const { snapshot, usage } = await page.request('ready', {});
			const { id, name } = getPlatform().account.reference;
			assert.deepEqual(snapshot.source, { id, account: { name, readAt: null, problem: null } });
			assert.equal(snapshot.token?.name, 'Sales report');
			assert.deepEqual(
				snapshot.history.map(({ kind }) => kind),
				['created'],
			);
			assert.ok(snapshot.modules.some((module) => module.id === 'MD-0032' && module.name === 'Leads'));
			assert.equal(snapshot.extensionDescription, 'Custom Integration');
			assert.deepEqual([usage.source, usage.lastUsed, usage.gatewayUrl, usage.problem], ['loading', undefined, null, null]);
			await waitUntil(() => shownUsages.length === 1, 'the usage is shown');
			assert.equal(lastOf(shownUsages).source, 'platform');
			assert.deepEqual([lastOf(shownUsages).readAt, lastOf(shownUsages).hours], [NOW.toISOString(), undefined]);
			assert.equal(lastOf(lastOf(shownUsages).days).classes['2xx'], 41);
			await page.request('run', { command: 'deleteToken' });
			assert.deepEqual(commands, [['connectTokens.deleteToken', { tokenId: stored.id, sourceId: id }]]);
		});

		it('shows and replaces its keys, and saves changes on the platform', async () => {
			const { page, stored } = await openAccountDetails();
			const { snapshot } = await page.request('ready', {});
			const { account } = getPlatform();
			assert.deepEqual(await page.request('viewKey', { which: 'current' }), { authorization: account.authorization(stored) });
			const expected = snapshot.token!.updated.at;
			assert.deepEqual(await page.request('save', { changes: { description: 'Edited' }, expected }), { done: true });
			assert.equal(stored.description, 'Edited');
			const before = account.authorization(stored);
			await page.request('replaceKey', { action: 'rotate', expiration: { kind: 'preset', preset: 'days90' } });
			assert.notEqual(account.authorization(stored), before);
		});

		it("shows how old the account's tokens are, and why they can't be read again", async () => {
			const { page, shown, source } = await openAccountDetails();
			await source.list();
			await page.request('ready', {});
			assert.deepEqual((await page.request('ready', {})).snapshot.source.account?.readAt, NOW.toISOString());
			await getPlatform().stop();
			await assert.rejects(source.reload());
			await waitUntil(() => typeof shown.at(-1)?.source.account?.problem === 'string', 'the problem is shown');
			assert.match(lastOf(shown).source.account!.problem!, /^Couldn't reach/);
			assert.equal(lastOf(shown).source.account!.readAt, NOW.toISOString());
			await getPlatform().start();
		});

		it("shows why its usage can't be read", async () => {
			const { page, shownUsages } = await openAccountDetails();
			await page.request('ready', {});
			await waitUntil(() => shownUsages.length === 1, 'the usage is shown');
			await getPlatform().stop();
			await page.request('readUsage', {});
			assert.match(lastOf(shownUsages).problem!, /^Couldn't reach/);
			await getPlatform().start();
		});

		it('ignores changes of the gateway, which does not count its responses', async () => {
			let reads = 0;
			const getUsage = () => {
				reads++;
				return Promise.resolve({ days: [], lastUsed: null });
			};
			const { page, shownUsages, setGatewayUrl } = await openAccountDetails({ getUsage });
			await page.request('ready', {});
			await waitUntil(() => shownUsages.length === 1, 'the usage is shown');
			setGatewayUrl('http://127.0.0.1:7357/public/v1');
			assert.equal(reads, 1);
		});
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
		assert.equal(logged.filter((line) => line === `info Read the API key of ${tokenId}`).length, 3);
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

	it('saves limits and approval as they were entered, and removes them', async () => {
		const { page, workspace, tokenId } = await openDetails();
		const read = async () => {
			const { limits, approval, updated } = (await workspace.get(tokenId))!;
			return { limits, approval, updated };
		};
		const invalid = { rate: '10', per: 'minute', total: 'many' } as const;
		assert.deepEqual(await page.request('save', { changes: { limits: invalid }, expected: (await read()).updated.at }), {
			errors: { 'limits.total': 'Enter a whole number from 1 to 1,000,000,000.' },
		});
		const changes = { limits: { ...invalid, total: '1,000' }, approval: 'always' } as const;
		assert.deepEqual(await page.request('save', { changes, expected: (await read()).updated.at }), { done: true });
		const { limits, approval, updated } = await read();
		assert.deepEqual([limits, approval], [{ rate: { requests: 10, per: 'minute' }, total: 1000 }, 'always']);
		assert.deepEqual((await workspace.getHistory(tokenId))[0]?.fields, ['limits', 'approval']);
		const removal = { limits: EMPTY_LIMITS_INPUT, approval: 'never' } as const;
		assert.deepEqual(await page.request('save', { changes: removal, expected: updated.at }), { done: true });
		const removed = await read();
		assert.deepEqual([removed.limits, removed.approval], [undefined, undefined]);
	});

	it("shows what's left of the limits, again when requests leave the window of the rate, and when the limits change", async () => {
		const { page, shownUsages, workspace, tokenId, moveClock } = await openDetails({
			draft: { limits: { rate: { requests: 10, per: 'minute' }, total: 100 } },
		});
		let remaining: RemainingRequests = { rate: 0, total: 60 };
		Object.assign(workspace, { getRemainingRequests: () => Promise.resolve(remaining) });
		assert.deepEqual((await page.request('ready', {})).usage.remaining, { rate: 0, total: 60 });
		remaining = { rate: 10, total: 60 };
		moveClock(5_000);
		await waitUntil(() => shownUsages.length === 1, 'the remaining requests are shown again');
		assert.deepEqual(lastOf(shownUsages).remaining, { rate: 10, total: 60 });
		moveClock(10_000);
		remaining = { total: 40 };
		await workspace.update(tokenId, { limits: { total: 100 } });
		await waitUntil(() => shownUsages.length > 1, 'the new limits are shown');
		assert.deepEqual(
			shownUsages.slice(1).map((usage) => usage.remaining),
			[{ total: 40 }],
		);
	});

	it("shows the usage even if what's left of the limits can't be read, and logs that", async () => {
		const { page, workspace, logged } = await openDetails({ draft: { limits: { total: 100 } } });
		Object.assign(workspace, { getRemainingRequests: () => Promise.reject(new Error('The disk failed.')) });
		const { usage } = await page.request('ready', {});
		assert.deepEqual([usage.remaining, usage.problem], [undefined, null]);
		assert.match(logged.join('\n'), /warn Couldn't read the limits.*The disk failed/s);
	});

	it('shows what the team’s instances counted by status class, again after each pull, apart from the gateway’s counts', async () => {
		const { page, shownUsages, workspace, tokenId } = await openDetails();
		assert.equal((await page.request('ready', {})).usage.team, undefined);
		const readings = [
			{
				readFrom: 'eu-1',
				counts: [
					{ tokenId, date: '2030-03-01', statusClass: '2xx', instance: 'eu-1', count: 40 },
					{ tokenId, date: '2030-03-01', statusClass: '4xx', instance: 'eu-2', count: 2 },
				],
			},
		] as const;
		await addTeamCounts(workspace, { readAt: NOW, readings }, () => NOW);
		await waitUntil(() => shownUsages.length === 1, 'the counts are shown');
		const { team, days, lastUsed } = lastOf(shownUsages);
		assert.deepEqual([team?.instances, team?.pulledAt, team?.days.length], [['eu-1', 'eu-2'], NOW.toISOString(), 30]);
		assert.deepEqual(lastOf(team!.days), {
			start: '2030-03-01',
			classes: { '2xx': 40, '3xx': 0, '4xx': 2, '5xx': 0 },
			codes: [
				{ code: '2xx', class: '2xx', count: 40 },
				{ code: '4xx', class: '4xx', count: 2 },
			],
		});
		assert.deepEqual([lastOf(days).classes['2xx'], lastUsed], [0, null]);
	});

	it("shows the usage even if the team's can't be read, and logs that", async () => {
		const { page, workspace, logged } = await openDetails();
		Object.assign(workspace, { getTeamUsage: () => Promise.reject(new Error('The disk failed.')) });
		const { usage } = await page.request('ready', {});
		assert.deepEqual([usage.team, usage.problem], [undefined, null]);
		assert.match(logged.join('\n'), /warn Couldn't read the team's usage.*The disk failed/s);
	});

	it('tells its page when a copied key was removed from the clipboard, unless the page is hidden', async () => {
		const { details, page, clearClipboard, getKeyClearCount } = await openDetails();
		await page.request('ready', {});
		await page.request('copyKey', { which: 'current' });
		assert.equal(getKeyClearCount(), 0);
		clearClipboard[0]!();
		await waitUntil(() => getKeyClearCount() === 1, 'the page is told');
		details.handleHidden();
		clearClipboard[0]!();
		await setImmediate();
		assert.equal(getKeyClearCount(), 1);
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
		const names = ['disableToken', 'copyApiKey', 'endPreviousKey', 'startGateway', 'newRequestFile'] as const;
		for (const command of names) {
			await page.request('run', { command });
		}
		assert.deepEqual(
			commands.map(([id]) => id),
			names.map((name) => `connectTokens.${name}`),
		);
		assert.ok(commands.every(([, token]) => token.tokenId === tokenId && token.sourceId === 'workspace'));
		// Commands that release a key ask first, unless the extension itself names the token.
		assert.ok(commands.every(([, token]) => isOwnArgument(token)));
	});

	it('tests its token, and runs the command that fixes what the test found', async () => {
		const { page, workspace, tokenId, commands } = await openDetails();
		assert.deepEqual(await page.request('testToken', {}), { ...ACCEPTED_TEST, title: tokenId });
		await page.request('fixTest', { fix: 'rotate' });
		const [[command, argument] = []] = commands;
		assert.equal(command, 'connectTokens.rotateToken');
		assert.deepEqual([argument, isOwnArgument(argument)], [{ tokenId, sourceId: 'workspace' }, true]);
		await workspace.delete(tokenId);
		await assert.rejects(page.request('testToken', {}), /doesn't exist/);
	});

	it('says when its token was last used, and where, until it is deleted', async () => {
		const { page, tokenId, workspace } = await openDetails();
		assert.deepEqual(await page.request('describeUses', {}), { lines: [`Used: ${tokenId}`] });
		await workspace.delete(tokenId);
		await assert.rejects(page.request('describeUses', {}), /doesn't exist/);
	});

	it('finds its token in the saved state of its page', () => {
		assert.deepEqual(parseDetailsPageState({ tokenId: 'SU-1', sourceId: 'VA-1', tab: 'general' }), { tokenId: 'SU-1', sourceId: 'VA-1' });
		assert.equal(parseDetailsPageState({ tokenId: 7 }), undefined);
	});
});
