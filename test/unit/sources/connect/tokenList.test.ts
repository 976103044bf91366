import assert from 'node:assert/strict';
import type { TokenSource } from '../../../../src/domain/ports';
import type { PlatformAccount } from '../../../support/connect/platformAccount';
import { TestAccounts } from '../../../support/connect/testAccounts';
import { changeBody, errorResponse } from '../../../support/connect/platformFaults';
import type { Platform, RecordedRequest } from '../../../support/connect/simulatedPlatform';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const MINUTE_MS = 60_000;
const LIST_OPERATION = 'GET /auth/tokens';
const getIds = (tokens: readonly { id: string }[]) => tokens.map(({ id }) => id);
const getOffset = ({ query }: RecordedRequest) => Number(/offset=(\d+)/.exec(query)?.[1]);
const listRequests = ({ requests }: Platform) => requests.filter(({ operation }) => operation === LIST_OPERATION);

/** Resolves when the source isn't reading the list. */
const waitUntilRead = (source: TokenSource) => eventually(() => assert.equal(source.remote?.syncState.progress, null));

describe('token list', () => {
	let now: Date;
	beforeEach(() => (now = new Date('2030-01-01T00:00:00Z')));
	const getPlatform = usePlatform({ now: () => now });
	const accounts = new TestAccounts();
	const open = (options: Parameters<TestAccounts['open']>[1] = {}) => accounts.open(getPlatform(), { clock: () => now, ...options });

	it('is complete and in the order of creation, regardless of its length', async () => {
		for (const total of [1, 2, 99, 100, 101, 199, 200, 298]) {
			const platform = getPlatform();
			platform.account.seed(total);
			assert.deepEqual(getIds(await (await open()).list()), [...platform.account.tokens.keys()], `${total} tokens`);
		}
	});

	it('of 10,000 tokens is read a few pages at a time, and available from the first page on', async () => {
		const platform = getPlatform();
		platform.account.seed(10_000);
		const source = await open();
		const lengths: number[] = [];
		source.onDidChange(() => void source.list('cached').then((tokens) => lengths.push(tokens.length)));
		const first = await source.list('available');
		assert.ok(first.length >= 100 && first.length < 10_000, `${first.length} at first`);
		const { readAt, progress } = source.remote.syncState;
		assert.deepEqual({ readAt, total: progress?.total }, { readAt: null, total: 10_000 });
		assert.deepEqual(getIds(await source.list('complete')), [...platform.account.tokens.keys()]);
		assert.deepEqual(source.remote.syncState, { readAt: now.toISOString(), progress: null });
		assert.equal(lengths.at(-1), 10_000);
		assert.ok(platform.maxConcurrentRequests <= 4, `${platform.maxConcurrentRequests} at once`);
		assert.ok(listRequests(platform).length <= 102, `${listRequests(platform).length} requests`);
	});

	it('does not block the user’s actions while it is read', async () => {
		const platform = getPlatform();
		platform.account.seed(1000);
		const removeFault = platform.fault(({ query }) => query.includes('offset') && !query.includes('offset=0'), { outcome: 'stall' });
		const source = await open({ timeoutMs: 60_000 });
		await source.list('available');
		await eventually(() => assert.equal(listRequests(platform).length, 4));
		const { id } = platform.account.ownToken;
		assert.ok('authorization' in (await source.readKey(id)));
		removeFault();
	});

	it('can be read from a server that returns fewer items per page than requested', async () => {
		const platform = getPlatform();
		platform.account.seed(95);
		platform.fault(LIST_OPERATION, {
			outcome: (regular) => {
				const [, from, , total] = /items (\d+)-(\d+)\/(\d+)/.exec(regular.headers['content-range']!)!;
				const body = JSON.stringify((JSON.parse(regular.body) as unknown[]).slice(0, 10));
				return { ...regular, headers: { ...regular.headers, 'content-range': `items ${from!}-${Number(from) + 9}/${total!}` }, body };
			},
		});
		assert.deepEqual(getIds(await (await open()).list()), [...platform.account.tokens.keys()]);
	});

	it('ends if the server ignores the offset', async () => {
		const platform = getPlatform();
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

	describe('that changes during the read', () => {
		/** Tokens that existed during the whole read must be listed exactly once, and unknown ones not at all. */
		async function assertComplete(source: TokenSource, account: PlatformAccount, initialIds: readonly string[]): Promise<void> {
			const found = getIds(await source.list());
			assert.equal(new Set(found).size, found.length, 'no token is listed twice');
			const missing = initialIds.filter((id) => account.tokens.has(id) && !found.includes(id));
			assert.deepEqual(missing, [], 'no token is missing');
			const unknown = found.filter((id) => !account.tokens.has(id) && !initialIds.includes(id));
			assert.deepEqual(unknown, [], 'no token is unknown');
		}

		/** Deletes the first tokens, except the account's own. */
		const deleteFirst = ({ tokens, ownToken }: PlatformAccount, count = 1) =>
			[...tokens.keys()]
				.filter((id) => id !== ownToken.id)
				.slice(0, count)
				.forEach((id) => tokens.delete(id));

		const changes: [name: string, change: (account: PlatformAccount, request: RecordedRequest) => void][] = [
			['loses a token before each page', (account) => deleteFirst(account)],
			[
				'loses a token before the second page',
				(account, request) => getOffset(request) > 0 && getOffset(request) < 100 && deleteFirst(account),
			],
			[
				'loses forty tokens before the third page',
				(account, request) => getOffset(request) > 100 && getOffset(request) < 200 && deleteFirst(account, 40),
			],
			[
				'loses half of its tokens in the middle of the read',
				(account, request) => getOffset(request) > 400 && getOffset(request) < 500 && deleteFirst(account, 450),
			],
			['gets a token with each page', (account) => void account.add()],
			['loses and gets a token with each page, so its length stays the same', (account) => (deleteFirst(account), void account.add())],
			[
				'loses the last page',
				({ tokens }, request) => getOffset(request) > 0 && [...tokens.keys()].slice(850).forEach((id) => tokens.delete(id)),
			],
		];
		for (const [name, change] of changes) {
			it(`has no missing or duplicate tokens if it ${name}`, async () => {
				const platform = getPlatform();
				const { account } = platform;
				account.seed(950);
				const initialIds = [...account.tokens.keys()];
				let requestCount = 0;
				platform.fault(LIST_OPERATION, {
					before: (request) => (requestCount++ < 200 ? change(account, request) : undefined),
				});
				const source = await open();
				await assertComplete(source, account, initialIds);
				assert.ok(listRequests(platform).length < 60, `${listRequests(platform).length} requests`);
			});
		}

		it('includes changes of this window that are newer than a page', async () => {
			const platform = getPlatform();
			const { account } = platform;
			account.seed(300);
			const [, disabled, deleted] = [...account.tokens.keys()];
			const source = await open();
			let createdId = '';
			let changesMade: Promise<unknown> | undefined;
			platform.fault(LIST_OPERATION, {
				outcome: (regular) => regular,
				times: 1,
				before: async () => {
					changesMade ??= (async () => {
						await source.disable(disabled!);
						await source.delete(deleted!);
						({ id: createdId } = await source.create({ name: 'new' }));
					})();
					await changesMade;
				},
			});
			const listed = await source.list();
			assert.deepEqual(getIds(listed), [...account.tokens.keys()]);
			assert.equal(listed.find(({ id }) => id === disabled)?.status, 'inactive');
			assert.ok(getIds(listed).includes(createdId));
		});
	});

	it('shows changes of its tokens immediately, without being read again', async () => {
		const platform = getPlatform();
		platform.account.seed(120);
		const source = await open();
		await source.list();
		const previousCount = listRequests(platform).length;
		const { id, ...token } = await source.create({ name: 'new', permissions: ['MD-0001'] });
		const findCached = async () => (await source.list('cached')).find((listed) => listed.id === id);
		assert.deepEqual(await findCached(), { id, ...token });
		await source.update(id, { name: 'newer' });
		assert.equal((await findCached())?.name, 'newer');
		await source.disable(id);
		assert.equal((await findCached())?.status, 'inactive');
		await source.delete(id);
		assert.equal(await findCached(), undefined);
		assert.deepEqual(
			listRequests(platform)
				.slice(previousCount)
				.filter(({ query }) => query.includes('offset=0') && !query.includes('name=')),
			[],
		);
	});

	describe('when requested', () => {
		it('in the mode “cached”, sends no requests', async () => {
			const platform = getPlatform();
			const source = await open();
			assert.deepEqual(await source.list('cached'), []);
			assert.deepEqual(platform.requests, []);
			assert.deepEqual(source.remote.syncState, { readAt: null, progress: null });
		});

		it('is read again in the background if it is older than five minutes, without a timer', async () => {
			const platform = getPlatform();
			const source = await open();
			await source.list();
			await source.getCatalog();
			const previousCount = platform.requests.length;
			const { id } = platform.account.add({ name: 'elsewhere' });
			now = new Date(now.getTime() + 5 * MINUTE_MS - 1);
			assert.equal((await source.list()).length, 1);
			assert.equal(platform.requests.length, previousCount);
			now = new Date(now.getTime() + 1);
			assert.equal((await source.list('cached')).length, 1);
			assert.equal(platform.requests.length, previousCount);
			assert.equal((await source.list()).length, 1, 'the known list is returned immediately');
			assert.notEqual(source.remote.syncState.progress, null);
			await waitUntilRead(source);
			assert.deepEqual(getIds(await source.list('cached')), [platform.account.ownToken.id, id]);
			assert.equal(source.remote.syncState.readAt, now.toISOString());
		});

		it('is read only once for concurrent calls', async () => {
			const platform = getPlatform();
			const source = await open();
			await Promise.all([source.list(), source.list('available'), source.list('complete'), source.list('available')]);
			assert.equal(listRequests(platform).length, 1);
		});

		it('while it is being read, is read again afterward', async () => {
			const platform = getPlatform();
			const source = await open();
			await source.list();
			let addedId = '';
			platform.fault(LIST_OPERATION, { outcome: (regular) => ((addedId ||= platform.account.add().id), regular), times: 1 });
			const [firstReload] = [source.reload(), source.reload()];
			await firstReload;
			assert.equal((await source.list()).length, 1);
			await source.reload();
			assert.ok(getIds(await source.list()).includes(addedId));
			assert.equal(listRequests(platform).length, 3);
		});
	});

	describe('that cannot be read', () => {
		it('rejects with the reason, and is not read again for a minute unless the user reloads it', async () => {
			const platform = getPlatform();
			const source = await open();
			const removeFault = platform.fault(LIST_OPERATION, { outcome: errorResponse(403) });
			let eventCount = 0;
			// As the Tokens view does.
			source.onDidChange(() => {
				eventCount++;
				void source.list('available').catch(() => undefined);
			});
			await assert.rejects(source.list(), /doesn't have the Integrations module/);
			await assert.rejects(source.list('available'), /doesn't have the Integrations module/);
			assert.match(source.problem?.template ?? '', /doesn't have the Integrations module/);
			assert.ok(eventCount > 0);
			assert.equal(listRequests(platform).length, 1);
			await assert.rejects(source.reload(), /doesn't have the Integrations module/);
			assert.equal(listRequests(platform).length, 2);
			removeFault();
			now = new Date(now.getTime() + MINUTE_MS - 1);
			await assert.rejects(source.list(), /doesn't have the Integrations module/);
			now = new Date(now.getTime() + 1);
			assert.equal((await source.list()).length, 1);
			assert.equal(source.problem, undefined);
		});

		it('keeps the known tokens, and the time when they were read', async () => {
			const platform = getPlatform();
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

		it('contains the pages that were read before a failure', async () => {
			const platform = getPlatform();
			platform.account.seed(500);
			const source = await open();
			platform.fault(({ query }) => query.includes('offset=396'), { outcome: errorResponse(500) });
			await assert.rejects(source.list(), /failed to process the request \(500\)/);
			const available = await source.list('available');
			assert.ok(available.length >= 100 && available.length < 500);
			assert.deepEqual(source.remote.syncState, { readAt: null, progress: null });
		});
	});

	describe('with unusual tokens', () => {
		it('shows the others, and the number of unreadable ones', async () => {
			const platform = getPlatform();
			platform.account.seed(150);
			const unreadable = [...platform.account.tokens.values()].slice(97, 102);
			Object.assign(unreadable[0]!.extra, { name: 7 });
			Object.assign(unreadable[1]!.extra, { permissions: 'all' });
			Object.assign(unreadable[2]!.extra, { expiration_date: 'tomorrow' });
			Object.assign(unreadable[3]!.extra, { events: null });
			Object.assign(unreadable[4]!.extra, { status: null });
			const source = await open();
			assert.equal((await source.list()).length, 145);
			assert.deepEqual(source.problem?.args.at(-1), 5);
			unreadable.forEach((token) => (token.extra = {}));
			await source.reload();
			assert.equal((await source.list()).length, 150);
			assert.equal(source.problem, undefined);
		});

		it('supports unknown and missing fields', async () => {
			const platform = getPlatform();
			const { account } = platform;
			const [frozen, pending, bare] = [account.add(), account.add(), account.add()];
			Object.assign(frozen.extra, { status: 'frozen', color: 'blue', permissions: [{ object: { id: 'MD-0001', access: 'read' } }] });
			Object.assign(pending.extra, { status: 'pending' });
			const deleted = account.add();
			Object.assign(deleted.extra, { status: 'deleted' });
			platform.fault(LIST_OPERATION, {
				outcome: changeBody((list) =>
					(list as { id: string; events: { created: { at: string } } }[]).map((token) =>
						token.id === bare.id
							? { id: token.id, status: 'active', extension: { name: 'custom' }, events: { created: { at: token.events.created.at } } }
							: token,
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
			assert.deepEqual(rest, [], 'deleted tokens are hidden');
			assert.equal(source.problem, undefined);
			assert.equal(await source.get(deleted.id), undefined);
			await assert.rejects(source.disable(frozen.id), /doesn't allow changes here/);
		});
	});

	it('has the platform’s statuses, updated as time passes', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const inDays = (days: number) => new Date(now.getTime() + days * 24 * 60 * MINUTE_MS).toISOString();
		account.add({ name: 'early', extra: { status: 'expiring' }, expirationDate: inDays(30) });
		account.add({ name: 'late', extra: { status: 'active' }, expirationDate: inDays(5) });
		account.add({ name: 'past', extra: { status: 'active' }, expirationDate: inDays(-1) });
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
			past: 'expired',
			ended: 'expired',
			off: 'inactive',
			renewed: 'revitalised',
		});
		now = new Date(inDays(5));
		assert.deepEqual(await statuses(), {
			early: 'expiring',
			late: 'expired',
			past: 'expired',
			ended: 'expired',
			off: 'inactive',
			renewed: 'active',
		});
		now = new Date(inDays(15));
		assert.equal((await statuses()).renewed, 'expired');
	});

	it('is separate for each account, even if token IDs are the same', async () => {
		const platform = getPlatform();
		const other = platform.addAccount({ name: 'Other' });
		const id = platform.account.add({ name: 'ours' }).id;
		other.add({ id, name: 'theirs' });
		const [ours, theirs] = [await open(), await open({ platformAccount: other })];
		assert.equal((await ours.get(id))?.name, 'ours');
		assert.equal((await theirs.get(id))?.name, 'theirs');
		await theirs.disable(id);
		await Promise.all([ours.reload(), theirs.reload()]);
		assert.equal((await ours.get(id))?.status, 'active');
		assert.equal((await theirs.get(id))?.status, 'inactive');
		assert.notDeepEqual(await ours.readKey(id), await theirs.readKey(id));
	});
});
