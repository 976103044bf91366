/*
 * httpYac evaluates placeholders and some comments as JavaScript, in which a file can change where its requests are sent. What code does
 * can't be found out, so these rules recognize the code that can't change a request.
 */

/** A variable of the client, or properties of an object. */
const PROPERTY_PATTERN = /^[\s\w$.%-]*$/;

/** Without assignments, subscripts, and templates, code can't reach a request or a variable, except by these names. */
const CODE_WITHOUT_ASSIGNMENT_PATTERN = /^[\s\w$.,'"()+*/<>!?:&|%{}-]*$/;
const REACHING_NAME_PATTERN =
	/\b(?:request|httpRegion|httpFile|this|arguments|constructor|eval|Function|require|module|exports|process|import|delete|with|vscode)\b|context|global|httpyac|__|\+\+|--/i;

/** Names through which code reaches the environment, and text that can be put together to such a name. */
const ENVIRONMENT_NAME_PATTERN =
	/\b(?:process|require|import|module|eval|Function|constructor|globalThis|global|this|arguments|vscode)\b|__|\\|\[\s*[^\s\d\]]/;

/** Comments for people, which are never evaluated. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['name', 'title', 'description', 'note', 'import', 'ref', 'forceRef', 'proxy']);

/** A comment that httpYac treats as a setting of the request. */
export interface Metadata {
	/** In camel case. */
	readonly key: string;
	readonly value: string;
}

const METADATA_PATTERN = /^\s*(?:#+|\/{2,})\s+@(\S+)(?:\s+(.*))?$/;

export function parseMetadata(line: string): Metadata | undefined {
	const [, key, value = ''] = METADATA_PATTERN.exec(line) ?? [];
	return key === undefined ? undefined : { key: key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()), value: value.trim() };
}

/** Returns whether a JavaScript expression could change a request or the value of a variable. */
export function canChangeRequest(code: string): boolean {
	return !PROPERTY_PATTERN.test(code) && (!CODE_WITHOUT_ASSIGNMENT_PATTERN.test(code) || REACHING_NAME_PATTERN.test(code));
}

/** Returns whether a JavaScript expression could read an environment variable without naming it. */
export function canReadEnvironment(expression: string): boolean {
	return canChangeRequest(expression) || /\bprocess\b/.test(expression);
}

/** Like `canReadEnvironment`, for a line of a script, which usually contains assignments. */
export function canScriptReadEnvironment(line: string): boolean {
	return ENVIRONMENT_NAME_PATTERN.test(line);
}

/** Like `canChangeRequest`, for a comment that may be evaluated. */
export function canMetadataChangeRequest({ key, value }: Metadata): boolean {
	return !TEXT_KEYS.has(key) && canChangeRequest(value.replace(/^for\s+\w+\s+of\s+/, ''));
}
