/** For suites in which each test depends on the previous one: after a failure, skips the remaining tests. */
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
