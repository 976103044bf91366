import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { AccountSources, MemoryAccountKeyStore } from '../../../support/connect/accountSources';
import { htmlResponse, loseResponse, redirectResponse, errorResponse, truncateBody } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('The keys of an account', () => {
	const started = usePlatform();
	const accounts = new AccountSources();

	it('are in no error, no file, no URL and nothing that is told, whatever happens', async () => {
		const platform = started();
		const { account } = platform;
		const own = account.ownToken;
		account.rotate(own.id, '2098-01-01T00:00:00Z');
		const other = account.add({ expirationDate: '2098-01-01T00:00:00Z' });
		const secrets = new Set<string>();
		const remember = () => {
			for (const { key, renewed } of account.tokens.values()) {
				[key, renewed].forEach((one) => one && secrets.add(one.secret));
			}
		};
		const cacheFile = await accounts.cacheFile();
		const credential = new MemoryAccountKeyStore(account.key);
		const source = await accounts.open(platform, { cacheFile, accountKeyStore: credential, timeoutMs: 100 });
		const told: unknown[] = [];
		source.onDidChange(() => told.push(source.problem, source.remote.syncState));
		const calls = [
			() => source.list(),
			() => source.reload(),
			() => source.getCatalog(),
			() => source.get(other.id),
			() => source.create({ name: `new ${'cd'.repeat(20)}`, description: 'd', permissions: ['MD-0001'] }),
			() => source.update(other.id, { name: `edited ${told.length}`, permissions: ['MD-0001'] }),
			() => source.disable(other.id),
			() => source.enable(other.id),
			() => source.renew(other.id, { expirationDate: '2099-01-01T00:00:00Z' }),
			() => source.rotate(other.id, { expirationDate: '2098-01-01T00:00:00Z' }),
			() => source.rotate(own.id, { expirationDate: '2098-01-01T00:00:00Z' }),
			() => source.listKeys(other.id),
			() => source.getUsage(other.id),
			() => source.getUsage(account.authorization(other)),
			() => source.get(account.authorization(other)),
			() => source.update(other.id, { permissions: [account.authorization(other)] }),
		];
		const echo = () => ({
			...errorResponse(400),
			body: JSON.stringify({ errors: [`The key ${account.key} of ${account.authorization(other)}`] }),
		});
		const key = () => redirectResponse(302, `https://elsewhere.example/${other.key.secret}?key=${other.key.secret}`);
		const outcomes = [
			undefined,
			errorResponse(401),
			errorResponse(403),
			errorResponse(500),
			htmlResponse(200),
			truncateBody,
			'reset',
			'stall',
			loseResponse(),
			echo,
			key,
		] as const;
		for (const outcome of outcomes) {
			const end = outcome === undefined ? () => undefined : platform.fault(() => true, { outcome });
			for (const call of calls) {
				remember();
				told.push(await call().then((result) => JSON.stringify(result), inspect));
				remember();
			}
			end();
			credential.key = account.key;
		}
		await source.whenCacheWritten;
		const everything = [
			JSON.stringify(told),
			readFileSync(cacheFile, 'utf8'),
			...platform.requests.map(({ path, query }) => `${path}?${query}`),
		];
		assert.ok(secrets.size > 5);
		for (const secret of secrets) {
			assert.ok(
				everything.every((text) => !text.includes(secret)),
				'no secret is found',
			);
		}
		assert.ok(told.length > 100);
	});

	it('are sent to the address of the account and nowhere else', async () => {
		const platform = started();
		const asked: string[] = [];
		const source = await accounts.open(platform, {
			fetch: (input, init) => {
				assert.ok(typeof input === 'string');
				asked.push(input);
				assert.equal(init?.redirect, 'manual');
				return globalThis.fetch(input, init);
			},
		});
		await source.list();
		await source.getCatalog();
		await source.delete((await source.create({ name: 'new' })).id);
		await assert.rejects(source.delete('../../elsewhere'));
		assert.ok(asked.length > 5);
		assert.ok(asked.every((url) => url.startsWith(`${platform.endpoint}/`)));
	});
});
