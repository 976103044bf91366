import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';

export const TOKEN_ID = 'SU-000-000-001';
export const AUTH = `@auth = ${formatAuthorizationReference(TOKEN_ID)}\n`;
export const KEY = `Authorization: ${formatAuthorizationReference(TOKEN_ID)}\n`;
export const IMPORTED_KEY = 'Authorization: {{auth}}\n';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** Returns files whose only request sends the key to the origin, because of what `main.http` imports. By title. */
export function createImportSamples(origin: string): Readonly<Record<string, readonly [text: string, files: Files]>> {
	return {
		'in a nested import': [
			`# @import ./sub/a.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'sub/a.http': '# @import ../b.http\n', 'b.http': `@base = ${origin}\n` },
		],
		'in a cycle': [
			`# @import ./a.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': `# @import ./a.http\n# @import ./main.http\n@base = ${origin}\n` },
		],
		'imported for this request': [`# @import ./a.http\nGET {{base}}/x\n${KEY}`, { 'a.http': `@base = ${origin}\n` }],
		'that the request defines with an imported one': [
			`# @import ./a.http\n\n###\n@url = {{base}}/x\nGET {{url}}\n${KEY}`,
			{ 'a.http': `@base = ${origin}\n` },
		],
		'imported with //': [`// @import a.http\n\n###\nGET {{base}}/x\n${KEY}`, { 'a.http': `@base = ${origin}\n` }],
		'imported with the same value twice': [
			`# @import ./a.http\n# @import ./b.http\n\n###\nGET {{base}}/x\n${KEY}`,
			{ 'a.http': `@base = ${origin}\n`, 'b.http': `@base = ${origin}\n` },
		],
	};
}
