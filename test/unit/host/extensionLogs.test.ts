import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoSecretsInLogs, containsSecret } from '../../support/extensionLogs';

const secret = randomBytes(20).toString('hex');

describe('searching logs for secrets', () => {
	it('finds a secret as it is and in base64 at any alignment', () => {
		assert.ok(containsSecret(`before ${secret} after`));
		for (const prefix of ['', 'a', 'ab', 'SU-000-000-000:']) {
			assert.ok(containsSecret(`key=${Buffer.from(prefix + secret).toString('base64')};`), prefix);
			assert.ok(containsSecret(`x${Buffer.from(prefix + secret).toString('base64url')}`), prefix);
		}
	});

	it('ignores masked keys and shorter hexadecimal numbers', () => {
		assert.ok(!containsSecret(`ApiKey SU-000-000-000:${'*'.repeat(10)} ${secret.slice(1)} ${'connect-tokens/'.repeat(8)}`));
	});

	it('fails for a log file of the extension, and names the line without quoting it', async () => {
		const userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-logs-'));
		try {
			const folder = join(userDataDir, 'logs', '1', 'exthost1', 'connect-tokens.connect-tokens');
			await mkdir(folder, { recursive: true });
			const file = join(folder, 'Connect Tokens.log');
			await writeFile(file, 'Activated\n');
			await assertNoSecretsInLogs(userDataDir);
			await writeFile(file, `Activated\n${secret}\n`);
			await assert.rejects(assertNoSecretsInLogs(userDataDir), ({ message }: Error) => {
				assert.ok(message.includes(file) && !message.includes(secret));
				return true;
			});
		} finally {
			await rm(userDataDir, { recursive: true, force: true });
		}
	});
});
