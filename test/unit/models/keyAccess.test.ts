import assert from 'node:assert/strict';
import { getSecret } from '../../../src/domain/apiKey';
import { createLog, silentLog } from '../../../src/domain/log';
import { copyKey, readAuthorization, type KeyCopyOptions } from '../../../src/models/keyAccess';
import { MemoryVault } from '../../support/store/memoryVault';
import { Workspaces } from '../../support/store/workspaces';

const KEY = `ApiKey SU-631-646-036:${'ab'.repeat(20)}`;

describe('Reading a key', () => {
	const workspaces = new Workspaces();

	it('returns the key, and logs only the ID of its token', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.create({ name: 'Nightly import' });
		const logged: string[] = [];
		const authorization = await readAuthorization(
			source,
			id,
			createLog((level, line) => logged.push(`${level} ${line}`)),
		);
		assert.deepEqual(await source.readKey(id), { authorization });
		assert.deepEqual(logged, [`info Read the API key of ${id}`]);
	});

	it('fails with what to do if the key is not in the vault', async () => {
		const vault = new MemoryVault();
		const source = workspaces.open({ folder: await workspaces.folder(), vault });
		const { id } = await source.create({ name: 'Nightly import' });
		vault.secrets.clear();
		await assert.rejects(readAuthorization(source, id, silentLog), /rotate the token to get a new key/);
	});
});

describe('Copying a key', () => {
	/** A clipboard that's cleared after `seconds`. */
	function createClipboard(seconds: number) {
		const clipboard = { text: 'other', readText: () => Promise.resolve(clipboard.text), writeText };
		async function writeText(text: string): Promise<void> {
			await Promise.resolve();
			clipboard.text = text;
		}
		const messages: string[] = [];
		const logged: string[] = [];
		let clearedCount = 0;
		const timers: { readonly callback: () => void; readonly delayMs: number }[] = [];
		const options: KeyCopyOptions = {
			clipboard,
			seconds,
			showMessage: (text) => messages.push(text),
			onCleared: () => clearedCount++,
			setTimer: (callback, delayMs) => timers.push({ callback, delayMs }),
			log: createLog((level, line) => logged.push(`${level} ${line}`)),
		};
		/** Runs all timers, and waits for their reads and writes. */
		const runTimers = async () => {
			timers.forEach(({ callback }) => callback());
			await new Promise(setImmediate);
		};
		return {
			clipboard,
			messages,
			logged,
			timers,
			runTimers,
			getClearedCount: () => clearedCount,
			copy: (text = KEY) => copyKey(text, 'SU-631-646-036', options),
		};
	}

	it('confirms it and clears the clipboard after the configured time', async () => {
		const { clipboard, copy, messages, timers, runTimers, getClearedCount } = createClipboard(30);
		await copy();
		assert.equal(clipboard.text, KEY);
		assert.deepEqual(messages, ['$(check) Copied API key for SU-631-646-036. Clipboard clears in 30 seconds.']);
		assert.deepEqual(
			timers.map(({ delayMs }) => delayMs),
			[30_000],
		);
		assert.equal(getClearedCount(), 0);
		await runTimers();
		assert.equal(clipboard.text, '');
		assert.equal(getClearedCount(), 1);
	});

	it('says so if only the secret is copied', async () => {
		const { clipboard, copy, messages } = createClipboard(0);
		await copy(getSecret(KEY));
		assert.equal(clipboard.text, getSecret(KEY));
		assert.deepEqual(messages, ['$(check) Copied secret of SU-631-646-036']);
	});

	it('keeps what was copied in the meantime', async () => {
		const { clipboard, copy, runTimers, getClearedCount } = createClipboard(30);
		await copy();
		clipboard.text = 'mine';
		await runTimers();
		assert.equal(clipboard.text, 'mine');
		assert.equal(getClearedCount(), 1);
	});

	it('keeps the key if clearing is turned off', async () => {
		const { clipboard, copy, messages, timers } = createClipboard(0);
		await copy();
		assert.equal(clipboard.text, KEY);
		assert.deepEqual([messages, timers], [['$(check) Copied API key for SU-631-646-036'], []]);
	});

	it("logs that the clipboard can't be cleared, without the key", async () => {
		const { clipboard, copy, logged, runTimers, getClearedCount } = createClipboard(1);
		await copy();
		clipboard.readText = () => Promise.reject(new Error('The clipboard is locked.'));
		await runTimers();
		assert.equal(getClearedCount(), 0);
		assert.match(logged.join('\n'), /warn .*clear the clipboard.*locked/);
		assert.ok(!logged.join('\n').includes('ab'.repeat(20)));
	});
});
