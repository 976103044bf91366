/** A tool can't do what it was called for. The message tells a language model why and what to do next. */
export class ToolError extends Error {
	override readonly name = 'ToolError';
}
