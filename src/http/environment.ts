/** The environment variable from which programs take a whole `ApiKey SU-…:…`, as a terminal of a token has it. */
export const KEY_VARIABLE = 'CONNECT_API_KEY';

const JAVASCRIPT = `Authorization: process.env.${KEY_VARIABLE}`;

/** The Authorization header as a program of that language takes it from the environment; undefined for languages not known. */
export function environmentHeader(languageId: string): string | undefined {
	switch (languageId) {
		case 'shellscript':
			return `-H "Authorization: $${KEY_VARIABLE}"`;
		case 'powershell':
			return `-Headers @{ Authorization = $env:${KEY_VARIABLE} }`;
		case 'javascript':
		case 'javascriptreact':
		case 'typescript':
		case 'typescriptreact':
			return JAVASCRIPT;
		case 'python':
			return `"Authorization": os.environ["${KEY_VARIABLE}"]`;
		default:
			return undefined;
	}
}
