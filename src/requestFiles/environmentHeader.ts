/** The environment variable from which programs take a whole `ApiKey SU-…:…`, as a terminal of a token has it. */
export const API_KEY_VARIABLE = 'CONNECT_API_KEY';

const JAVASCRIPT_HEADER = `Authorization: process.env.${API_KEY_VARIABLE}`;

/** The Authorization header as a program of that language takes it from the environment; undefined for languages not known. */
export function formatEnvironmentHeader(languageId: string): string | undefined {
	switch (languageId) {
		case 'shellscript':
			return `-H "Authorization: $${API_KEY_VARIABLE}"`;
		case 'powershell':
			return `-Headers @{ Authorization = $env:${API_KEY_VARIABLE} }`;
		case 'javascript':
		case 'javascriptreact':
		case 'typescript':
		case 'typescriptreact':
			return JAVASCRIPT_HEADER;
		case 'python':
			return `"Authorization": os.environ["${API_KEY_VARIABLE}"]`;
		default:
			return undefined;
	}
}

/**
 * What `environmentHeader` gives, set apart from its neighbours: an argument by spaces, an entry of an object or a dictionary by commas.
 * @param before what stands on its left in its line
 * @param after what stands on its right
 */
export function addSeparators(header: string, before: string, after: string): string {
	if (header.startsWith('-')) {
		return (/\S$/.test(before) ? ' ' : '') + header + (/^\S/.test(after) ? ' ' : '');
	}
	return (/[\w"'`)\]}]\s*$/.test(before) ? ', ' : '') + header + (/^\s*[^\s,})]/.test(after) ? ', ' : '');
}

/**
 * The same value where a program of that language has a string in those quotes; undefined for languages not known. The quotes are
 * part of what it replaces.
 */
export function formatEnvironmentValue(languageId: string, quote: string): string | undefined {
	switch (languageId) {
		case 'shellscript':
			return quote === '`' ? undefined : `"$${API_KEY_VARIABLE}"`;
		case 'javascript':
		case 'javascriptreact':
		case 'typescript':
		case 'typescriptreact':
			return `process.env.${API_KEY_VARIABLE}`;
		case 'python':
			return quote === '`' ? undefined : `os.environ["${API_KEY_VARIABLE}"]`;
		default:
			return undefined;
	}
}
