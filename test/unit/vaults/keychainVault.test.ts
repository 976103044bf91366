import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeychainVault } from '../../../src/vaults/keychainVault';
import { keyringMissing } from '../../support/keyring/keyringPrograms';
import { Keyring } from '../../support/keyring/keyring';
import { MODULES, RemoteVault } from '../../support/keyring/remoteVault';
import { silentLog } from '../../../src/domain/log';

const newSecret = () => randomBytes(20).toString('hex');

describe('Keychain vault', function () {
	this.timeout(180_000);
	let folder: string;
	let keyring: Keyring;
	const vaults: RemoteVault[] = [];

	/** Opens the vault of a window. */
	function open(options: { workspaceKey?: string; editor?: string; modules?: string; env?: NodeJS.ProcessEnv } = {}): RemoteVault {
		const { workspaceKey = 'workspace', editor = 'editor', modules = MODULES, env = keyring.env } = options;
		const vault = new RemoteVault(env, { nativeModulesFolder: modules, workspaceKey, indexFolder: join(folder, editor, workspaceKey) });
		vaults.push(vault);
		return vault;
	}

	before(async function () {
		this.timeout(300_000);
		const missing = await keyringMissing();
		if (missing !== undefined) {
			console.log(`  ${missing}`);
			this.skip();
		}
		keyring = await Keyring.start();
	});

	after(() => (keyring as Keyring | undefined)?.stop());

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-keychain-'));
	});

	afterEach(async () => {
		await Promise.all(vaults.splice(0).map((vault) => vault.end()));
		await rm(folder, { recursive: true, force: true });
	});

	it('returns a stored secret until it is deleted', async () => {
		const vault = open();
		await vault.set('key', 'a secret');
		await vault.set('key', 'another secret');
		assert.equal(await vault.get('key'), 'another secret');
		assert.deepEqual(await vault.keyIds(), ['key']);
		await vault.delete('key');
		await vault.delete('key');
		assert.equal(await vault.get('key'), undefined);
		assert.deepEqual(await vault.keyIds(), []);
	});

	it('stores secrets that another process can read', async () => {
		const secret = newSecret();
		await open().set('key', secret);
		const other = open();
		assert.equal(await other.get('key'), secret);
		assert.deepEqual(await other.keyIds(), ['key']);
		await other.delete('key');
	});

	it('stores Unicode text, including in IDs', async () => {
		const vault = open({ workspaceKey: 'größe-日本' });
		const entries = Object.entries({ 'ключ/1': '秘密 🔑', '..': 'dots', 'a b%2Fc': 'line\nbreak\tand "quotes"', 'e\u0301': 'é' });
		for (const [keyId, secret] of entries) {
			await vault.set(keyId, secret);
		}
		assert.deepEqual([...(await vault.keyIds())].sort(), entries.map(([keyId]) => keyId).sort());
		for (const [keyId, secret] of entries) {
			assert.equal(await vault.get(keyId), secret);
			await vault.delete(keyId);
		}
		assert.deepEqual(await vault.keyIds(), []);
	});

	it('stores many keys at once', async () => {
		const vault = open();
		const secrets = Array.from({ length: 100 }, (_, index): [string, string] => [`key ${index}`, newSecret()]);
		await Promise.all(secrets.map(([keyId, secret]) => vault.set(keyId, secret)));
		assert.equal((await vault.keyIds()).length, 100);
		assert.deepEqual(
			await Promise.all(secrets.map(([keyId]) => vault.get(keyId))),
			secrets.map(([, secret]) => secret),
		);
	});

	it('lists only keys of its own workspace and editor', async () => {
		const [one, other, elsewhere] = [open(), open({ workspaceKey: 'other' }), open({ editor: 'other editor' })];
		await one.set('key', 'one');
		await other.set('key', 'other');
		assert.deepEqual(await elsewhere.keyIds(), []);
		await other.delete('key');
		assert.equal(await one.get('key'), 'one');
		await one.delete('key');
	});

	it('reports that the keychain is locked or was restarted, and what to do', async () => {
		const vault = open();
		await vault.set('key', 'a secret');
		await keyring.lock();
		const locked = { name: 'ProblemError', message: 'The keychain is locked. Unlock it and try again.' };
		await assert.rejects(vault.get('key'), locked);
		await assert.rejects(vault.set('new', 'a secret'), locked);
		await assert.rejects(vault.delete('key'), locked);
		assert.deepEqual(await vault.keyIds(), ['key']);
		await keyring.unlock();
		await assert.rejects(vault.get('key'), { name: 'ProblemError', message: /keyring service was restarted\. Reload the window/ });
		const reloaded = open();
		assert.equal(await reloaded.get('key'), 'a secret');
		await reloaded.delete('key');
		assert.deepEqual(await reloaded.keyIds(), []);
	});

	it('reports that there is no D-Bus session', async () => {
		const bare = { ...keyring.env, XDG_RUNTIME_DIR: undefined };
		for (const address of [undefined, `unix:path=${folder}/nobody`]) {
			const vault = open({ env: { ...bare, DBUS_SESSION_BUS_ADDRESS: address } });
			await assert.rejects(vault.set('key', 'a secret'), { name: 'ProblemError', message: /no D-Bus session.*dbus-run-session/ });
			await assert.rejects(vault.get('key'), { name: 'ProblemError', message: /no D-Bus session/ });
			assert.deepEqual(await vault.keyIds(), []);
		}
	});

	it('reports a missing library', async () => {
		const platform = `${existsSync('/etc/alpine-release') ? 'alpine' : 'linux'}-${process.arch}`;
		const module = await readFile(join(MODULES, platform, 'keytar.node'));
		module.write('libsecret-9', module.indexOf('libsecret-1.so'));
		await mkdir(join(folder, platform));
		await writeFile(join(folder, platform, 'keytar.node'), module);
		await assert.rejects(open({ modules: folder }).get('key'), {
			name: 'ProblemError',
			message: /library libsecret-9\.so\.0 is missing\. Install libsecret/,
		});
	});
});

describe('Keychain vault on an unsupported system', () => {
	it('rejects calls and lists no keys', async () => {
		const folder = join(tmpdir(), 'connect-tokens-nowhere');
		const vault = new KeychainVault({ nativeModulesFolder: folder, workspaceKey: 'workspace', indexFolder: folder, log: silentLog });
		await assert.rejects(vault.get('key'), {
			name: 'ProblemError',
			message: `The keychain isn't supported on this system (${process.platform}-${process.arch}). Set connectTokens.vault to “editor”.`,
		});
		assert.deepEqual(await vault.keyIds(), []);
	});
});
