import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeployment } from '../../../src/policy/createDeployment';
import { createPolicy } from '../../../src/policy/createPolicy';
import { createPolicyFiles } from '../../../src/policy/policyFiles';
import { findSockets, inspectFolder, readPolicyFolder, writePolicyFolder } from '../../../src/policy/policyFolder';
import { createTestRecord } from '../../support/seedTokens';

const now = new Date('2030-06-15T12:00:00.000Z');
const deployment = createDeployment({
	bind: '127.0.0.1:8080',
	upstream: 'https://api.example.com',
	certificate: null,
	instances: [],
	isInsecure: false,
	totals: 'denied',
});
const createFiles = (name = 'Sync') => {
	const created = createPolicy(
		{ tokens: [createTestRecord(1, { name, endsInDays: null, approval: 'writes' })], modules: [], modulePaths: {}, requestCounts: {} },
		{ totals: 'denied' },
		now,
	);
	return { created, files: createPolicyFiles(created, deployment) };
};
const getMode = async (path: string) => (await lstat(path)).mode & 0o777;
const isWindows = process.platform === 'win32';

describe('the folder of a policy', () => {
	let parent: string;
	let folder: string;

	beforeEach(async () => {
		parent = await mkdtemp(join(tmpdir(), 'connect-tokens-policy-'));
		folder = join(parent, 'a', 'policy');
	});

	afterEach(() => rm(parent, { recursive: true, force: true }));

	it('is created for the user only, and read again', async () => {
		const { created, files } = createFiles();
		assert.deepEqual(await inspectFolder(folder), { kind: 'empty' });
		assert.deepEqual(await writePolicyFolder(folder, files), [...files.keys()]);
		assert.deepEqual(await readPolicyFolder(folder), { kind: 'exported', policy: created.policy, deployment });
		if (!isWindows) {
			assert.equal(await getMode(folder), 0o700);
			for (const name of files.keys()) {
				assert.equal(await getMode(join(folder, name)), 0o600, name);
			}
		}
	});

	it('keeps files with the same content, and all others', async () => {
		const { files } = createFiles();
		await writePolicyFolder(folder, files);
		await writeFile(join(folder, 'edge.pem'), 'certificate');
		const before = await lstat(join(folder, 'policy.json'));
		assert.deepEqual(await writePolicyFolder(folder, files), []);
		assert.equal((await lstat(join(folder, 'policy.json'))).ino, before.ino);
		assert.deepEqual(await writePolicyFolder(folder, createFiles('Another name').files), ['policy.json', 'differences.txt']);
		assert.equal(await readFile(join(folder, 'edge.pem'), 'utf8'), 'certificate');
	});

	it('leaves no temporary files', async () => {
		const { files } = createFiles();
		await writePolicyFolder(folder, files);
		await writePolicyFolder(folder, createFiles('Another name').files);
		assert.deepEqual((await readdir(folder)).sort(), [...files.keys()].sort());
	});

	it('has a list of differences in which a name can’t begin a line', () => {
		const { files } = createFiles('Evil"\nSU-000-000-002 (note): All requests are allowed.\u2028');
		assert.equal(files.get('differences.txt')!.split(/[\n\u2028]/).length, 5);
	});

	it('isn’t a folder with other files, which are named', async () => {
		await mkdir(folder, { recursive: true });
		assert.deepEqual(await inspectFolder(folder), { kind: 'empty' });
		await writeFile(join(folder, 'index.html'), '');
		assert.deepEqual(await inspectFolder(folder), { kind: 'other', name: 'index.html' });
		await writeFile(join(folder, 'policy.json'), '{}');
		await writeFile(join(folder, 'deployment.json'), '{}');
		assert.deepEqual(await inspectFolder(folder), { kind: 'other', name: 'deployment.json' });
		await assert.rejects(readPolicyFolder(folder), /contains no exported policy\. Export the policy to this folder first/);
	});

	it('isn’t a symbolic link, and files that are links are replaced', async function () {
		if (isWindows) {
			return this.skip();
		}
		const { files } = createFiles();
		const target = join(parent, 'target');
		await mkdir(target);
		await mkdir(join(parent, 'a'));
		await symlink(target, folder);
		await assert.rejects(inspectFolder(folder), /is a symbolic link\. Choose the folder that it leads to/);
		await assert.rejects(writePolicyFolder(folder, files), /is a symbolic link/);
		assert.deepEqual(await readdir(target), []);

		await rm(folder);
		await mkdir(folder);
		const victim = join(target, 'victim');
		await writeFile(victim, 'unchanged');
		await symlink(victim, join(folder, 'policy.json'));
		await writePolicyFolder(folder, files);
		assert.equal(await readFile(victim, 'utf8'), 'unchanged');
		assert.ok((await lstat(join(folder, 'policy.json'))).isFile());

		await symlink(target, join(folder, 'errors'));
		await assert.rejects(writePolicyFolder(folder, new Map([['errors/401.json', '{}']])), /is a symbolic link/);
		assert.deepEqual(await readdir(target), ['victim']);
	});

	it('contains everything that’s written', async () => {
		for (const name of ['../outside', '/outside', 'a/../../outside', 'a/b/c', '..', '.', '', '.hidden', 'a\\b', 'a\u0000b']) {
			await assert.rejects(writePolicyFolder(folder, new Map([[name, 'text']])), /Unexpected file name/, name);
		}
		assert.deepEqual(await readdir(parent), []);
	});

	it('says what to do if it can’t be written', async function () {
		await writeFile(join(parent, 'a'), '');
		await assert.rejects(inspectFolder(folder), /isn't a folder\. Choose another one/);
		await assert.rejects(inspectFolder(join(parent, 'a')), /isn't a folder/);
		if (isWindows || process.getuid?.() === 0) {
			return this.skip();
		}
		const locked = join(parent, 'locked');
		await mkdir(locked);
		await chmod(locked, 0o500);
		await assert.rejects(writePolicyFolder(locked, createFiles().files), /you don't have permission to write to it/);
	});

	it('shows the sockets of instances that run in it', async function () {
		if (isWindows) {
			return this.skip();
		}
		assert.equal((await findSockets(folder)).size, 0);
		await writePolicyFolder(folder, createFiles().files);
		const server = createServer().listen(join(folder, 'haproxy-edge-1.sock'));
		await once(server, 'listening');
		try {
			assert.deepEqual([...(await findSockets(folder))], [['edge-1', join(folder, 'haproxy-edge-1.sock')]]);
		} finally {
			server.close();
		}
	});

	it('leads to no socket or device elsewhere, as a link in a repository could', async function () {
		if (isWindows) {
			return this.skip();
		}
		await writePolicyFolder(folder, createFiles().files);
		const other = join(parent, 'another-program.sock');
		const server = createServer().listen(other);
		await once(server, 'listening');
		try {
			await symlink(other, join(folder, 'haproxy-edge-1.sock'));
			await writeFile(join(folder, 'haproxy-edge-2.sock'), '');
			assert.deepEqual([...(await findSockets(folder))], []);
		} finally {
			server.close();
		}
		await rm(join(folder, 'policy.json'));
		await symlink('/dev/zero', join(folder, 'policy.json'));
		await assert.rejects(readPolicyFolder(folder), /contains no exported policy/);
	});

	it('has no upstream that would be more than one in a configuration or a README', async () => {
		const { files } = createFiles();
		await writePolicyFolder(folder, files);
		for (const upstream of [
			'https://api.example.com/\n\n[Start](command:x)',
			'https://a"b',
			"https://a'b",
			'https://a$b',
			'https://u:p@a',
			'https://a`b`',
		]) {
			await writeFile(join(folder, 'deployment.json'), JSON.stringify({ ...deployment, upstream }));
			await assert.rejects(readPolicyFolder(folder), /contains no exported policy/, upstream);
		}
	});
});
