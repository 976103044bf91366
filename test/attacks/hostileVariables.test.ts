import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findLaunchKeys } from '../../src/broker/launchKeys';
import { readEnvironmentFile } from '../../src/broker/environmentFile';
import { findTaskReferences, parseTaskProgram } from '../../src/broker/taskProgram';
import { CommandLineHome, FAKE_SECRET } from '../support/commandLine';

const ID = 'SU-631-646-036';
/** Node.js reports the value of a variable with such a character when it starts a program. */
const BROKEN = `connect://${ID}\0`;

describe('A variable from a repository', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();

	it('gets no key if the program cannot be started with it, so that no error contains a key', async () => {
		const window = await user.open();
		await writeFile(join(user.home, '.env'), `API_KEY="${BROKEN}"\n`);
		const { code, stdout, stderr } = await user.run(['run', '--env-file', '.env', '--', 'node', '-e', '0'], window);
		assert.ok(!`${stdout}${stderr}`.includes(FAKE_SECRET), 'the error contains the key');
		assert.equal(code, 1);
		assert.match(stderr, /The variable API_KEY contains a null character/);
		assert.deepEqual(window.questions, []);
		const expected = /contains a null character/;
		assert.throws(() => findTaskReferences(parseTaskProgram({ command: 'node', options: { env: { API_KEY: BROKEN } } })), expected);
		assert.throws(() => findLaunchKeys({ type: 'node', name: 'Program', env: { API_KEY: BROKEN } }, []), expected);
		assert.throws(() => findLaunchKeys({ type: 'node', name: 'Program' }, [`API_KEY="${BROKEN}"`]), expected);
	});

	it('is not read from what is endless, waits for a writer, or is too large', async () => {
		const path = (name: string) => join(user.home, name);
		await symlink('/dev/zero', path('endless'));
		execFileSync('mkfifo', [path('fifo')]);
		await writeFile(path('large'), '');
		await truncate(path('large'), 2 ** 31);
		for (const name of ['endless', 'fifo', 'large', 'missing', '.']) {
			await assert.rejects(readEnvironmentFile(path(name)), Error, name);
		}
		await writeFile(path('.env'), 'NAME=value');
		await symlink('.env', path('link'));
		assert.equal(await readEnvironmentFile(path('link')), 'NAME=value');
	});

	it('does not make the command line read without end', async () => {
		const window = await user.open();
		await symlink('/dev/zero', join(user.home, '.env'));
		const { code, stderr } = await user.run(['run', '--env-file', '.env', '--', 'node', '-e', '0'], window);
		assert.equal(code, 1);
		assert.match(stderr, /The file \.env is larger than/);
	});
});
