import { sendErrorResponse, type ErrorResponse } from './errorResponse';
import type { Exchange } from './exchange';

/** Records and sends the error response to a request of a token. */
export function denyExchange(
	{ request, response, recordResponse }: Pick<Exchange, 'request' | 'response' | 'recordResponse'>,
	denial: ErrorResponse,
): void {
	recordResponse(denial.status, denial.reason);
	sendErrorResponse(request, response, denial);
}
