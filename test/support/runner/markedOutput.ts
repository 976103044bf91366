import { format } from 'node:util';

/** An invisible prefix that distinguishes the tests' output from VS Code's. */
const OUTPUT_MARK = '\u2063';

/** Prints to the console with the mark. */
export function printWithMark(...args: unknown[]): void {
	console.log(OUTPUT_MARK + format(...args));
}

/** Returns the text after the mark; undefined if the text doesn't start with it. */
export function textAfterMark(text: string): string | undefined {
	return text.startsWith(OUTPUT_MARK) ? text.slice(OUTPUT_MARK.length) : undefined;
}
