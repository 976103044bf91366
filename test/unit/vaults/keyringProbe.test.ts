import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isSecretServiceMissing } from '../../../src/vaults/keyringProbe';
import { Keyring } from '../../support/keyring/keyring';
import { keyringMissing } from '../../support/keyring/keyringPrograms';
import { MODULES } from '../../support/keyring/remoteVault';

const CHILD_PATH = join(__dirname, '../../support/keyring/probeChild.js');

/** Runs the probe in a process of its own, because a process connects to only one D-Bus session. */
async function probe(env: NodeJS.ProcessEnv): Promise<string> {
	return (await promisify(execFile)(process.execPath, [CHILD_PATH, MODULES], { env })).stdout;
}

describe('The probe of the keyring', function () {
	this.timeout(300_000);
	let keyring: Keyring | undefined;

	before(async function () {
		const missing = await keyringMissing();
		if (missing !== undefined) {
			console.log(`  ${missing}`);
			this.skip();
		}
		keyring = await Keyring.start();
	});

	after(() => keyring?.stop());

	it('finds a running keyring', async () => {
		assert.equal(await probe(keyring!.env), 'false');
	});

	it('reports that there is no D-Bus session', async () => {
		const { DBUS_SESSION_BUS_ADDRESS: _, DISPLAY: __, ...env } = keyring!.env;
		assert.equal(await probe({ ...env, XDG_RUNTIME_DIR: '/nonexistent' }), 'true');
		assert.equal(await probe({ ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }), 'true');
	});

	it('says nothing about systems that it cannot check', async () => {
		assert.equal(await isSecretServiceMissing('/nonexistent'), false);
	});
});
