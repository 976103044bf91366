import { isSeparator } from './requestGrammar';
import { readLine, findLineStart } from './lines';
import { findKeyReferences } from './keyReferences';
import { parseMarkdown, parseRequestFile, type ParsedRequest } from './requestFileParser';

/** A request that is sent with the keys of tokens. */
export interface ReferencingRequest {
	readonly request: ParsedRequest;
	/** The environment variables that it takes them from, each once, in the order of the text. */
	readonly variables: readonly string[];
	/** Whether it is the first of its block, or of its fence: REST Client sends no other. */
	readonly isFirstInBlock: boolean;
}

/** A place of the text that takes a token's key when it is sent. */
interface VariableUse {
	readonly offset: number;
	readonly variable: string;
}

const DEFINITION_PATTERN = /[^\S\r\n]*@([^\s=:]+)[^\S\r\n]*:?=/y;
const VARIABLE_PATTERN = /\{\{[ \t]*([^\s{}$]+)[ \t]*\}\}/g;

/** The requests of a `.http` or `.rest` file that refer to tokens, themselves or by a variable of the file that does. */
export function findReferencingRequests(text: string): ReferencingRequest[] {
	const isFirst = ({ range: { start } }: ParsedRequest) => start === 0 || isSeparator(text, readLine(text, start, text.length));
	return findReferencing(text, parseRequestFile(text), isFirst);
}

/** As `referringRequests`, in the fences of a Markdown document. */
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

/** References, and variables whose definition holds one, in order. */
function findVariableUses(text: string): readonly VariableUse[] {
	const references = findKeyReferences(text);
	/** What variables of the file stand for. */
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
		(one, other) => one.offset - other.offset,
	);
}
