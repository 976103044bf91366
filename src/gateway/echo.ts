import type { Exchange } from './exchange';

/** Stands in for an upstream: answers with what it was asked, and by whom. */
export function echo({ request, response, token, expectsContinue: waits, recordResponse: count }: Exchange): void {
	if (waits) {
		response.writeContinue();
	}
	const body = Buffer.from(
		`${JSON.stringify({ method: request.method, path: request.url, token: { id: token.id, name: token.name } }, undefined, 2)}\n`,
	);
	count(200);
	response.writeHead(200, ['content-type', 'application/json', 'content-length', String(body.length)]);
	response.end(body);
	request.resume();
}
