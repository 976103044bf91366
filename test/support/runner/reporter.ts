import Mocha from 'mocha';
import { startProgress } from '../../host/progress';
import { writeResults } from './results';

const { EVENT_RUN_END, EVENT_TEST_BEGIN, EVENT_TEST_END, EVENT_HOOK_BEGIN, EVENT_HOOK_END } = Mocha.Runner.constants;

/** Mocha's spec reporter, which also tells what takes long while it does and leaves the results in a file. */
export class Reporter extends Mocha.reporters.Spec {
	constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
		super(runner, options);
		const failed: string[] = [];
		const skipped: string[] = [];
		let passed = 0;
		runner.on('pass', () => passed++);
		runner.on('fail', (test) => failed.push(test.fullTitle()));
		runner.on('pending', (test) => skipped.push(test.fullTitle()));
		runner.once(EVENT_RUN_END, () => writeResults({ passed, failed, skipped }));

		let end: (() => unknown) | undefined;
		const begin = (running: Mocha.Runnable) => {
			end?.();
			end = startProgress(`      ${running.title}`, Mocha.reporters.Base.consoleLog);
		};
		runner.on(EVENT_TEST_BEGIN, begin).on(EVENT_HOOK_BEGIN, begin);
		runner.on(EVENT_TEST_END, () => end?.()).on(EVENT_HOOK_END, () => end?.());
	}
}
