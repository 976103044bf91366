import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatApiKey } from '../../../src/domain/apiKey';
import { silentLog } from '../../../src/domain/log';
import { ProblemError } from '../../../src/domain/problems';
import { removeKeysFromHistory } from '../../../src/requestFiles/replaceKeysInHistory';
import { findHistoriesWithKeys, writeCleanedHistory } from '../../../src/storage/restClientHistory';

const TOKEN_ID = 'SU-631-646-036';
const HISTORY = JSON.stringify([
	{ method: 'GET', url: 'http://a.example', headers: { authorization: formatApiKey({ tokenId: TOKEN_ID, secret: '0f1e'.repeat(10) }) } },
]);

describe('The REST Client history on disk', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-history-'));
	});

	afterEach(() => rm(folder, { recursive: true, force: true }));

	async function writeHistory(path: string, content: string | Uint8Array = HISTORY): Promise<string> {
		const file = join(folder, path, 'history.json');
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, content);
		return file;
	}

	const find = (environment: Record<string, string> = {}) =>
		findHistoriesWithKeys({ environment, homeFolder: folder, log: silentLog }, (text) => removeKeysFromHistory(text, new Set([TOKEN_ID])));

	it('is found in each location that a version of REST Client uses', async () => {
		const paths = await Promise.all(['custom', '.rest-client', 'state/rest-client', 'cache/rest-client'].map((path) => writeHistory(path)));
		const histories = await find({
			VSC_REST_CLIENT_HOME: join(folder, 'custom'),
			XDG_STATE_HOME: join(folder, 'state'),
			XDG_CACHE_HOME: join(folder, 'cache'),
		});
		assert.deepEqual(
			histories.map(({ path, requestCount }) => [path.slice(-30), requestCount]),
			paths.map((path) => [path.slice(-30), 1]),
		);
	});

	it('is found once if two locations are the same file', async () => {
		await writeHistory('.rest-client');
		await symlink(join(folder, '.rest-client'), join(folder, 'link'));
		assert.equal((await find({ VSC_REST_CLIENT_HOME: join(folder, 'link') })).length, 1);
	});

	it('is skipped without keys, and missing files are ignored', async () => {
		assert.deepEqual(await find({ XDG_STATE_HOME: '' }), []);
		await writeHistory('.rest-client', '[]');
		assert.deepEqual(await find(), []);
		await writeHistory('.rest-client', 'not a history');
		assert.deepEqual(await find(), []);
	});

	it('is rewritten with references, and leaves no temporary files', async () => {
		const file = await writeHistory('.rest-client');
		const [history] = await find();
		await writeCleanedHistory(history!);
		assert.match(await readFile(file, 'utf8'), /ApiKey \{\{\$processEnv CONNECT_SU_631_646_036\}\}/);
		assert.deepEqual(await find(), []);
		assert.deepEqual(await readdir(dirname(file)), ['history.json']);
	});

	it('isn’t overwritten if REST Client has changed it', async () => {
		const file = await writeHistory('.rest-client');
		const [history] = await find();
		await writeFile(file, '[]');
		await assert.rejects(writeCleanedHistory(history!), /REST Client just updated its history/);
		assert.equal(await readFile(file, 'utf8'), '[]');
	});

	it('is reported if it contains keys in an unsupported format', async () => {
		await writeHistory('.rest-client', `{"items": ${HISTORY}}`);
		await assert.rejects(find(), /format isn't supported/);
	});

	it('is reported if it isn’t valid UTF-8', async () => {
		await writeHistory('.rest-client', Buffer.from([0x5b, 0xff, 0x5d]));
		await assert.rejects(find(), ProblemError);
	});
});
