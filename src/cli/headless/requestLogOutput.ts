import type { Writable } from 'node:stream';
import type { LoggedRequest } from '../../domain/loggedRequest';
import { formatLoggedRequest, formatSkippedRequests } from '../../gateway/requestLogFile';

/** Characters that wait for a slow reader. Further requests are only counted. */
const MAX_PENDING_LENGTH = 4_000_000;

/** Prints a line of JSON for each request. */
export class RequestLogOutput {
	#skippedCount = 0;
	#isBroken = false;

	constructor(private readonly output: Writable) {
		// The reader is gone. Requests don't wait for it.
		output.on('error', () => (this.#isBroken = true));
	}

	add(request: LoggedRequest): void {
		if (this.#isBroken) {
			return;
		}
		if (this.output.writableLength > MAX_PENDING_LENGTH) {
			this.#skippedCount++;
			return;
		}
		const skipped = this.#skippedCount > 0 ? [formatSkippedRequests(this.#skippedCount)] : [];
		this.#skippedCount = 0;
		this.output.write([...skipped, formatLoggedRequest(request), ''].join('\n'));
	}

	/** Resolves when everything is written, or after `timeoutMs`. */
	flush(timeoutMs: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, timeoutMs);
			this.output.write('', () => {
				clearTimeout(timer);
				resolve();
			});
		});
	}
}
