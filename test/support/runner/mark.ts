import { format } from 'node:util';

/** Begins each line of the tests' report, among all that VS Code prints beside it. It is invisible. */
const MARK = '\u2063';

/** Prints like the console, with the mark. */
export function printMarked(...args: unknown[]): void {
	console.log(MARK + format(...args));
}

/** The text behind the mark; undefined for a text without one. */
export function marked(text: string): string | undefined {
	return text.startsWith(MARK) ? text.slice(MARK.length) : undefined;
}
