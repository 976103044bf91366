import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TestAccounts } from '../../../support/connect/testAccounts';
import { errorResponse } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';
import { eventually } from '../../../support/eventually';

const MINUTE_MS = 60_000;

describe('account cache', () => {
	let now: Date;
	beforeEach(() => (now = new Date('2030-01-01T00:00:00Z')));
	const getPlatform = usePlatform({ now: () => now });
	const accounts = new TestAccounts();

	/** Creates the cache file of a window that has read the tokens and the catalog. Returns its path. */
	async function createCache(total: number): Promise<string> {
		const platform = getPlatform();
		platform.account.seed(total);
		const cacheFile = await accounts.createCachePath();
		const source = await accounts.open(platform, { cacheFile, clock: () => now });
		await source.list();
		await source.getCatalog();
		await source.whenCacheWritten;
		source.dispose();
		platform.requests.length = 0;
		return cacheFile;
	}
	const reopen = (cacheFile: string) => accounts.open(getPlatform(), { cacheFile, clock: () => now });

	it('makes tokens available immediately after reopening, with the time when they were read', async () => {
		const cacheFile = await createCache(120);
		const platform = getPlatform();
		const readAt = now.toISOString();
		now = new Date(now.getTime() + 4 * MINUTE_MS);
		const source = await reopen(cacheFile);
		for (const mode of ['cached', 'available', 'complete'] as const) {
			assert.equal((await source.list(mode)).length, 120);
		}
		assert.deepEqual(source.remote.syncState, { readAt, progress: null });
		assert.equal(source.getModuleName('MD-0001'), 'Account');
		assert.deepEqual(platform.requests, []);
		now = new Date(now.getTime() + MINUTE_MS);
		assert.equal((await source.list('available')).length, 120);
		await eventually(() => assert.equal(source.remote.syncState.readAt, now.toISOString()));
		assert.equal(platform.requests.length, 2);
	});

	it('keeps the format of the first version of the file', async () => {
		const content = JSON.parse(readFileSync(await createCache(1), 'utf8')) as object;
		assert.deepEqual(Object.keys(content), ['version', 'of', 'readAt', 'tokens', 'catalogue']);
	});

	it('keeps the list and the catalog available offline', async () => {
		const cacheFile = await createCache(3);
		const platform = getPlatform();
		await platform.stop();
		const readAt = now.toISOString();
		now = new Date(now.getTime() + 24 * 60 * MINUTE_MS);
		const source = await reopen(cacheFile);
		const [token] = await source.list();
		assert.equal(token?.name, 'Connect Tokens');
		await eventually(() => assert.match(source.problem?.template ?? '', /Couldn't reach/));
		assert.equal(source.remote.syncState.readAt, readAt);
		assert.deepEqual(await source.get(token.id), token);
		assert.equal((await source.listKeys(token.id)).length, 1);
		assert.ok((await source.getCatalog()).extensions.length > 0);
		await assert.rejects(source.rotate(token.id), /Couldn't reach/);
		await assert.rejects(source.readKey(token.id), /Couldn't reach/);
	});

	it('is not used for a token if the platform is available', async () => {
		const cacheFile = await createCache(3);
		const platform = getPlatform();
		const [own, edited, deleted] = [...platform.account.tokens.keys()];
		platform.account.edit(edited!, { name: 'elsewhere' });
		platform.account.delete(deleted!);
		const source = await reopen(cacheFile);
		assert.equal((await source.get(edited!))?.name, 'elsewhere');
		assert.equal(await source.get(deleted!), undefined);
		assert.deepEqual(
			(await source.list('cached')).map(({ id }) => id),
			[own, edited],
		);
		platform.fault(({ path }) => path.endsWith(own!), { outcome: errorResponse(403) });
		await assert.rejects(source.get(own!), /Integrations/);
	});

	it('is updated after actions of this window', async () => {
		const cacheFile = await createCache(2);
		const source = await reopen(cacheFile);
		const { id } = await source.create({ name: 'new' });
		await source.disable(id);
		await source.whenCacheWritten;
		source.dispose();
		const reopened = await reopen(cacheFile);
		assert.deepEqual((await reopened.list('cached')).map(({ name, status }) => `${name} ${status}`).at(-1), 'new inactive');
	});

	it('is readable only by its owner, and leaves no temporary files', async function () {
		const cacheFile = await createCache(2);
		assert.deepEqual(readdirSync(dirname(cacheFile)), ['one.json']);
		if (process.platform === 'win32') {
			this.skip();
		}
		assert.equal(statSync(cacheFile).mode & 0o777, 0o600);
	});

	it('does no harm if it is damaged, belongs to another account, or cannot be written', async function () {
		const cacheFile = await createCache(3);
		const platform = getPlatform();
		const intact = readFileSync(cacheFile, 'utf8');
		const damaged = [
			intact.slice(0, -10),
			'',
			'[]',
			'null',
			intact.replace('"version":1', '"version":2'),
			intact.replace('"name":"', '"name":7,"x":"'),
		];
		for (const text of damaged) {
			writeFileSync(cacheFile, text);
			const source = await reopen(cacheFile);
			assert.deepEqual(await source.list('cached'), []);
			assert.equal((await source.list()).length, 3);
			await source.whenCacheWritten;
			source.dispose();
			assert.equal(readFileSync(cacheFile, 'utf8').includes(platform.account.ownToken.id), true);
		}
		const other = await accounts.open(platform, { platformAccount: platform.addAccount(), cacheFile, clock: () => now });
		assert.deepEqual(await other.list('cached'), []);
		if (process.platform === 'win32' || process.getuid?.() === 0) {
			const folderAtCachePath = await accounts.createCachePath();
			mkdirSync(folderAtCachePath, { recursive: true });
			const source = await reopen(folderAtCachePath);
			assert.equal((await source.list()).length, 3);
			await source.whenCacheWritten;
			assert.deepEqual(readdirSync(dirname(folderAtCachePath)), ['one.json']);
			return;
		}
		chmodSync(dirname(cacheFile), 0o500);
		try {
			const source = await reopen(cacheFile);
			await source.reload();
			assert.equal((await source.list()).length, 3);
			await source.whenCacheWritten;
		} finally {
			chmodSync(dirname(cacheFile), 0o700);
		}
	});
});
