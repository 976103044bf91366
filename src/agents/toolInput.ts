import * as v from 'valibot';
import { ToolError } from './toolError';
import { cleanText } from './untrustedText';

/** Longest name of a property that an error repeats, in characters. */
const MAX_NAME_LENGTH = 60;

/** Adds the description of an input for language models. */
export function described<S extends v.GenericSchema>(schema: S, description: string) {
	return v.pipe(schema, v.description(description));
}

/** A check that isn't part of the JSON schema, which has no flags of regular expressions. */
export const oneLine = () => v.check((text: string) => !/\p{Cc}/u.test(text), 'Use one line');

/** Input that names the token a tool is about. */
export const tokenInput = (description: string) =>
	v.pipe(
		v.string(),
		v.regex(/^SU(?:-\d{3}){3,8}$/, 'Pass the ID of a token, such as SU-631-646-036. connect_tokens_list returns the IDs'),
		v.description(description),
	);

/** The method of a request to the API. */
export const methodInput = v.picklist(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The path of a request to the API with its query, which could also be meant as another host otherwise. */
export const pathInput = v.pipe(
	v.string(),
	v.maxLength(8000, 'Use at most 8000 characters'),
	v.regex(/^\/[!"$-~]*$/, 'Start the path with a slash, and percent-encode spaces and non-ASCII characters'),
);

/**
 * Checks the input of a tool.
 * @throws ToolError that names the input and what's expected, without what was passed
 */
export function parseToolInput<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
	// Stops at the first issue, because those of a large input would block the window for seconds.
	const { success, output, issues } = v.safeParse(schema, input, { abortEarly: true });
	if (!success) {
		throw new ToolError(`Invalid input. ${describeIssue(issues[0])}. Correct the input and call the tool again.`);
	}
	return output;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
	const path = cleanText(v.getDotPath(issue) ?? '').slice(0, MAX_NAME_LENGTH);
	if (issue.type === 'strict_object' && issue.expected === 'never') {
		return `"${path}" isn't an input of this tool`;
	}
	const name = path === '' ? 'The input' : `"${path}"`;
	if (issue.kind === 'validation') {
		return `${name}: ${issue.message}`;
	}
	return issue.received === 'undefined' ? `${name} is missing` : `${name}: expected ${issue.expected ?? 'another value'}`;
}
