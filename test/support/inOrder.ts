/** For a suite whose tests stand each on the one before: after a failure the rest is skipped, and counted as skipped. */
export function inOrder(): void {
	let failed = false;
	beforeEach(function () {
		if (failed) {
			this.skip();
		}
	});
	afterEach(function () {
		failed ||= this.currentTest?.state === 'failed';
	});
}
