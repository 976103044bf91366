import assert from 'node:assert/strict';
import type { TokenSource } from '../../../../src/domain/ports';
import type { PlatformAccount } from '../../../support/connect/platformAccount';
import { AccountSources } from '../../../support/connect/accountSources';
import { changeBody, errorResponse } from '../../../support/connect/platformFaults';
import type { Platform, RecordedRequest } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const MINUTE_MS = 60_000;
const LIST_OPERATION = 'GET /auth/tokens';
const ids = (tokens: readonly { id: string }[]) => tokens.map(({ id }) => id);
const offsetOf = ({ query }: RecordedRequest) => Number(/offset=(\d+)/.exec(query)?.[1]);
const listings = ({ requests }: Platform) => requests.filter(({ operation }) => operation === LIST_OPERATION);

/** Resolves once the source is reading nothing. */
const waitUntilRead = (source: TokenSource) => eventually(() => assert.equal(source.remote?.syncState.progress, null));

describe('The list of an account', () => {
	let now: Date;
	beforeEach(() => (now = new Date('2030-01-01T00:00:00Z')));
	const started = usePlatform({ now: () => now });
	const accounts = new AccountSources();
	const open = (options: Parameters<AccountSources['open']>[1] = {}) => accounts.open(started(), { clock: () => now, ...options });

	it('is whole, in the order of creation, whatever its length', async () => {
		for (const total of [1, 2, 99, 100, 101, 199, 200, 298]) {
			const platform = started();
			platform.account.seed(total);
			assert.deepEqual(ids(await (await open()).list()), [...platform.account.tokens.keys()], `${total} tokens`);
		}
	});

	it('of 10 000 tokens is read a few pages at once, and shown from its first page on', async () => {
		const platform = started();
		platform.account.seed(10_000);
		const source = await open();
		const shown: number[] = [];
		source.onDidChange(() => void source.list('cached').then((tokens) => shown.push(tokens.length)));
		const first = await source.list('available');
		assert.ok(first.length >= 100 && first.length < 10_000, `${first.length} at first`);
		assert.deepEqual({ ...source.remote.syncState, reading: source.remote.syncState.progress?.total }, { readAt: null, reading: 10_000 });
		assert.deepEqual(ids(await source.list('complete')), [...platform.account.tokens.keys()]);
		assert.deepEqual(source.remote.syncState, { readAt: now.toISOString(), progress: null });
		assert.equal(shown.at(-1), 10_000);
		assert.ok(platform.maxConcurrentRequests <= 4, `${platform.maxConcurrentRequests} at once`);
		assert.ok(listings(platform).length <= 102, `${listings(platform).length} requests`);
	});

	it('leaves room for what its user does meanwhile', async () => {
		const platform = started();
		platform.account.seed(1000);
		const end = platform.fault(({ query }) => query.includes('offset') && !query.includes('offset=0'), { outcome: 'stall' });
		const source = await open({ timeoutMs: 60_000 });
		await source.list('available');
		await eventually(() => assert.equal(listings(platform).length, 4));
		const { id } = platform.account.ownToken;
		assert.ok('authorization' in (await source.readKey(id)));
		end();
	});

	it('can be had of a server that gives less at a time than it is asked for', async () => {
		const platform = started();
		platform.account.seed(95);
		platform.fault(LIST_OPERATION, {
			outcome: (regular) => {
				const [, from, , total] = /items (\d+)-(\d+)\/(\d+)/.exec(regular.headers['content-range']!)!;
				const body = JSON.stringify((JSON.parse(regular.body) as unknown[]).slice(0, 10));
				return { ...regular, headers: { ...regular.headers, 'content-range': `items ${from!}-${Number(from) + 9}/${total!}` }, body };
			},
		});
		assert.deepEqual(ids(await (await open()).list()), [...platform.account.tokens.keys()]);
	});

	it('ends where a server takes no heed of what is asked for', async () => {
		const platform = started();
		platform.account.seed(300);
		let first = '';
		platform.fault(LIST_OPERATION, {
			outcome: (regular) => {
				first ||= regular.body;
				return { ...regular, headers: { 'content-type': 'application/json' }, body: first };
			},
		});
		assert.equal((await (await open()).list()).length, 100);
	});

	describe('that changes while it is read', () => {
		/** What was there from beginning to end has to be found, once; and nothing that never was. */
		async function assertNothingLost(source: TokenSource, account: PlatformAccount, before: readonly string[]): Promise<void> {
			const found = ids(await source.list());
			assert.equal(new Set(found).size, found.length, 'nothing is there twice');
			const missing = before.filter((id) => account.tokens.has(id) && !found.includes(id));
			assert.deepEqual(missing, [], 'nothing is missing');
			const unknown = found.filter((id) => !account.tokens.has(id) && !before.includes(id));
			assert.deepEqual(unknown, [], 'nothing is made up');
		}

		/** Deletes the first token that is left, with every page. */
		const deleteFirst = ({ tokens, ownToken }: PlatformAccount, many = 1) =>
			[...tokens.keys()]
				.filter((id) => id !== ownToken.id)
				.slice(0, many)
				.forEach((id) => tokens.delete(id));

		const changes: [what: string, change: (account: PlatformAccount, request: RecordedRequest) => void][] = [
			['loses one before every page', (account) => deleteFirst(account)],
			['loses one before the second page', (account, request) => offsetOf(request) > 0 && offsetOf(request) < 100 && deleteFirst(account)],
			[
				'loses forty before the third page',
				(account, request) => offsetOf(request) > 100 && offsetOf(request) < 200 && deleteFirst(account, 40),
			],
			[
				'loses half of all in the middle',
				(account, request) => offsetOf(request) > 400 && offsetOf(request) < 500 && deleteFirst(account, 450),
			],
			['gets one with every page', (account) => void account.add()],
			['loses one and gets one with every page, so that their number stays', (account) => (deleteFirst(account), void account.add())],
			[
				'loses the last page',
				({ tokens }, request) => offsetOf(request) > 0 && [...tokens.keys()].slice(850).forEach((id) => tokens.delete(id)),
			],
		];
		for (const [what, change] of changes) {
			it(`loses and doubles nothing when it ${what}`, async () => {
				const platform = started();
				const { account } = platform;
				account.seed(950);
				const before = [...account.tokens.keys()];
				let many = 0;
				platform.fault(LIST_OPERATION, {
					// Whichever page comes first sees the change, at least once.
					before: (request) => (many++ < 200 ? change(account, request) : undefined),
				});
				const source = await open();
				await assertNothingLost(source, account, before);
				assert.ok(listings(platform).length < 60, `${listings(platform).length} requests`);
			});
		}

		it('has our own changes, though a page is older than they are', async () => {
			const platform = started();
			const { account } = platform;
			account.seed(300);
			const [, disabled, deleted] = [...account.tokens.keys()];
			const source = await open();
			let created = '';
			let meanwhile: Promise<unknown> | undefined;
			platform.fault(LIST_OPERATION, {
				// The first page is answered as it was, and comes when all is done.
				outcome: (regular) => regular,
				times: 1,
				before: async () => {
					meanwhile ??= (async () => {
						await source.disable(disabled!);
						await source.delete(deleted!);
						({ id: created } = await source.create({ name: 'new' }));
					})();
					await meanwhile;
				},
			});
			const listed = await source.list();
			assert.deepEqual(ids(listed), [...account.tokens.keys()]);
			assert.equal(listed.find(({ id }) => id === disabled)?.status, 'inactive');
			assert.ok(ids(listed).includes(created));
		});
	});

	it('shows at once what is done to its tokens, without being read again', async () => {
		const platform = started();
		platform.account.seed(120);
		const source = await open();
		await source.list();
		const before = listings(platform).length;
		const { id, ...token } = await source.create({ name: 'new', permissions: ['MD-0001'] });
		const known = async () => (await source.list('cached')).find((one) => one.id === id);
		assert.deepEqual(await known(), { id, ...token });
		await source.update(id, { name: 'newer' });
		assert.equal((await known())?.name, 'newer');
		await source.disable(id);
		assert.equal((await known())?.status, 'inactive');
		await source.delete(id);
		assert.equal(await known(), undefined);
		assert.deepEqual(
			listings(platform)
				.slice(before)
				.filter(({ query }) => query.includes('offset=0') && !query.includes('name=')),
			[],
		);
	});

	describe('asked for', () => {
		it('as it is known, touches no network', async () => {
			const platform = started();
			const source = await open();
			assert.deepEqual(await source.list('cached'), []);
			assert.deepEqual(platform.requests, []);
			assert.deepEqual(source.remote.syncState, { readAt: null, progress: null });
		});

		it('is read again once it is older than five minutes, in the background, and by no timer', async () => {
			const platform = started();
			const source = await open();
			await source.list();
			await source.getCatalog();
			const before = platform.requests.length;
			const { id } = platform.account.add({ name: 'elsewhere' });
			now = new Date(now.getTime() + 5 * MINUTE_MS - 1);
			assert.equal((await source.list()).length, 1);
			assert.equal(platform.requests.length, before);
			now = new Date(now.getTime() + 1);
			assert.equal((await source.list('cached')).length, 1);
			assert.equal(platform.requests.length, before);
			assert.equal((await source.list()).length, 1, 'the list known comes at once');
			assert.notEqual(source.remote.syncState.progress, null);
			await waitUntilRead(source);
			assert.deepEqual(ids(await source.list('cached')), [platform.account.ownToken.id, id]);
			assert.equal(source.remote.syncState.readAt, now.toISOString());
		});

		it('is read once for all who ask at the same time', async () => {
			const platform = started();
			const source = await open();
			await Promise.all([source.list(), source.list('available'), source.list('complete'), source.list('available')]);
			assert.equal(listings(platform).length, 1);
		});

		it('anew, is read even after what is being read already', async () => {
			const platform = started();
			const source = await open();
			await source.list();
			let added = '';
			platform.fault(LIST_OPERATION, { outcome: (regular) => ((added ||= platform.account.add().id), regular), times: 1 });
			const [reading] = [source.reload(), source.reload()];
			await reading;
			assert.equal((await source.list()).length, 1);
			await source.reload();
			assert.ok(ids(await source.list()).includes(added));
			assert.equal(listings(platform).length, 3);
		});
	});

	describe('that cannot be read', () => {
		it('rejects, says why, and is not asked for again for a minute, unless somebody wants it', async () => {
			const platform = started();
			const source = await open();
			const end = platform.fault(LIST_OPERATION, { outcome: errorResponse(403) });
			let notices = 0;
			// As the tree does.
			source.onDidChange(() => {
				notices++;
				void source.list('available').catch(() => undefined);
			});
			await assert.rejects(source.list(), /doesn't have the Integrations module/);
			await assert.rejects(source.list('available'), /doesn't have the Integrations module/);
			assert.match(source.problem?.template ?? '', /doesn't have the Integrations module/);
			assert.ok(notices > 0);
			assert.equal(listings(platform).length, 1);
			await assert.rejects(source.reload(), /doesn't have the Integrations module/);
			assert.equal(listings(platform).length, 2);
			end();
			now = new Date(now.getTime() + MINUTE_MS - 1);
			await assert.rejects(source.list(), /doesn't have the Integrations module/);
			now = new Date(now.getTime() + 1);
			assert.equal((await source.list()).length, 1);
			assert.equal(source.problem, undefined);
		});

		it('keeps what is known, and says how old it is', async () => {
			const platform = started();
			platform.account.seed(3);
			const source = await open();
			await source.list();
			const readAt = now.toISOString();
			await platform.stop();
			now = new Date(now.getTime() + 60 * MINUTE_MS);
			assert.equal((await source.list()).length, 3);
			await waitUntilRead(source);
			assert.match(source.problem?.template ?? '', /Couldn't reach/);
			assert.equal(source.remote.syncState.readAt, readAt);
			assert.equal((await source.list('available')).length, 3);
			assert.equal((await source.get(platform.account.ownToken.id))?.name, 'Connect Tokens');
			await assert.rejects(source.reload(), /Couldn't reach/);
			await platform.start();
			await source.reload();
			assert.equal(source.problem, undefined);
		});

		it('to its end, shows what came of it', async () => {
			const platform = started();
			platform.account.seed(500);
			const source = await open();
			platform.fault(({ query }) => query.includes('offset=396'), { outcome: errorResponse(500) });
			await assert.rejects(source.list(), /failed to process the request \(500\)/);
			const known = await source.list('available');
			assert.ok(known.length >= 100 && known.length < 500);
			assert.deepEqual(source.remote.syncState, { readAt: null, progress: null });
		});
	});

	describe('with tokens that are not understood', () => {
		it('shows the others and says how many there are', async () => {
			const platform = started();
			platform.account.seed(150);
			const bad = [...platform.account.tokens.values()].slice(97, 102);
			Object.assign(bad[0]!.extra, { name: 7 });
			Object.assign(bad[1]!.extra, { permissions: 'all' });
			Object.assign(bad[2]!.extra, { expiration_date: 'tomorrow' });
			Object.assign(bad[3]!.extra, { events: null });
			Object.assign(bad[4]!.extra, { status: null });
			const source = await open();
			assert.equal((await source.list()).length, 145);
			assert.deepEqual(source.problem?.args.at(-1), 5);
			bad.forEach((one) => (one.extra = {}));
			await source.reload();
			assert.equal((await source.list()).length, 150);
			assert.equal(source.problem, undefined);
		});

		it('bears with what the platform may add or leave out', async () => {
			const platform = started();
			const { account } = platform;
			const [frozen, pending, bare] = [account.add(), account.add(), account.add()];
			Object.assign(frozen.extra, { status: 'frozen', colour: 'blue', permissions: [{ object: { id: 'MD-0001', access: 'read' } }] });
			Object.assign(pending.extra, { status: 'pending' });
			const gone = account.add();
			Object.assign(gone.extra, { status: 'deleted' });
			platform.fault(LIST_OPERATION, {
				outcome: changeBody((list) =>
					(list as { id: string; events: { created: { at: string } } }[]).map((one) =>
						one.id === bare.id
							? { id: one.id, status: 'active', extension: { name: 'custom' }, events: { created: { at: one.events.created.at } } }
							: one,
					),
				),
			});
			const source = await open();
			const [, first, second, third, ...rest] = await source.list();
			assert.deepEqual([first?.status, first?.platformStatus, first?.permissions], ['other', 'frozen', ['MD-0001']]);
			assert.deepEqual([second?.status, second?.platformStatus], ['other', 'pending']);
			const at = { at: now.toISOString(), by: '' };
			assert.deepEqual(third, {
				id: bare.id,
				name: bare.id,
				externalId: null,
				description: '',
				extension: { id: 'custom', name: 'custom' },
				permissions: [],
				status: 'active',
				expirationDate: null,
				renewedExpirationDate: null,
				created: at,
				updated: at,
			});
			assert.deepEqual(rest, [], 'what is deleted is left out');
			assert.equal(source.problem, undefined);
			assert.equal(await source.get(gone.id), undefined);
			await assert.rejects(source.disable(frozen.id), /doesn't allow changes here/);
		});
	});

	it('has the statuses that the platform tells, and those that come with the time', async () => {
		const platform = started();
		const { account } = platform;
		const inDays = (days: number) => new Date(now.getTime() + days * 24 * 60 * MINUTE_MS).toISOString();
		account.add({ name: 'early', extra: { status: 'expiring' }, expirationDate: inDays(30) });
		account.add({ name: 'late', extra: { status: 'active' }, expirationDate: inDays(5) });
		account.add({ name: 'over', extra: { status: 'active' }, expirationDate: inDays(-1) });
		account.add({ name: 'ended', extra: { status: 'expired' }, expirationDate: inDays(30) });
		account.add({ name: 'off', extra: { status: 'inactive' }, expirationDate: inDays(-1) });
		const renewed = account.add({ name: 'renewed', expirationDate: inDays(3) });
		account.renew(renewed.id, inDays(20));
		const source = await open();
		const statuses = async () => Object.fromEntries((await source.list('cached')).slice(1).map(({ name, status }) => [name, status]));
		await source.list();
		assert.deepEqual(await statuses(), {
			early: 'expiring',
			late: 'expiring',
			over: 'expired',
			ended: 'expired',
			off: 'inactive',
			renewed: 'revitalised',
		});
		now = new Date(inDays(5));
		assert.deepEqual(await statuses(), {
			early: 'expiring',
			late: 'expired',
			over: 'expired',
			ended: 'expired',
			off: 'inactive',
			renewed: 'active',
		});
		now = new Date(inDays(15));
		assert.equal((await statuses()).renewed, 'expired');
	});

	it('is that of each account alone, though the ids are the same', async () => {
		const platform = started();
		const other = platform.addAccount({ name: 'Other' });
		const id = platform.account.add({ name: 'ours' }).id;
		other.add({ id, name: 'theirs' });
		const [ours, theirs] = [await open(), await open({ of: other })];
		assert.equal((await ours.get(id))?.name, 'ours');
		assert.equal((await theirs.get(id))?.name, 'theirs');
		await theirs.disable(id);
		await Promise.all([ours.reload(), theirs.reload()]);
		assert.equal((await ours.get(id))?.status, 'active');
		assert.equal((await theirs.get(id))?.status, 'inactive');
		assert.notDeepEqual(await ours.readKey(id), await theirs.readKey(id));
	});
});
