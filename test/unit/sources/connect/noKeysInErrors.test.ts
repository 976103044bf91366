import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { Log } from '../../../../src/domain/log';
import { probeAccount } from '../../../../src/sources/connect/accountProbe';
import type { ConnectSource } from '../../../../src/sources/connect/connectSource';
import { TestAccounts, MemoryAccountKeyStore } from '../../../support/connect/testAccounts';
import { htmlResponse, loseResponse, redirectResponse, errorResponse, truncateBody } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

/** Text in the tokens, and in the responses of the faults below. */
const BODY_TEXT = /confidential|Answered with|Not what you asked for|The key ApiKey/i;

/** Records messages with all details of errors. Doesn't mask anything, so the test doesn't depend on the masking of the real log. */
function createUnmaskedLog(lines: string[]): Log {
	const write = (message: string, error?: unknown) => void lines.push(`${message} ${inspect(error, { depth: 10 })}`);
	return { debug: write, info: write, warn: write, error: write };
}

describe('keys of an account', () => {
	const getPlatform = usePlatform();
	const accounts = new TestAccounts();

	it('do not appear in errors, files, URLs, results, or log messages, nor bodies in the log, after success or any failure', async () => {
		const platform = getPlatform();
		const { account } = platform;
		const { ownToken } = account;
		account.rotate(ownToken.id, '2098-01-01T00:00:00Z');
		const token = account.add({ name: 'Confidential', description: 'confidential', expirationDate: '2098-01-01T00:00:00Z' });
		const secrets = new Set<string>();
		const collectSecrets = () => {
			for (const { key, renewed } of account.tokens.values()) {
				[key, renewed].forEach((tokenKey) => tokenKey && secrets.add(tokenKey.secret));
			}
		};
		const cacheFile = await accounts.createCachePath();
		const accountKeyStore = new MemoryAccountKeyStore(account.key);
		const logLines: string[] = [];
		const log = createUnmaskedLog(logLines);
		const source = await accounts.open(platform, { cacheFile, accountKeyStore, log });
		/** For a platform that doesn't respond. */
		const impatientSource = await accounts.open(platform, { accountKeyStore, timeoutMs: 100, log });
		const outputs: unknown[] = [];
		source.onDidChange(() => outputs.push(source.problem, source.remote.syncState));
		impatientSource.onDidChange(() => outputs.push(impatientSource.problem));
		const createActions = (source: ConnectSource, timeoutMs?: number) => [
			() => source.list(),
			() => source.reload(),
			() => source.getCatalog(),
			() => source.get(token.id),
			() => source.create({ name: `confidential ${'cd'.repeat(20)}`, description: 'confidential', permissions: ['MD-0001'] }),
			() => source.update(token.id, { name: `confidential ${outputs.length}`, permissions: ['MD-0001'] }),
			() => source.disable(token.id),
			() => source.enable(token.id),
			() => source.renew(token.id, { expirationDate: '2099-01-01T00:00:00Z' }),
			() => source.rotate(token.id, { expirationDate: '2098-01-01T00:00:00Z' }),
			() => source.rotate(ownToken.id, { expirationDate: '2098-01-01T00:00:00Z' }),
			() => source.listKeys(token.id),
			() => source.getUsage(token.id),
			() => source.getUsage(account.authorization(token)),
			() => source.get(account.authorization(token)),
			() => source.rotate(account.authorization(token)),
			() => source.delete(account.authorization(token)),
			() => source.update(token.id, { permissions: [account.authorization(token)] }),
			() =>
				probeAccount({ endpoint: platform.endpoint, authorization: account.key, ...(timeoutMs && { timeoutMs }), retryDelayMs: 1, log }),
		];
		const echoKeys = () => ({
			...errorResponse(400, { 'x-request-id': 'test-request' }),
			body: JSON.stringify({ errors: [`The key ${account.key} of ${account.authorization(token)}`] }),
		});
		const redirectWithKey = () => redirectResponse(302, `https://elsewhere.example/${token.key.secret}?key=${token.key.secret}`);
		const outcomes = [
			undefined,
			errorResponse(401),
			errorResponse(403),
			errorResponse(409),
			errorResponse(500),
			htmlResponse(200),
			truncateBody,
			'reset',
			'stall',
			loseResponse(),
			echoKeys,
			redirectWithKey,
		] as const;
		for (const outcome of outcomes) {
			const removeFault = outcome === undefined ? () => undefined : platform.fault(() => true, { outcome });
			for (const action of outcome === 'stall' ? createActions(impatientSource, 100) : createActions(source)) {
				collectSecrets();
				outputs.push(await action().then((result) => JSON.stringify(result), inspect));
				collectSecrets();
			}
			removeFault();
			accountKeyStore.key = account.key;
		}
		const { id } = await source.create({ name: 'confidential' });
		await source.delete(id);
		accountKeyStore.read = () => Promise.reject(new Error('The keychain is locked'));
		outputs.push(await source.rotate(token.id).catch(inspect));
		await source.whenCacheWritten;
		const texts = [
			JSON.stringify(outputs),
			readFileSync(cacheFile, 'utf8'),
			...platform.requests.map(({ path, query }) => `${path}?${query}`),
			...logLines,
		];
		assert.ok(secrets.size > 5);
		for (const secret of secrets) {
			assert.ok(
				texts.every((text) => !text.includes(secret)),
				'no secret is found',
			);
		}
		assert.ok(outputs.length > 100);
		assert.deepEqual(
			logLines.filter((line) => BODY_TEXT.test(line)),
			[],
		);
		for (const expected of [
			/^VA-700-000-001: Reading the tokens completed in \d+ ms/,
			/: GET \/auth\/tokens returned 200 in \d+ ms/,
			/: GET \/auth\/tokens\/SU-\S+ returned 400 \(request ID test-request\) in \d+ ms/,
			/: GET \/auth\/tokens returned 302 in \d+ ms/,
			/: GET \S+ failed in \d+ ms.*didn't respond within/,
			...['create token', 'update', 'disable', 'enable', 'renew', 'rotate', 'delete'].map(
				(action) => new RegExp(`: ${action}.* completed in \\d+ ms`),
			),
			/: rotate unknown token failed after \d+ ms/,
			/^127\.0\.0\.1:\d+: GET \/accounts returned 200 in \d+ ms/,
		]) {
			assert.ok(
				logLines.some((line) => expected.test(line)),
				String(expected),
			);
		}
	});

	it('are sent only to the address of the account', async () => {
		const platform = getPlatform();
		const urls: string[] = [];
		const source = await accounts.open(platform, {
			fetch: (input, init) => {
				assert.ok(typeof input === 'string');
				urls.push(input);
				assert.equal(init?.redirect, 'manual');
				return globalThis.fetch(input, init);
			},
		});
		await source.list();
		await source.getCatalog();
		await source.delete((await source.create({ name: 'new' })).id);
		await assert.rejects(source.delete('../../elsewhere'));
		assert.ok(urls.length > 5);
		assert.ok(urls.every((url) => url.startsWith(`${platform.endpoint}/`)));
	});
});
