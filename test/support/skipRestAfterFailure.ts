/** For a suite whose tests stand each on the one before: after a failure the rest is skipped, and counted as skipped. */
export function skipRestAfterFailure(): void {
	let hasFailed = false;
	beforeEach(function () {
		if (hasFailed) {
			this.skip();
		}
	});
	afterEach(function () {
		hasFailed ||= this.currentTest?.state === 'failed';
	});
}
