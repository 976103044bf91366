import { formatAuthorizationHeader } from './authorizationEdits';

/** A request to write into a file. */
export interface RequestToWrite {
	readonly title: string;
	/** GET by default. */
	readonly method?: string;
	/** Starts with a slash. */
	readonly path: string;
}

/**
 * Formats a request file that defines the API's base URL as a variable and contains the requests.
 * @param authorization value of the Authorization header
 */
export function formatRequestFile(
	baseUrl: { readonly variable: string; readonly url: string },
	requests: readonly RequestToWrite[],
	authorization: string,
): string {
	const blocks = requests.map(({ title, method = 'GET', path }) =>
		[
			`### ${title}`,
			`${method} {{${baseUrl.variable}}}${path}`,
			formatAuthorizationHeader(authorization),
			'Accept: application/json',
			'',
		].join('\n'),
	);
	return [`@${baseUrl.variable} = ${baseUrl.url}`, '', ...blocks].join('\n');
}
