import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from '../../../src/broker/auditEntry';
import { AuditFile } from '../../../src/broker/auditFile';
import { KeyGrantFile } from '../../../src/broker/keyGrantFile';
import type { KeyGrant } from '../../../src/broker/keyRequest';
import { createLog, silentLog } from '../../../src/domain/log';

const GRANT: KeyGrant = { sourceId: 'workspace', tokenId: 'SU-631-646-036', requester: { kind: 'task', name: 'Import', folder: 'shop' } };
const ENTRY: AuditEntry = { at: '2030-01-01T00:00:00.000Z', ...GRANT, form: 'secret', isReleased: true, reason: 'once' };

describe('Files of the broker', () => {
	let folder: string;
	beforeEach(async () => {
		folder = join(await mkdtemp(join(tmpdir(), 'connect-tokens-broker-')), 'tokens');
	});
	afterEach(() => rm(join(folder, '..'), { recursive: true }));

	const openGrants = () => new KeyGrantFile(folder, () => new Date('2030-01-01T00:00:00Z'), silentLog);
	const readLines = async (name: string) => (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');

	it('keep what is always allowed, once, for each window', async () => {
		const [first, second] = [openGrants(), openGrants()];
		const other: KeyGrant = { ...GRANT, requester: { kind: 'commandLine', folder: '/shop', command: 'run node' } };
		await first.add(GRANT);
		await first.add(other);
		await second.add({ ...other, requester: { kind: 'commandLine', folder: '/shop', command: 'get' } });
		assert.equal((await first.read()).length, 2);
		await second.remove(other);
		assert.deepEqual(await first.read(), [GRANT]);
		first.dispose();
		second.dispose();
	});

	it('allow nothing if the file was changed to something else', async () => {
		const grants = openGrants();
		await grants.add(GRANT);
		await writeFile(join(folder, 'keyAccess.json'), JSON.stringify({ version: 1, grants: [{ ...GRANT, requester: { kind: 'anyone' } }] }));
		assert.deepEqual(await grants.read(), []);
		grants.dispose();
	});

	it('record a line for each release, which only its owner can read', async () => {
		const audits = [new AuditFile(folder, silentLog), new AuditFile(folder, silentLog)];
		await Promise.all(Array.from({ length: 100 }, (_, index) => audits[index % 2]!.append(ENTRY)));
		const lines = await readLines('audit.jsonl');
		assert.equal(lines.length, 100);
		lines.forEach((line) => assert.deepEqual(JSON.parse(line), ENTRY));
		assert.equal((await stat(join(folder, 'audit.jsonl'))).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
	});

	it('start a new audit log when it is large, and keep the older one, also if several windows find it large', async () => {
		const audits = Array.from({ length: 8 }, () => new AuditFile(folder, silentLog));
		await audits[0]!.append(ENTRY);
		await writeFile(audits[0]!.path, `${'x'.repeat(1_000_000)}\n`);
		await Promise.all(audits.map((audit) => audit.append(ENTRY)));
		const [older, lines] = [await readLines('audit.older.jsonl'), await readLines('audit.jsonl')];
		assert.equal(older[0]!.length, 1_000_000);
		assert.equal(older.length - 1 + lines.length, audits.length);
	});

	it('report a log that cannot be written, and go on', async () => {
		const logged: string[] = [];
		await writeFile(folder, '');
		await new AuditFile(
			folder,
			createLog((level, line) => logged.push(`${level} ${line}`)),
		).append(ENTRY);
		assert.match(logged.join(), /^warn Couldn't write the audit log/);
	});

	it('do not follow a link, or wait for a reader, in place of the audit log', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		await mkdir(folder);
		const path = join(folder, 'audit.jsonl');
		const other = join(folder, 'other');
		await writeFile(other, '');
		await symlink(other, path);
		await new AuditFile(folder, silentLog).append(ENTRY);
		assert.equal(await readFile(other, 'utf8'), '');
		await rm(path);
		execFileSync('mkfifo', [path]);
		await new AuditFile(folder, silentLog).append(ENTRY);
		await rm(path);
		await new AuditFile(folder, silentLog).append(ENTRY);
		assert.equal((await readLines('audit.jsonl')).length, 1);
	});
});
