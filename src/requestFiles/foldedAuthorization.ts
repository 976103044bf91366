import { sliceRange, trimRange, type Line } from './lines';
import { isComment, isContinuation } from './requestGrammar';

/** A name and a colon would be a header, except in a token's key. */
const CREDENTIALS = '(?:\\{\\{[^{}]*\\}\\}|[\\w.~+/=-]+|SU-[\\d-]+:\\S+)';
/** One of a scheme's parameters, as in Digest and in signatures. A string may end in another line. */
const PARAMETER = '[\\w!#$%&\'*+.^`|~-]+\\s*=\\s*(?:"(?:[^"\\\\]|\\\\.)*(?:"|$)|(?:\\{\\{[^{}]*\\}\\}|[^\\s",{}])+)';
const PARAMETERS = `,?\\s*${PARAMETER}(?:\\s*,\\s*${PARAMETER})*\\s*,?`;
const SCHEME = '(?:[A-Za-z]+|AWS4-HMAC-SHA256)';

/**
 * By how a folded value starts, what continues it in the next line. A value that looks complete is continued only by more of the same kind,
 * because the line below an inserted header must never look like a part of it.
 */
const FOLDED_VALUE_PATTERNS: readonly (readonly [value: RegExp, below: RegExp])[] = [
	[/^$/, new RegExp(`^(?:${SCHEME} (?:${CREDENTIALS}|${PARAMETERS})|ApiKey|Basic|Bearer|Digest|OAuth|Token|AWS4-HMAC-SHA256)$`)],
	[new RegExp(`^${SCHEME}$`), new RegExp(`^(?:${CREDENTIALS}|${PARAMETERS})$`)],
	[new RegExp(`^${SCHEME} ${PARAMETERS}$`), new RegExp(`^${PARAMETERS}$`)],
	// A long token, such as a JWT, that's wrapped.
	[/^(?!ApiKey)[A-Za-z]+ [\w.~+/=-]{16,}$/, /^[\w.~+/=-]{16,}$/],
];
/** What continues a value that's already folded. */
const FOLDED_AGAIN_PATTERN = new RegExp(`^(?:${CREDENTIALS}|${PARAMETERS})$`);

/**
 * Reads the lines that continue an Authorization header the way JetBrains folds it: indented, with credentials or parameters. VS Code's clients
 * treat any other indented line as a separate header or as the body. There can be comments between the lines.
 * @param below lines below the header's first line, up to the end of the headers
 * @param value in the header's first line
 * @param indent of the section's lines
 */
export function readFoldedLines(text: string, below: Iterable<Line>, value: string, indent: string): readonly Line[] {
	const folded: Line[] = [];
	const firstPattern = FOLDED_VALUE_PATTERNS.find(([start]) => start.test(value))?.[1];
	// A stray quote behind other values must not swallow the lines below.
	let isInQuotes = firstPattern !== undefined && hasOpenQuote(value);
	for (const line of below) {
		if (isComment(text, line)) {
			continue;
		}
		const content = sliceRange(text, trimRange(text, line));
		const isIndented = /^[ \t]+$/.test(text.slice(line.start + indent.length, line.content));
		const isCandidate = isIndented && !isContinuation(text, line);
		const pattern = folded.length > 0 ? FOLDED_AGAIN_PATTERN : firstPattern;
		if (!isCandidate || !(isInQuotes || pattern?.test(content))) {
			break;
		}
		folded.push(line);
		isInQuotes = isInQuotes !== hasOpenQuote(content);
	}
	return folded;
}

function hasOpenQuote(text: string): boolean {
	return text.replace(/\\./g, '').split('"').length % 2 === 0;
}
