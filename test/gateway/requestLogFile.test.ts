import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedRequest } from '../../src/domain/loggedRequest';
import { RequestLogFile } from '../../src/gateway/requestLogFile';

const request: LoggedRequest = {
	time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
	tokenId: 'SU-000-000-001',
	method: 'GET',
	path: '/products',
	status: 403,
	durationMs: 1.5,
	reason: { kind: 'missingModule', modules: ['products'] },
};

describe('The file with requests', () => {
	let folder: string;
	let path: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-requests-'));
		path = join(folder, 'logs', 'gateway.jsonl');
	});

	afterEach(() => rm(folder, { recursive: true }));

	const fail = (error: unknown) => assert.fail(String(error));

	it('has a line of JSON for each request, and only its owner can read it', async () => {
		const file = new RequestLogFile(path, fail);
		file.add(request);
		file.add({ ...request, tokenId: null, status: 200, reason: undefined });
		await file.flush();
		const [first, second, rest] = (await readFile(path, 'utf8')).split('\n');
		assert.deepEqual(JSON.parse(first!), {
			time: '2026-01-02T03:04:05.006Z',
			token: 'SU-000-000-001',
			method: 'GET',
			path: '/products',
			status: 403,
			durationMs: 1.5,
			reason: { kind: 'missingModule', modules: ['products'] },
		});
		assert.deepEqual(Object.keys(JSON.parse(second!) as object), ['time', 'token', 'method', 'path', 'status', 'durationMs']);
		assert.equal(rest, '');
		if (process.platform !== 'win32') {
			assert.equal((await stat(path)).mode & 0o777, 0o600);
		}
	});

	it('is replaced when it is too large, and keeps the previous one', async () => {
		const file = new RequestLogFile(path, fail, 1000);
		for (let index = 0; index < 40; index++) {
			file.add({ ...request, status: 200 + index });
			await file.flush();
		}
		const [current, previous] = await Promise.all([readFile(path, 'utf8').catch(() => ''), readFile(`${path}.old`, 'utf8')]);
		assert.ok(previous.length >= 1000 && previous.length < 1300, String(previous.length));
		assert.ok(current.length < 1000);
		const statuses = (previous + current).trim().split('\n');
		assert.equal((JSON.parse(statuses.at(-1)!) as LoggedRequest).status, 239);
	});

	it('reports a batch that cannot be written, and writes the next one', async () => {
		await writeFile(join(folder, 'logs'), '');
		const errors: unknown[] = [];
		const file = new RequestLogFile(path, (error) => errors.push(error));
		file.add(request);
		await file.flush();
		assert.equal(errors.length, 1);
		await rm(join(folder, 'logs'));
		file.add(request);
		await file.flush();
		assert.equal((await readFile(path, 'utf8')).trim().split('\n').length, 1);
	});

	it('counts requests that a slow disk has no time for', async () => {
		const file = new RequestLogFile(path, fail);
		for (let index = 0; index < 20_500; index++) {
			file.add(request);
		}
		await file.flush();
		const lines = (await readFile(path, 'utf8')).trim().split('\n');
		assert.equal(lines.length, 20_001);
		assert.equal((JSON.parse(lines.at(-1)!) as { skipped: number }).skipped, 500);
	});
});
