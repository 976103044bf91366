/** The environment variable that's set to `ApiKey SU-…:…` in a token's terminal. */
export const API_KEY_VARIABLE = 'CONNECT_API_KEY';

const JAVASCRIPT_HEADER = `Authorization: process.env.${API_KEY_VARIABLE}`;

/** Formats code that sets the Authorization header from the environment; undefined for unsupported languages. */
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
 * Separates a header formatted by `formatEnvironmentHeader` from its neighbors: arguments with spaces, object or dictionary entries with
 * commas.
 * @param before text before the header in the same line
 * @param after text after the header in the same line
 */
export function addSeparators(header: string, before: string, after: string): string {
	if (header.startsWith('-')) {
		return (/\S$/.test(before) ? ' ' : '') + header + (/^\S/.test(after) ? ' ' : '');
	}
	return (/[\w"'`)\]}]\s*$/.test(before) ? ', ' : '') + header + (/^\s*[^\s,})]/.test(after) ? ', ' : '');
}

/**
 * Formats code that reads the header's value from the environment, to replace a string literal including its quotes. Undefined for
 * unsupported languages and quotes.
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
