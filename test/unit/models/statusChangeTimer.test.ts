import assert from 'node:assert/strict';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { StatusChangeTimer } from '../../../src/models/statusChangeTimer';
import { createSourceToken } from '../../support/sourceTokens';

const DAY_MS = 86_400_000;

describe('StatusChangeTimer', () => {
	let now: Date;
	let changes: number;
	let scheduler: ClockScheduler;
	let timer: StatusChangeTimer;

	beforeEach(() => {
		now = new Date('2030-01-01T00:00:00.000Z');
		changes = 0;
		const clock = () => now;
		scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		timer = new StatusChangeTimer({ clock, scheduler, readExpiringDays: () => 7 }, () => changes++);
	});

	const expiringIn = (days: number) =>
		createSourceToken({ status: 'expiring', expirationDate: new Date(now.getTime() + days * DAY_MS).toISOString() });
	function advance(days: number): void {
		now = new Date(now.getTime() + days * DAY_MS);
		scheduler.runDue();
	}

	it('calls back when the first of the tokens expires, and then not again', () => {
		timer.track([expiringIn(3), expiringIn(2)]);
		advance(1);
		assert.equal(changes, 0);
		advance(1);
		assert.equal(changes, 1);
		advance(5);
		assert.equal(changes, 1);
	});

	it('calls back when a token starts to be shown as expiring', () => {
		timer.track([createSourceToken({ expirationDate: new Date(now.getTime() + 10 * DAY_MS).toISOString() })]);
		advance(3);
		assert.equal(changes, 1);
	});

	it('replaces the tracked tokens, or adds to them', () => {
		timer.track([expiringIn(1)]);
		timer.track([expiringIn(4)]);
		advance(2);
		assert.equal(changes, 0);
		timer.trackAlso([expiringIn(1)]);
		timer.trackAlso([createSourceToken()]);
		advance(1);
		assert.equal(changes, 1);
	});

	it('doesn’t call back after it was disposed', () => {
		timer.track([expiringIn(1)]);
		timer.dispose();
		advance(2);
		assert.equal(changes, 0);
	});
});
