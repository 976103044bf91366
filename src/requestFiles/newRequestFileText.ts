import { formatAuthorizationHeader } from './authorizationEdits';

/** A request to write into a file. */
export interface RequestToWrite {
	readonly title: string;
	/** Starts with a slash. */
	readonly path: string;
}

/**
 * Formats a request file that defines the API's base URL as a variable and contains a GET request for each path.
 * @param authorization value of the Authorization header
 */
export function formatRequestFile(
	baseUrl: { readonly variable: string; readonly url: string },
	requests: readonly RequestToWrite[],
	authorization: string,
): string {
	const blocks = requests.map(({ title, path }) =>
		[`### ${title}`, `GET {{${baseUrl.variable}}}${path}`, formatAuthorizationHeader(authorization), 'Accept: application/json', ''].join(
			'\n',
		),
	);
	return [`@${baseUrl.variable} = ${baseUrl.url}`, '', ...blocks].join('\n');
}
