import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterMuting, afterQuieting, afterTelling, dueReminders, noReminders, type Remindable } from '../../../src/domain/reminders';
import { ReminderFile } from '../../../src/ui/notices/reminderFile';

const now = new Date(2030, 5, 15, 12);
const tokens: Remindable[] = ['SU-1', 'SU-2', 'SU-3'].map((id) => ({ id, status: 'expiring', expirationDate: null }));

describe('file of reminders', () => {
	let folder: string;
	let path: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-reminders-'));
		path = join(folder, 'reminders.json');
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	it('keeps what was said, muted and quieted for every other window and start', async () => {
		const told = afterTelling(noReminders, tokens, tokens, now);
		const all = afterQuieting(afterMuting(told, 'SU-1', now.toISOString()), now);
		await new ReminderFile(folder).change(() => all);
		assert.deepEqual(await new ReminderFile(folder).read(), all);
	});

	it('lets one of many windows that ask at the same moment remind of each token', async () => {
		const said: string[] = [];
		const window = () =>
			new ReminderFile(folder).change((reminders) => {
				const { due } = dueReminders(tokens, reminders, now);
				said.push(...due.map(({ id }) => id));
				return due.length > 0 ? afterTelling(reminders, tokens, due, now) : reminders;
			});
		await Promise.all(Array.from({ length: 8 }, window));
		assert.deepEqual(said.sort(), ['SU-1', 'SU-2', 'SU-3']);
	});

	for (const [what, content] of [
		['cut off', '{"told":{"SU-1":"2030'],
		['of another shape', '{"told":["SU-1"]}'],
		['without dates', '{"told":{"SU-1":"yesterday"},"muted":{},"quiet":null}'],
	] as const) {
		it(`begins anew when the file is ${what}`, async () => {
			await writeFile(path, content);
			const file = new ReminderFile(folder);
			assert.deepEqual(await file.read(), noReminders);
			await file.change((reminders) => afterQuieting(reminders, now));
			assert.equal((await file.read()).quiet, now.toISOString());
		});
	}

	it('writes nothing when nothing has changed', async () => {
		await new ReminderFile(folder).change((reminders) => reminders);
		await assert.rejects(readFile(path), { code: 'ENOENT' });
	});

	it('rejects when it cannot be written', async () => {
		await mkdir(path);
		await assert.rejects(new ReminderFile(folder).change((reminders) => afterQuieting(reminders, now)));
	});
});
