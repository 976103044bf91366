import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { getVariableName } from '../../../src/requestFiles/keyReferences';
import { sendAllRequests, sendAllRequestsOf } from '../../support/httpyac';
import { startRecordingServer, type RecordingServer } from '../../support/recordingServer';
import { AUTH, createImportSamples, IMPORTED_KEY, KEY, TOKEN_ID } from './importSamples';

const VARIABLE = getVariableName(TOKEN_ID);
const VALUE = `${TOKEN_ID}:test`;

describe('httpYac', function () {
	this.timeout(120_000);
	let root: string;
	const servers: RecordingServer[] = [];

	before(async () => {
		root = await mkdtemp(join(tmpdir(), 'connect-tokens-imports-'));
		process.env[VARIABLE] = VALUE;
	});

	after(async () => {
		Reflect.deleteProperty(process.env, VARIABLE);
		await Promise.all(servers.map((server) => server.stop()));
		await rm(root, { recursive: true, force: true });
	});

	/** Creates a project in a new folder whose `main.http` should only send keys to the good server, although its environment defines the other. */
	async function createProject(create: (origin: string) => readonly [text: string, files: Readonly<Record<string, string>>]) {
		const folder = await mkdtemp(join(root, 'project-'));
		const [good, other] = await Promise.all([startRecordingServer(), startRecordingServer()]);
		servers.push(good, other);
		const [text, files] = create(good.origin);
		const all = { 'package.json': '{}', '.env': `base=${other.origin}\nauth=none\n`, ...files, 'main.http': text };
		for (const [path, content] of Object.entries(all)) {
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(join(folder, path), content);
		}
		const listKeys = ({ received }: RecordingServer) => received.map(({ headers }) => headers.authorization);
		return { main: join(folder, 'main.http'), listSent: () => ({ good: listKeys(good), other: listKeys(other) }) };
	}

	describe('sends a key to the host', () => {
		const titles = Object.keys(createImportSamples(''));
		let projects: readonly Awaited<ReturnType<typeof createProject>>[];

		before(async () => {
			projects = await Promise.all(titles.map((title) => createProject((origin) => createImportSamples(origin)[title]!)));
			// One process for all of them, because starting it takes longer than everything else.
			await sendAllRequestsOf(
				root,
				projects.map(({ main }) => relative(root, main)),
			);
		});

		for (const [index, title] of titles.entries()) {
			it(`in a variable ${title}`, () => {
				assert.deepEqual(projects[index]!.listSent(), { good: [`ApiKey ${VALUE}`], other: [] });
			});
		}
	});

	it('resolves references in imported variables and requests', async () => {
		const { main, listSent } = await createProject((origin) => [
			`# @import ./a.http\n# @import ./c.http\n\n###\n# @ref login\nGET ${origin}/x\n${IMPORTED_KEY}`,
			{
				'a.http': '# @import ./b.http\n',
				'b.http': AUTH,
				'c.http': `# @name login\nPOST {{base}}/login\n${KEY}`,
			},
		]);
		await sendAllRequests(main);
		assert.deepEqual(listSent(), { good: [`ApiKey ${VALUE}`], other: [`ApiKey ${VALUE}`] });
	});
});
