import { isSeparator } from './requestGrammar';
import { readLine, findLineStart } from './lines';
import { findKeyReferences } from './keyReferences';
import { parseMarkdown, parseRequestFile, type ParsedRequest } from './requestFileParser';

/** A request that references tokens. */
export interface ReferencingRequest {
	readonly request: ParsedRequest;
	/** Environment variables that it references, without duplicates, in the order of the text. */
	readonly variables: readonly string[];
	/** Whether it's the first request in its block or fence, which is the only one that REST Client sends. */
	readonly isFirstInBlock: boolean;
}

/** Use of a token's environment variable, directly or through a file variable. */
interface VariableUse {
	readonly offset: number;
	readonly variable: string;
}

const DEFINITION_PATTERN = /[^\S\r\n]*@([^\s=:]+)[^\S\r\n]*:?=/y;
const VARIABLE_PATTERN = /\{\{[ \t]*([^\s{}$]+)[ \t]*\}\}/g;

/** Finds the requests in a `.http` or `.rest` file that reference tokens, directly or through a file variable. */
export function findReferencingRequests(text: string): ReferencingRequest[] {
	const isFirst = ({ range: { start } }: ParsedRequest) => start === 0 || isSeparator(text, readLine(text, start, text.length));
	return findReferencing(text, parseRequestFile(text), isFirst);
}

/** Like `findReferencingRequests`, for the fences in a Markdown document. */
export function findReferencingRequestsInMarkdown(text: string): ReferencingRequest[] {
	return parseMarkdown(text).flatMap(({ requests }) => findReferencing(text, requests, (request) => request === requests[0]));
}

function findReferencing(
	text: string,
	requests: readonly ParsedRequest[],
	isFirstInBlock: (request: ParsedRequest) => boolean,
): ReferencingRequest[] {
	const uses = findVariableUses(text);
	let next = 0;
	return requests.flatMap((request) => {
		while (next < uses.length && uses[next]!.offset < request.requestLine.start) {
			next++;
		}
		const used = new Set<string>();
		for (; next < uses.length && uses[next]!.offset < request.range.end; next++) {
			used.add(uses[next]!.variable);
		}
		return used.size > 0 ? [{ request, variables: [...used], isFirstInBlock: isFirstInBlock(request) }] : [];
	});
}

/** Finds references outside of variable definitions, and uses of variables whose definition contains a reference, in order. */
function findVariableUses(text: string): readonly VariableUse[] {
	const references = findKeyReferences(text);
	/** Environment variables by the name of the file variable that references them. */
	const definitions = new Map<string, string>();
	const directUses: VariableUse[] = [];
	for (const { start, variable } of references) {
		DEFINITION_PATTERN.lastIndex = findLineStart(text, start);
		const name = DEFINITION_PATTERN.exec(text)?.[1];
		if (name === undefined) {
			directUses.push({ offset: start, variable });
		} else {
			definitions.set(name, variable);
		}
	}
	if (definitions.size === 0) {
		return directUses;
	}
	const indirectUses = Array.from(text.matchAll(VARIABLE_PATTERN), ({ index, 1: name }) => ({
		offset: index,
		variable: definitions.get(name!),
	}));
	return [...directUses, ...indirectUses.filter((use): use is VariableUse => use.variable !== undefined)].sort(
		(a, b) => a.offset - b.offset,
	);
}
