import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ReportingProcess } from '../../support/store/reportingProcess';
import { openVaults, createWindowVault } from '../../support/vaults/windowVault';

const CHILD_PATH = join(__dirname, '../../support/vaults/switchingChild.js');
/** Runs in parallel, because each one mostly waits for the locks of its killed windows to become stale. */
const FOLDER_COUNT = 3;
const MIN_ROUNDS_PER_FOLDER = 3;
/** The windows are killed this often at most, until there was every kind of leftover. */
const MAX_ROUNDS_PER_FOLDER = 20;

describe('Vaults in windows that are killed while switching', function () {
	this.timeout(180_000);

	/** Leftovers of killed windows, which prove that they were killed during moves. */
	const left = { locks: 0, copies: 0 };
	const hasAllLeftovers = () => left.locks > 0 && left.copies > 0;
	let root: string;

	before(async () => {
		root = await mkdtemp(join(tmpdir(), 'connect-tokens-switch-'));
	});

	after(() => rm(root, { recursive: true, force: true, maxRetries: 10 }));

	it(`lose no key after ${FOLDER_COUNT * MIN_ROUNDS_PER_FOLDER} kills of two windows at once, and the next switch moves all keys`, async () => {
		await Promise.all(
			Array.from({ length: FOLDER_COUNT }, async (_, index) => {
				const folder = join(root, String(index));
				const keyIds = new Set<string>();
				for (let round = 0; round < (hasAllLeftovers() ? MIN_ROUNDS_PER_FOLDER : MAX_ROUNDS_PER_FOLDER); round++) {
					for (const keyId of (await Promise.all([runAndKillWindow(folder), runAndKillWindow(folder)])).flat()) {
						keyIds.add(keyId);
					}
					await assertNoKeyLost(folder, keyIds);
				}
			}),
		);
		assert.ok(hasAllLeftovers(), JSON.stringify(left));
	});

	/** Returns the IDs of the keys that a window had stored when it was killed. */
	async function runAndKillWindow(folder: string): Promise<readonly string[]> {
		const child = new ReportingProcess(process.execPath, [CHILD_PATH, folder]);
		await child.reported(1 + Math.floor(Math.random() * 20));
		await setTimeout(Math.random() * 100);
		child.process.kill('SIGKILL');
		return (await child.ended()).flatMap(({ created }) => created ?? []);
	}

	async function assertNoKeyLost(folder: string, keyIds: ReadonlySet<string>): Promise<void> {
		const { editor, keychain } = openVaults(folder);
		const inKeychain = new Set(await keychain.keyIds());
		left.locks += Number(existsSync(join(folder, 'vault.lock')));
		left.copies += Number((await editor.keyIds()).some((keyId) => inKeychain.has(keyId)));
		const vault = createWindowVault(folder);
		for (const keyId of keyIds) {
			assert.equal(await vault.get(keyId), `secret of ${keyId}`);
		}
		assert.equal((await vault.switchTo('keychain')).failure, undefined);
		assert.deepEqual(await editor.keyIds(), []);
		for (const keyId of keyIds) {
			assert.equal(await keychain.get(keyId), `secret of ${keyId}`);
		}
	}
});
