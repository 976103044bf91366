import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	muteReminders,
	snoozeRemindersToday,
	recordReminders,
	getDueReminders,
	NO_REMINDERS,
	type ReminderToken,
} from '../../../src/domain/expiryReminders';
import { ExpiryReminderFile } from '../../../src/storage/expiryReminderFile';
import { silentLog } from '../../../src/domain/log';

const now = new Date(2030, 5, 15, 12);
const tokens: ReminderToken[] = ['SU-1', 'SU-2', 'SU-3'].map((id) => ({ id, status: 'expiring', expirationDate: null }));

describe('Expiry reminder file', () => {
	let folder: string;
	let path: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-reminders-'));
		path = join(folder, 'reminders.json');
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	it('stores shown, muted, and snoozed reminders for other windows and sessions', async () => {
		const remindedTokens = recordReminders(NO_REMINDERS, tokens, tokens, now);
		const all = snoozeRemindersToday(muteReminders(remindedTokens, 'SU-1', now.toISOString()), now);
		await new ExpiryReminderFile(folder, silentLog).update(() => all);
		assert.deepEqual(await new ExpiryReminderFile(folder, silentLog).read(), all);
	});

	it('lets only one of many concurrent windows show a reminder of each token', async () => {
		const dueTokenIds: string[] = [];
		const remindInWindow = () =>
			new ExpiryReminderFile(folder, silentLog).update((reminders) => {
				const { due } = getDueReminders(tokens, reminders, now);
				dueTokenIds.push(...due.map(({ id }) => id));
				return due.length > 0 ? recordReminders(reminders, tokens, due, now) : reminders;
			});
		await Promise.all(Array.from({ length: 8 }, remindInWindow));
		assert.deepEqual(dueTokenIds.sort(), ['SU-1', 'SU-2', 'SU-3']);
	});

	for (const [label, content] of [
		['truncated', '{"told":{"SU-1":"2030'],
		['in another format', '{"told":["SU-1"]}'],
		['without dates', '{"told":{"SU-1":"yesterday"},"muted":{},"quiet":null}'],
	] as const) {
		it(`starts over if the file is ${label}`, async () => {
			await writeFile(path, content);
			const file = new ExpiryReminderFile(folder, silentLog);
			assert.deepEqual(await file.read(), NO_REMINDERS);
			await file.update((reminders) => snoozeRemindersToday(reminders, now));
			assert.equal((await file.read()).snoozedAt, now.toISOString());
		});
	}

	it('writes nothing if nothing has changed', async () => {
		await new ExpiryReminderFile(folder, silentLog).update((reminders) => reminders);
		await assert.rejects(readFile(path), { code: 'ENOENT' });
	});

	it('rejects if it cannot be written', async () => {
		await mkdir(path);
		await assert.rejects(new ExpiryReminderFile(folder, silentLog).update((reminders) => snoozeRemindersToday(reminders, now)));
	});
});
