import assert from 'node:assert/strict';
import { NO_REMINDERS, type ReminderState } from '../../../src/domain/expiryReminders';
import { silentLog } from '../../../src/domain/log';
import { TokenSources } from '../../../src/domain/tokenSources';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { expiryIndicators, type ExpiryIndicators } from '../../../src/models/expiryCounts';
import { ExpiryMonitor } from '../../../src/models/expiryMonitor';
import { ExpiryReminder, type Reminder } from '../../../src/models/expiryReminder';
import { commandIds } from '../../../src/models/manifestIds';
import { waitUntil, Workspaces } from '../../support/store/workspaces';

describe('expiry reminders', () => {
	const workspaces = new Workspaces();

	async function startMonitor(expirationDates: readonly string[], { isEnabled = true, canRecord = true } = {}) {
		const time = { now: new Date(2029, 10, 1) };
		const clock = () => time.now;
		const source = workspaces.open({ folder: await workspaces.folder(), clock });
		for (const [index, expirationDate] of expirationDates.entries()) {
			await source.create({ name: `Token ${index + 1}`, expirationDate });
		}
		time.now = new Date(2030, 0, 1, 12);
		const sources = new TokenSources(source, silentLog);
		const reminders: Reminder[] = [];
		const indicators: (ExpiryIndicators | undefined)[] = [];
		const commands: unknown[] = [];
		const tokenCounts: number[] = [];
		const stored: { state: ReminderState } = { state: NO_REMINDERS };
		// Due callbacks run only when a test calls `runDue`.
		const scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const monitor = new ExpiryMonitor({
			sources,
			clock,
			scheduler,
			log: silentLog,
			readExpiringDays: () => 7,
			onDidRead: (tokens) => tokenCounts.push(tokens.length),
			showIndicators: (shown) => indicators.push(shown),
			reminder: new ExpiryReminder({
				source,
				clock,
				log: silentLog,
				isEnabled: () => isEnabled,
				readExpiringDays: () => 7,
				runCommand: (...command) => Promise.resolve(commands.push(command)),
				show: (reminder) => reminders.push(reminder),
				store: {
					read: () => Promise.resolve(stored.state),
					update: async (updater) => {
						assert.ok(canRecord, 'The disk is full.');
						stored.state = await updater(stored.state);
					},
				},
			}),
		});
		return { monitor, time, scheduler, source, sources, reminders, indicators, commands, tokenCounts };
	}

	const LEASE = { task: 'Check the prices', agent: 'Copilot' };
	const inDays = (days: number) => new Date(2030, 0, 1 + days, 12).toISOString();
	const titles = ({ buttons }: Reminder) => buttons.map(({ title }) => title);

	it('leave out leases, which are meant to end', async () => {
		const { monitor, time, source, reminders, indicators } = await startMonitor([]);
		await source.create({ name: 'Lease', lease: LEASE, expirationDate: new Date(time.now.getTime() + 60 * 60_000).toISOString() });
		for (const minutes of [59, 61, 24 * 60]) {
			time.now = new Date(new Date(2030, 0, 1, 12).getTime() + minutes * 60_000);
			await monitor.updateAndRemind();
		}
		assert.deepEqual([reminders, indicators.filter((shown) => shown !== undefined)], [[], []]);
	});

	it('remind of one token with its actions, once a day', async () => {
		const { monitor, time, source, reminders, commands } = await startMonitor([inDays(3), inDays(30)]);
		time.now = new Date(2030, 0, 2, 13);
		await monitor.updateAndRemind();
		await monitor.updateAndRemind();
		assert.equal(reminders.length, 1);
		const token = (await source.list()).find(({ name }) => name === 'Token 1')!;
		assert.equal(reminders[0]!.text, `Token “Token 1” (${token.id}) expires in 2 days.`);
		assert.deepEqual(titles(reminders[0]!), ['Renew', 'Rotate', 'Details', "Don't Remind Me"]);
		await reminders[0]!.buttons[0]!.run();
		assert.deepEqual(commands, [[commandIds.renewToken, { tokenId: token.id }]]);
		time.now = new Date(2030, 0, 3, 13);
		await monitor.updateAndRemind();
		assert.equal(reminders.length, 2);
		await reminders[1]!.buttons[3]!.run();
		time.now = new Date(2030, 0, 4, 11);
		await monitor.updateAndRemind();
		assert.equal(reminders.length, 2);
	});

	it('remind of several tokens at once, unless the user wants none today', async () => {
		const { monitor, time, reminders } = await startMonitor([inDays(1), inDays(3)]);
		time.now = new Date(2030, 0, 2, 13);
		await monitor.updateAndRemind();
		assert.equal(reminders[0]!.text, '2 tokens have expired or expire within 7 days.');
		assert.deepEqual(titles(reminders[0]!), ['Show Tokens', "Don't Remind Me Today"]);
		time.now = new Date(2030, 0, 4, 13);
		await reminders[0]!.buttons[1]!.run();
		await monitor.updateAndRemind();
		assert.equal(reminders.length, 1);
	});

	it('offer to rotate a token that has expired, once and not daily', async () => {
		const { monitor, time, source, reminders, commands } = await startMonitor([inDays(3)]);
		time.now = new Date(2030, 0, 5, 13);
		await monitor.updateAndRemind();
		const [{ id } = { id: '' }] = await source.list();
		assert.equal(reminders[0]!.text, `Token “Token 1” (${id}) expired 1 day ago.`);
		assert.deepEqual(titles(reminders[0]!), ['Rotate', 'Details', "Don't Remind Me"]);
		for (const button of reminders[0]!.buttons.slice(0, 2)) {
			await button.run();
		}
		assert.deepEqual(commands, [
			[commandIds.rotateToken, { tokenId: id }],
			[commandIds.openDetails, { tokenId: id }],
		]);
		time.now = new Date(2030, 0, 6, 13);
		await monitor.updateAndRemind();
		assert.equal(reminders.length, 1);
	});

	it('say whether several tokens have expired, expire soon, or both', async () => {
		const { monitor, time, reminders, commands } = await startMonitor([inDays(5), inDays(6)]);
		time.now = new Date(2030, 0, 5, 13);
		await monitor.updateAndRemind();
		assert.equal(reminders[0]!.text, '2 tokens expire within 7 days.');
		await reminders[0]!.buttons[0]!.run();
		assert.deepEqual(commands, [[commandIds.showExpiring]]);
		const expired = await startMonitor([inDays(5), inDays(6)]);
		expired.time.now = new Date(2030, 0, 9, 13);
		await expired.monitor.updateAndRemind();
		assert.equal(expired.reminders[0]!.text, '2 tokens have expired.');
	});

	it('show a name without links and icons', async () => {
		const { monitor, time, source, reminders } = await startMonitor([]);
		await source.create({ name: '$(key) Night [ly](x)', expirationDate: inDays(30) });
		time.now = new Date(2030, 0, 29, 13);
		await monitor.updateAndRemind();
		assert.ok(reminders[0]!.text.startsWith('Token “$\u200b(key) Night [ly]\u200b(x)” ('));
	});

	it('are due at a time that the scheduler knows: when a status changes, and the next day', async () => {
		const { monitor, time, scheduler, source, reminders, indicators } = await startMonitor([inDays(30)]);
		await monitor.updateAndRemind();
		assert.deepEqual([reminders.length, indicators.at(-1)], [0, undefined]);
		time.now = new Date(2030, 0, 24, 13);
		scheduler.runDue();
		await waitUntil(() => reminders.length === 1, 'the expiring token is reported');
		assert.equal(indicators.at(-1)?.badge.value, 1);
		time.now = new Date(2030, 0, 25, 9);
		scheduler.runDue();
		await waitUntil(() => reminders.length === 2, 'the token is reported on the next day');
		await source.disable((await source.list())[0]!.id);
		await waitUntil(() => indicators.at(-1) === undefined, 'the indicators are hidden');
	});

	it('are for tokens of the workspace only, but accounts count in the indicators', async () => {
		const { monitor, time, sources, source, reminders, indicators } = await startMonitor([]);
		const account = workspaces.open({ folder: await workspaces.folder(), clock: () => time.now });
		await account.create({ name: 'In an account', expirationDate: inDays(30) });
		sources.setAccounts([Object.assign(account, { id: 'VA-000-000' })]);
		time.now = new Date(2030, 0, 29, 13);
		await monitor.updateAndRemind();
		assert.deepEqual(await source.list(), []);
		assert.deepEqual(reminders, []);
		assert.equal(indicators.at(-1)?.badge.value, 1);
	});

	it("aren't shown if they're disabled or can't be recorded, but the indicators are", async () => {
		for (const options of [{ isEnabled: false }, { canRecord: false }]) {
			const { monitor, time, reminders, indicators } = await startMonitor([inDays(3)], options);
			time.now = new Date(2030, 0, 2, 13);
			await monitor.updateAndRemind();
			assert.deepEqual(reminders, []);
			assert.equal(indicators.at(-1)?.badge.value, 1);
		}
	});

	it('have indicators that are removed when the extension stops', async () => {
		const { monitor, time, indicators } = await startMonitor([inDays(3)]);
		time.now = new Date(2030, 0, 2, 13);
		await monitor.update();
		assert.equal(indicators.at(-1)?.badge.value, 1);
		monitor.dispose();
		assert.equal(indicators.at(-1), undefined);
	});

	it('have indicators that follow changes', async () => {
		const { monitor, source, indicators, tokenCounts } = await startMonitor([inDays(3)]);
		await Promise.all([monitor.update(), monitor.update()]);
		const [{ id } = { id: '' }] = await source.list();
		await source.delete(id);
		await monitor.update();
		assert.equal(indicators.at(-1), undefined);
		assert.equal(tokenCounts.at(-1), (await source.list()).length);
		monitor.dispose();
	});
});

describe('indicators of expiring tokens', () => {
	it('are hidden if no token needs attention', () => {
		assert.equal(expiryIndicators({ expired: 0, expiring: 0 }), undefined);
	});

	it('count tokens, and are red once one has expired', () => {
		assert.deepEqual(expiryIndicators({ expired: 1, expiring: 2 }), {
			badge: { value: 3, tooltip: 'API tokens: 1 expired, 2 expiring' },
			statusBar: {
				text: '$(key) 1 expired, 2 expiring',
				tooltip: 'API tokens: 1 expired, 2 expiring. Click to show them.',
				accessibleLabel: 'API tokens: 1 expired, 2 expiring',
				themeColor: 'statusBarItem.errorBackground',
			},
		});
		const expiring = expiryIndicators({ expired: 0, expiring: 1 });
		assert.equal(expiring?.statusBar.themeColor, 'statusBarItem.warningBackground');
		assert.equal(expiring.statusBar.text, '$(key) 1 expiring');
		assert.equal(expiryIndicators({ expired: 3, expiring: 0 })?.statusBar.text, '$(key) 3 expired');
	});
});
