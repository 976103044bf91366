import { format } from 'node:util';

/** Begins each line of the tests' report, among all that VS Code prints beside it. It is invisible. */
const OUTPUT_MARK = '\u2063';

/** Prints like the console, with the mark. */
export function printWithMark(...args: unknown[]): void {
	console.log(OUTPUT_MARK + format(...args));
}

/** The text behind the mark; undefined for a text without one. */
export function textAfterMark(text: string): string | undefined {
	return text.startsWith(OUTPUT_MARK) ? text.slice(OUTPUT_MARK.length) : undefined;
}
