import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getVariableName } from '../../../src/requestFiles/keyReferences';
import { sendAllRequests } from '../../support/httpyac';
import { startRecordingServer, type RecordingServer } from '../../support/recordingServer';
import { AUTH, createImportSamples, IMPORTED_KEY, KEY, TOKEN_ID } from './importSamples';

const VARIABLE = getVariableName(TOKEN_ID);
const VALUE = `${TOKEN_ID}:test`;

describe('httpYac', function () {
	this.timeout(120_000);
	let folder: string;
	let good: RecordingServer;
	let other: RecordingServer;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-imports-'));
		[good, other] = await Promise.all([startRecordingServer(), startRecordingServer()]);
		process.env[VARIABLE] = VALUE;
	});

	afterEach(async () => {
		Reflect.deleteProperty(process.env, VARIABLE);
		await Promise.all([good.stop(), other.stop()]);
		await rm(folder, { recursive: true, force: true });
	});

	/** Sends the requests of `main.http` in a folder whose environment defines other values, and returns the headers that both servers got. */
	async function send(text: string, files: Readonly<Record<string, string>>) {
		const all = { 'package.json': '{}', '.env': `base=${other.origin}\nauth=none\n`, ...files, 'main.http': text };
		for (const [path, content] of Object.entries(all)) {
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(join(folder, path), content);
		}
		await sendAllRequests(join(folder, 'main.http'));
		const listKeys = ({ received }: RecordingServer) => received.map(({ headers }) => headers.authorization);
		return { good: listKeys(good), other: listKeys(other) };
	}

	for (const title of Object.keys(createImportSamples(''))) {
		it(`sends a key to the host in a variable ${title}`, async () => {
			const [text, files] = createImportSamples(good.origin)[title]!;
			assert.deepEqual(await send(text, files), { good: [`ApiKey ${VALUE}`], other: [] });
		});
	}

	it('resolves references in imported variables and requests', async () => {
		const text = `# @import ./a.http\n# @import ./c.http\n\n###\n# @ref login\nGET ${good.origin}/x\n${IMPORTED_KEY}`;
		const files = {
			'a.http': '# @import ./b.http\n',
			'b.http': AUTH,
			'c.http': `# @name login\nPOST {{base}}/login\n${KEY}`,
		};
		const sent = await send(text, files);
		assert.deepEqual(sent, { good: [`ApiKey ${VALUE}`], other: [`ApiKey ${VALUE}`] });
	});
});
