import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { DAY_MS, type TokenDraft } from '../../../src/domain/token';
import { TokenSources } from '../../../src/domain/tokenSources';
import { toUtcDate, type TokenUsage } from '../../../src/domain/tokenUsage';
import { Peer } from '../../../src/protocol/peer';
import {
	reviewHostMethods,
	reviewPageMethods,
	type Review,
	type ReviewAction,
	type ReviewFile,
	type ReviewRow,
} from '../../../src/protocol/reviewMessages';
import { addTeamCounts } from '../../../src/domain/teamCountsPull';
import { UsageFile } from '../../../src/sources/workspace/usageFile';
import { TestAccounts } from '../../support/connect/testAccounts';
import { errorResponse } from '../../support/connect/platformFaults';
import { usePlatform } from '../../support/connect/usePlatform';
import { createLinkedTransports } from '../../support/linkedTransports';
import { fail } from '../../support/page/pageHosts';
import { ReviewHost } from '../../support/page/reviewHost';
import { waitUntil, Workspaces } from '../../support/store/workspaces';

const START = Date.parse('2030-01-01T09:30:00.000Z');
const LIST_OPERATION = 'GET /auth/tokens';
const EXPIRES = '2040-01-01T00:00:00.000Z';
const KEY_FILE: ReviewFile = { uri: 'file:///project/requests.http', label: 'requests.http', line: 4, character: 15 };

describe('The model of the review', () => {
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();
	const getPlatform = usePlatform();
	const hosts: ReviewHost[] = [];

	afterEach(() => hosts.splice(0).forEach((host) => host.dispose()));

	/** Opens the review of a workspace whose clock starts at `START`, and that has these tokens. */
	async function openReview(drafts: readonly TokenDraft[] = []) {
		const time = { now: START };
		const clock = () => new Date(time.now);
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder, clock });
		for (const draft of drafts) {
			await source.create({ expirationDate: EXPIRES, ...draft });
		}
		const ids = Object.fromEntries((await source.list()).map(({ id, name }) => [name, id]));
		const sources = new TokenSources(source, silentLog);
		const [hostTransport, pageTransport] = createLinkedTransports();
		const host = new ReviewHost({ transport: hostTransport, sources, clock });
		hosts.push(host);
		const shown: Review[] = [];
		const progress: number[] = [];
		const page = new Peer(
			pageTransport,
			reviewPageMethods,
			{
				show: (review) => {
					shown.push(review);
					return {};
				},
				showProgress: ({ done }) => {
					progress.push(done);
					return {};
				},
			},
			reviewHostMethods,
		);
		const request: typeof page.request = (method, params) => page.request(method, params);
		return {
			source,
			sources,
			host,
			ids,
			shown,
			time,
			load: async () => (await page.request('ready', {})).review,
			request,
			apply: (action: ReviewAction, ...names: readonly string[]) =>
				page.request('apply', { action, tokens: names.map((name) => ({ sourceId: 'workspace', tokenId: ids[name] ?? name })) }),
			addUsage: async (name: string, usage: TokenUsage) => {
				const file = new UsageFile(folder, clock, silentLog);
				await file.add({ [ids[name]!]: usage });
				file.dispose();
			},
		};
	}

	const summarize = ({ rows }: Pick<Review, 'rows'>) =>
		rows.map(({ name, reasons }) => `${name}: ${reasons.map(({ kind }) => kind).join(', ')}`);
	const rowOf = ({ rows }: Review, name: string): ReviewRow => rows.find((row) => row.name === name) ?? assert.fail(`no row of ${name}`);

	it('lists no new token that expires', async () => {
		const { load } = await openReview([{ name: 'New' }]);
		assert.deepEqual(await load(), { rows: [], tokenCount: 1, notes: [], hasAccounts: false });
	});

	it('lists tokens with the most severe reasons first, with evidence and remedies', async () => {
		const { load, host, ids, source, time, addUsage } = await openReview([
			{ name: 'Old' },
			{ name: 'Busy', permissions: ['MD-0000'] },
			{ name: 'Short', expirationDate: '2030-01-05T00:00:00.000Z' },
			{ name: 'Off' },
			{ name: 'Leaked', expirationDate: null },
			{ name: 'Zapier', extension: 'zapier' },
		]);
		await source.disable(ids.Off!);
		time.now += 40 * DAY_MS;
		await source.update(ids.Off!, { description: 'Edited' });
		const lastUsed = new Date(time.now - 1000).toISOString();
		const days = [{ date: toUtcDate(new Date(time.now)), statuses: { 200: 3 }, modules: { billing: { read: 3, write: 0 } } }];
		for (const name of ['Busy', 'Leaked', 'Zapier']) {
			await addUsage(name, { days, lastUsed });
		}
		host.keyFiles = new Map([[ids.Leaked!, [KEY_FILE, { ...KEY_FILE, line: 9 }]]]);
		const review = await load();
		assert.deepEqual(
			summarize(review).filter((line) => !line.startsWith('Busy')),
			['Leaked: keyInFile, neverExpires', 'Old: neverUsed', 'Short: expired', 'Off: disabled'],
		);
		assert.deepEqual(rowOf(review, 'Leaked').reasons[0]?.evidence, '1 file contains an API key.');
		assert.match(rowOf(review, 'Old').reasons[0]!.evidence, /^Created Jan 1, 2030, .* \(40 days ago\)$/);
		assert.match(rowOf(review, 'Off').reasons[0]!.evidence, /^Disabled Jan 1, 2030, /);
		assert.deepEqual(rowOf(review, 'Leaked').remedies, ['goToFile', 'rotate', 'disable']);
		assert.deepEqual(rowOf(review, 'Old').remedies, ['disable', 'delete']);
		assert.deepEqual(rowOf(review, 'Short').remedies, ['delete', 'rotate']);
		assert.deepEqual(rowOf(review, 'Off').remedies, ['delete']);
	});

	it('does not call tokens unused that the team uses', async () => {
		const { load, source, ids, time } = await openReview([{ name: 'A' }, { name: 'B', expirationDate: null }, { name: 'C' }]);
		time.now += 40 * DAY_MS;
		const clock = () => new Date(time.now);
		const counts = [ids.A!, ids.B!].map((tokenId) => ({
			tokenId,
			date: toUtcDate(clock()),
			statusClass: '2xx' as const,
			instance: 'eu-1',
			count: 1,
		}));
		await addTeamCounts(source, { readAt: clock(), readings: [{ readFrom: 'eu-1', counts }] }, clock);
		assert.deepEqual(summarize(await load()), ['C: neverUsed', 'B: neverExpires']);
		time.now += 31 * DAY_MS;
		assert.deepEqual(summarize(await load()), ['B: neverUsed, neverExpires', 'A: neverUsed', 'C: neverUsed']);
	});

	it('disables tokens without a question, and shows that they need no attention anymore', async () => {
		const { load, apply, shown, host, source, time } = await openReview([{ name: 'A' }, { name: 'B' }, { name: 'C' }]);
		time.now += 31 * DAY_MS;
		assert.deepEqual(summarize(await load()), ['A: neverUsed', 'B: neverUsed', 'C: neverUsed']);
		const { applied, failures, isCanceled } = await apply('disable', 'A', 'B');
		assert.deepEqual([applied.length, failures, isCanceled, host.questions], [2, [], false, []]);
		await waitUntil(() => shown.at(-1)?.rows.length === 1, 'only one token needs attention');
		assert.deepEqual(
			(await source.list()).map(({ status }) => status),
			['inactive', 'inactive', 'active'],
		);
		await apply('enable', 'A');
		await waitUntil(() => shown.at(-1)?.rows.length === 2, 'the enabled token needs attention again');
	});

	it('asks before it deletes or rotates tokens, and names them', async () => {
		const { load, apply, host, source, ids, time } = await openReview([
			{ name: 'A', expirationDate: null },
			{ name: 'B', expirationDate: null },
		]);
		time.now += DAY_MS;
		await load();
		host.answer = false;
		for (const action of ['delete', 'rotate'] as const) {
			assert.equal((await apply(action, 'A', 'B')).isCanceled, true);
			const question = host.questions.splice(0)[0];
			assert.match(question!.message, /2 tokens\?$/);
			assert.ok(question!.detail.includes(`A (${ids.A!})\nB (${ids.B!})`));
		}
		assert.ok((await source.list()).every(({ expirationDate }) => expirationDate === null));
		host.choice = undefined;
		assert.equal((await apply('rotate', 'A')).isCanceled, true, 'no expiration was picked');
		assert.deepEqual(host.questions, []);
		Object.assign(host, { answer: true, choice: '30 days' });
		await apply('rotate', 'A', 'B');
		const expected = new Date(time.now + 30 * DAY_MS).toISOString();
		assert.deepEqual(
			(await source.list()).map(({ expirationDate }) => expirationDate),
			[expected, expected],
		);
		await apply('delete', 'A');
		assert.deepEqual(
			(await source.list()).map(({ name }) => name),
			['B'],
		);
	});

	it('applies an action to the others if it fails for some, and says why', async () => {
		const { load, apply, source, ids } = await openReview([
			{ name: 'A', expirationDate: null },
			{ name: 'B', expirationDate: null },
		]);
		await source.disable(ids.A!);
		await load();
		const { applied, failures } = await apply('disable', 'A', 'B', 'SU-999-999-999');
		assert.deepEqual(applied, [{ sourceId: 'workspace', tokenId: ids.B }]);
		assert.deepEqual(
			failures.map(({ tokenId, text }) => [tokenId, /already disabled|not found|doesn't exist/.test(text)]).sort(),
			[
				[ids.A, true],
				['SU-999-999-999', true],
			].sort(),
		);
	});

	it('updates when tokens, usage, or files with keys change, or a day has passed', async () => {
		const { load, shown, host, ids, source, time, addUsage } = await openReview([{ name: 'A' }]);
		await load();
		const next = async (expected: readonly string[], change: () => unknown) => {
			await change();
			await waitUntil(() => JSON.stringify(summarize(shown.at(-1) ?? { rows: [] })) === JSON.stringify(expected), expected.join());
		};
		await next(['A: keyInFile'], () => host.changeKeyFiles(new Map([[ids.A!, [KEY_FILE]]])));
		await next([], () => host.changeKeyFiles(new Map()));
		time.now += 31 * DAY_MS;
		await next(['A: neverUsed'], () => host.scheduler.runDue());
		await next([], () => addUsage('A', { days: [], lastUsed: new Date(time.now).toISOString() }));
		await next(['B: neverExpires'], () => source.create({ name: 'B', expirationDate: null }));
		const count = shown.length;
		host.hide();
		await source.create({ name: 'C', expirationDate: null });
		assert.equal(shown.length, count, 'a hidden page receives nothing');
		assert.deepEqual(summarize(await load()), ['B: neverExpires', 'C: neverExpires']);
	});

	it('opens what a remedy needs, and only files that it has found', async () => {
		const { load, request, host, ids } = await openReview([{ name: 'A', expirationDate: null }]);
		host.keyFiles = new Map([[ids.A!, [KEY_FILE]]]);
		await load();
		const token = { sourceId: 'workspace', tokenId: ids.A! };
		for (const remedy of ['rotate', 'setExpiration', 'editPermissions', null] as const) {
			await request('open', { token, remedy });
		}
		assert.deepEqual(
			host.commands,
			['rotateToken', 'rotateToken', 'editToken', 'openDetails'].map((name) => `connectTokens.${name} ${ids.A!}`),
		);
		await request('goToFile', { token, file: KEY_FILE });
		await request('goToFile', { token, file: { ...KEY_FILE, uri: 'file:///etc/passwd' } });
		assert.deepEqual(host.opened, ['requests.http:5']);
	});

	it('shows tokens of accounts as soon as they are read, without usage', async () => {
		const platform = getPlatform();
		const { load, shown, sources, time } = await openReview();
		platform.account.add({ name: 'Forever', expirationDate: null });
		sources.setAccounts([await accounts.open(platform, { clock: () => new Date(time.now) })]);
		const first = await load();
		assert.deepEqual(
			first.notes.map(({ state }) => state),
			['loading'],
		);
		await waitUntil(() => shown.at(-1)?.rows.some(({ name }) => name === 'Forever') === true, 'the account is shown');
		const row = rowOf(shown.at(-1)!, 'Forever');
		assert.deepEqual(
			row.reasons.map(({ kind }) => kind),
			['neverExpires'],
		);
		assert.notEqual(row.account, null);
		assert.deepEqual([shown.at(-1)!.notes, shown.at(-1)!.hasAccounts], [[], true]);
	});

	it('says which account could not be read, and shows the others', async () => {
		const platform = getPlatform();
		const { load, shown, sources } = await openReview([{ name: 'A', expirationDate: null }]);
		platform.fault(LIST_OPERATION, { outcome: errorResponse(403) });
		sources.setAccounts([await accounts.open(platform)]);
		await load();
		await waitUntil(() => shown.at(-1)?.notes[0]?.state === 'failed', 'the failure is shown');
		assert.notEqual(shown.at(-1)!.notes[0]!.text, '');
		assert.deepEqual(summarize(shown.at(-1)!), ['A: neverExpires']);
	});

	it('says that the usage is unknown if it cannot be read, and does not call tokens unused', async () => {
		const { load, source, time } = await openReview([{ name: 'A', expirationDate: null }]);
		time.now += 400 * DAY_MS;
		fail(source, 'readActivity', new Error('The disk failed.'));
		const { notes, rows } = await load();
		assert.deepEqual(notes, [{ source: null, state: 'failed', text: 'The disk failed.' }]);
		assert.deepEqual(summarize({ rows }), ['A: neverExpires']);
	});
});
