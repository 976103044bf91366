import type { ErrorResponse } from './errorResponse';
import type { Exchange } from './exchange';

/** Records and sends the error response to a request of a token. */
export function denyExchange(
	{ request, response, sendDenial, recordResponse }: Pick<Exchange, 'request' | 'response' | 'sendDenial' | 'recordResponse'>,
	denial: ErrorResponse,
): void {
	recordResponse(denial.status, denial.reason);
	sendDenial(request, response, denial);
}
