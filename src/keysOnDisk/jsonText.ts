import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { TextReplacement } from '../requestFiles/authorizationEdits';
import type { JsonPath } from './foundKey';

/** White space and comments. */
const TRIVIA_PATTERN = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*/y;

/** Parses JSON with comments and trailing commas, also after a byte order mark. Returns undefined if it's invalid. */
export function parseJson(text: string): Node | undefined {
	const errors: ParseError[] = [];
	try {
		// Offsets stay the same.
		const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
		return errors.length === 0 ? root : undefined;
	} catch (error) {
		// It's nested too deeply.
		if (error instanceof RangeError) {
			return undefined;
		}
		throw error;
	}
}

/** Lists all strings that aren't names, in order. */
export function listStrings(root: Node): readonly Node[] {
	const strings: Node[] = [];
	const pending = [root];
	for (let node = pending.pop(); node; node = pending.pop()) {
		if (node.type === 'string') {
			strings.push(node);
		}
		const children = node.type === 'property' ? node.children?.slice(1) : node.children;
		// A list can have more values than a function can have arguments.
		children?.toReversed().forEach((child) => pending.push(child));
	}
	return strings;
}

/** Returns the value at a path. */
export function getValue(root: Node | undefined, path: JsonPath): Node | undefined {
	return root && findNodeAtLocation(root, [...path]);
}

/** Returns the string at a path. */
export function getString(root: Node | undefined, path: JsonPath): string | undefined {
	const node = getValue(root, path);
	return node?.type === 'string' ? String(node.value) : undefined;
}

/** Applies edits that don't overlap. */
export function applyReplacements(text: string, replacements: readonly TextReplacement[]): string {
	return replacements
		.toSorted((a, b) => b.start - a.start)
		.reduce((changed, { start, end, text: replacement }) => changed.slice(0, start) + replacement + changed.slice(end), text);
}

/** Replaces a part of a string's value. What's outside of the part stays as it's written, unless the string contains escapes. */
export function replaceInString(text: string, node: Node, part: string, replacement: string): TextReplacement {
	const value = String(node.value);
	const raw = text.slice(node.offset + 1, node.offset + node.length - 1);
	if (raw !== value) {
		return { start: node.offset, end: node.offset + node.length, text: JSON.stringify(value.replace(part, () => replacement)) };
	}
	const start = node.offset + 1 + value.indexOf(part);
	return { start, end: start + part.length, text: JSON.stringify(replacement).slice(1, -1) };
}

/** Adds a member to an object after one of its members, in the style of that. */
export function insertMemberAfter(text: string, member: Node, name: string, value: unknown): TextReplacement {
	const [nameNode, valueNode] = member.children!;
	const end = member.offset + member.length;
	const colon = text.slice(nameNode!.offset + nameNode!.length, valueNode!.offset);
	const separator = getSpaceBefore(text, member);
	return {
		start: end,
		end,
		text: `,${separator}${JSON.stringify(name)}${/^\s*:\s*$/.test(colon) ? colon : ': '}${JSON.stringify(value)}`,
	};
}

/** Adds values at the start of a list, in the style of its first value. */
export function insertFirst(text: string, list: Node, values: readonly unknown[]): TextReplacement {
	const [first] = list.children!;
	const formatted = values.map((value) => JSON.stringify(value));
	if (!first) {
		return { start: list.offset, end: list.offset + list.length, text: `[${formatted.join(', ')}]` };
	}
	const space = getSpaceBefore(text, first);
	const separator =
		space === '' ? (/^,[ \t]/.test(text.slice(first.offset + first.length)) || list.children!.length === 1 ? ' ' : '') : space;
	return { start: first.offset, end: first.offset, text: formatted.map((value) => `${value},${separator}`).join('') };
}

/** Removes a member of an object, or a value of a list, with its comma. Comments stay. */
export function removeItem(text: string, item: Node): readonly TextReplacement[] {
	const siblings = item.parent!.children!;
	const index = siblings.indexOf(item);
	const end = item.offset + item.length;
	const comma = skipTrivia(text, end);
	if (text[comma] === ',') {
		const isLast = index === siblings.length - 1;
		const spaceAfter = isLast ? 0 : /^\s*/.exec(text.slice(comma + 1))![0].length;
		return [remove(isLast ? item.offset - getSpaceBefore(text, item).length : item.offset, end), remove(comma, comma + 1 + spaceAfter)];
	}
	const previous = siblings[index - 1];
	if (!previous) {
		const spaceAfter = /^\s*(?=[\]}])/.exec(text.slice(end))?.[0] ?? '';
		return [remove(item.offset - getSpaceBefore(text, item).length, end + spaceAfter.length)];
	}
	const previousComma = skipTrivia(text, previous.offset + previous.length);
	const start = item.offset - getSpaceBefore(text, item).length;
	return [remove(previousComma, previousComma + 1), remove(Math.max(start, previousComma + 1), end)];
}

/** Whether there's a comment in a range. Strings can contain slashes, so it says yes too often rather than too rarely. */
export function mayContainComment(text: string, { offset, length }: Node): boolean {
	return /\/[/*]/.test(text.slice(offset, offset + length));
}

function remove(start: number, end: number): TextReplacement {
	return { start, end, text: '' };
}

function skipTrivia(text: string, start: number): number {
	TRIVIA_PATTERN.lastIndex = start;
	TRIVIA_PATTERN.exec(text);
	return TRIVIA_PATTERN.lastIndex;
}

function getSpaceBefore(text: string, { offset }: Node): string {
	let start = offset;
	while (start > 0 && /\s/.test(text.charAt(start - 1))) {
		start--;
	}
	return text.slice(start, offset);
}
