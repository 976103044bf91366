import { getCrossOriginHeaders } from './crossOrigin';
import type { Exchange } from './exchange';

/** Responds with the request's method, the path that an upstream would receive, and the token that made it. Used if no upstream is set. */
export function echo(
	{ request, response, token, target, expectsContinue, responseHeaders = [], recordResponse }: Exchange,
	basePath: string,
): void {
	if (expectsContinue) {
		response.writeContinue();
	}
	const body = Buffer.from(
		`${JSON.stringify({ method: request.method, path: basePath + target, token: { id: token.id, name: token.name } }, undefined, 2)}\n`,
	);
	recordResponse(200);
	response.writeHead(200, [
		...['content-type', 'application/json', 'content-length', String(body.length)],
		...responseHeaders,
		...getCrossOriginHeaders(request),
	]);
	response.end(body);
	request.resume();
}
