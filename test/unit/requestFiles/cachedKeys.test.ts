import assert from 'node:assert/strict';
import type { KeyReadResult } from '../../../src/domain/ports';
import type { Token } from '../../../src/domain/token';
import { createLog } from '../../../src/domain/log';
import { CachedKeyReader } from '../../../src/requestFiles/cachedKeyReader';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';
import { unaskedKeys } from '../../support/testBroker';

const KEY = `SU-631-646-036:${'0f1e'.repeat(10)}`;

describe('Cached keys', () => {
	let now: Date;
	let lines: string[];
	let result: KeyReadResult | Error;
	let reads: number;
	let readAt: string;
	let reader: CachedKeyReader;

	beforeEach(() => {
		now = new Date('2030-01-01T00:00:00Z');
		lines = [];
		result = { authorization: `ApiKey ${KEY}` };
		reads = 0;
		readAt = '2030-01-01T00:00:00.000Z';
		reader = new CachedKeyReader(
			(found) => unaskedKeys.release({ found, form: 'credential' }),
			() => now,
			createLog((_level, line) => lines.push(line)),
		);
	});

	const readKey = () => {
		reads++;
		return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
	};
	const workspaceToken = (changes: Partial<Token> = {}) => createSourceToken(changes, { readKey });
	const accountToken = (changes: Partial<Token> = {}, id?: string) => {
		const source = createAccountSource(id);
		const syncState = { readAt, progress: null };
		return createSourceToken(changes, { ...source, remote: { ...source.remote!, syncState }, readKey });
	};
	const advanceClock = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));

	it('are read again after the token was changed, rotated, or renewed', async () => {
		const stamp = { at: '2030-01-01T00:00:01.000Z', by: 'someone' };
		for (const changes of [
			{},
			{ updated: stamp },
			{ expirationDate: '2031-01-01T00:00:00.000Z' },
			{ renewedExpirationDate: '2031-01-01T00:00:00.000Z' },
			{ id: 'SU-000-000-001' },
		]) {
			const before = reads;
			assert.deepEqual(await reader.read([accountToken(changes)], false), [KEY]);
			assert.deepEqual(await reader.read([accountToken(changes)], false), [KEY]);
			assert.equal(reads, before + 1, JSON.stringify(changes));
		}
	});

	it('are not shared by sources or accounts', async () => {
		await reader.read([accountToken(), accountToken({}, 'VA-1'), workspaceToken()], false);
		assert.equal(reads, 3);
	});

	it('are removed when they are not read anymore', async () => {
		await reader.read([accountToken()], false);
		await reader.read([], false);
		await reader.read([accountToken()], false);
		assert.equal(reads, 2);
	});

	it('are undefined if they are unavailable, which is logged', async () => {
		result = { unavailable: 'notShown' };
		assert.deepEqual(await reader.read([workspaceToken()], false), [undefined]);
		assert.match(lines.join(), /^Couldn't read the API key of SU-631-646-036: .*doesn't have permission to view/);
	});

	it('are undefined if they cannot be read, which is logged', async () => {
		result = new Error('no');
		assert.deepEqual(await reader.read([workspaceToken()], false), [undefined]);
		assert.deepEqual(lines, ["Couldn't read the API key of SU-631-646-036: Error: no"]);
	});

	it('of the workspace are read once', async () => {
		await reader.read([workspaceToken()], false);
		await reader.read([workspaceToken()], true);
		assert.equal(reads, 1);
	});

	it('of the workspace are read again right after a failure', async () => {
		result = { unavailable: 'vaultFailed' };
		await reader.read([workspaceToken()], false);
		await reader.read([workspaceToken()], false);
		assert.equal(reads, 2);
	});

	it('of an account are read again a minute after a failure', async () => {
		result = { unavailable: 'notShown' };
		await reader.read([accountToken()], false);
		advanceClock(59_999);
		await reader.read([accountToken()], false);
		assert.equal(reads, 1);
		advanceClock(1);
		await reader.read([accountToken()], false);
		assert.equal(reads, 2);
	});

	it('of an account are read again after the clock was set back', async () => {
		result = { unavailable: 'notShown' };
		await reader.read([accountToken()], false);
		await reader.read([accountToken()], false);
		assert.equal(reads, 1);
		advanceClock(-1);
		await reader.read([accountToken()], false);
		assert.equal(reads, 2);
	});

	it('of an account are read again after its tokens were listed', async () => {
		result = { unavailable: 'notShown' };
		await reader.read([accountToken()], false);
		readAt = '2030-01-01T00:00:01.000Z';
		await reader.read([accountToken()], false);
		assert.equal(reads, 2);
	});
});
