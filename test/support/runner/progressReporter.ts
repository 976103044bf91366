import Mocha from 'mocha';
import { startProgress } from '../../host/progress';
import { writeResults } from './testResults';

const { EVENT_RUN_END, EVENT_TEST_BEGIN, EVENT_TEST_END, EVENT_TEST_RETRY, EVENT_HOOK_BEGIN, EVENT_HOOK_END } = Mocha.Runner.constants;

/** Mocha's spec reporter, extended to report slow tests while they run and to write the results to a file. */
export class ProgressReporter extends Mocha.reporters.Spec {
	constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
		super(runner, options);
		const failed: string[] = [];
		const skipped: string[] = [];
		const flaky: string[] = [];
		const retried = new Set<string>();
		let passed = 0;
		runner.on('pass', (test) => {
			passed++;
			if (retried.has(test.fullTitle())) {
				flaky.push(test.fullTitle());
			}
		});
		runner.on(EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
			retried.add(test.fullTitle());
			Mocha.reporters.Base.consoleLog(`      tried again, because it failed: ${test.title}\n${error.stack ?? error.message}`);
		});
		runner.on('fail', (test) => failed.push(test.fullTitle()));
		runner.on('pending', (test) => skipped.push(test.fullTitle()));
		runner.once(EVENT_RUN_END, () => writeResults({ passed, failed, skipped, flaky }));

		let stopProgress: (() => unknown) | undefined;
		const showProgress = (runnable: Mocha.Runnable) => {
			stopProgress?.();
			stopProgress = startProgress(`      ${runnable.title}`, Mocha.reporters.Base.consoleLog);
		};
		runner.on(EVENT_TEST_BEGIN, showProgress).on(EVENT_HOOK_BEGIN, showProgress);
		runner.on(EVENT_TEST_END, () => stopProgress?.()).on(EVENT_HOOK_END, () => stopProgress?.());
	}
}
