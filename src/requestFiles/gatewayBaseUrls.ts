/**
 * Returns the URLs that the paths of requests to the gateway are relative to, the longer ones first: with and without the upstream's path, because
 * it's optional in requests.
 * @param url the gateway's URL, with the upstream's path
 */
export function listGatewayBaseUrls(url: string): readonly string[] {
	const origin = url.replace(/(?<!\/)\/(?!\/).*$/, '');
	const urls = [url, origin];
	return [...urls, ...urls.map((item) => item.replace('127.0.0.1', 'localhost'))];
}
