/**
 * Lets no timeout of a request expire in the tests of a suite by itself.
 * @returns a function that lets those expire that have started so far
 */
export function controlTimeouts(): () => void {
	const original = Object.getOwnPropertyDescriptor(AbortSignal, 'timeout')!;
	const started: AbortController[] = [];
	const expireAll = () => started.splice(0).forEach((controller) => controller.abort(new DOMException('Timed out', 'TimeoutError')));
	before(() => {
		AbortSignal.timeout = () => {
			const controller = new AbortController();
			started.push(controller);
			return controller.signal;
		};
	});
	after(() => {
		Object.defineProperty(AbortSignal, 'timeout', original);
	});
	return expireAll;
}
