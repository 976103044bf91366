import assert from 'node:assert/strict';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Places } from '../../../support/store/places';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { assertTokensReadable, Workspaces } from '../../../support/store/workspaces';

const CHILD_PATH = join(__dirname, '../../../support/store/adoptionChild.js');
/** Runs in parallel, because each one mostly waits for the locks of its killed process to become stale. */
const KILL_COUNT = 20;
/** Longer than an adoption with slow vaults takes. */
const MAX_ADOPTION_MS = 120;

describe('A window that is killed while it adopts tokens', function () {
	this.timeout(120_000);
	const workspaces = new Workspaces();

	it(`loses nothing, and another window completes it, in ${KILL_COUNT} kills`, async () => {
		const interrupted = await Promise.all(Array.from({ length: KILL_COUNT }, killAndComplete));
		assert.ok(interrupted.includes(true), 'some were killed before they were done');
	});

	/** Returns whether the process was killed before it was done. */
	async function killAndComplete(): Promise<boolean> {
		const places = new Places(await workspaces.root());
		const ids = await places.createFilled('old', 'one', 'two', 'three');
		renameSync(places.path('old'), places.path('new'));
		const child = new ReportingProcess(process.execPath, [CHILD_PATH, places.root, 'new']);
		await child.reported(1);
		// Any instant of the adoption is equally likely.
		await setTimeout(Math.random() * MAX_ADOPTION_MS);
		child.process.kill('SIGKILL');
		const reports = await child.ended();

		const { source, adoption } = places.open('new');
		for (const tokens of await adoption.find()) {
			await adoption.adopt(tokens);
		}
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		assert.deepEqual(await adoption.find(), []);
		assert.equal(existsSync(places.storeFiles('old').folder), false);
		for (const [name, count] of [
			['old', 0],
			['new', 3],
		] as const) {
			assert.equal((await places.vault(places.location(places.uri(name))).keyIds()).length, count);
		}
		source.dispose();
		return !reports.some(({ listed }) => listed !== undefined);
	}
});
