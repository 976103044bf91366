import { isSeparator } from './grammar';
import { lineFrom, lineStart } from './lines';
import { findReferences } from './references';
import { parseMarkdown, parseRequestFile, type Request } from './requestFile';

/** A request that is sent with the keys of tokens. */
export interface ReferringRequest {
	readonly request: Request;
	/** The environment variables that it takes them from, each once, in the order of the text. */
	readonly variables: readonly string[];
	/** Whether it is the first of its block, or of its fence: REST Client sends no other. */
	readonly isFirst: boolean;
}

/** A place of the text that takes a token's key when it is sent. */
interface Use {
	readonly at: number;
	readonly variable: string;
}

const DEFINITION = /[^\S\r\n]*@([^\s=:]+)[^\S\r\n]*:?=/y;
const VARIABLE = /\{\{[ \t]*([^\s{}$]+)[ \t]*\}\}/g;

/** The requests of a `.http` or `.rest` file that refer to tokens, themselves or by a variable of the file that does. */
export function referringRequests(text: string): ReferringRequest[] {
	const isFirst = ({ range: { start } }: Request) => start === 0 || isSeparator(text, lineFrom(text, start, text.length));
	return referring(text, parseRequestFile(text), isFirst);
}

/** As `referringRequests`, in the fences of a Markdown document. */
export function referringRequestsInMarkdown(text: string): ReferringRequest[] {
	return parseMarkdown(text).flatMap(({ requests }) => referring(text, requests, (request) => request === requests[0]));
}

function referring(text: string, requests: readonly Request[], isFirst: (request: Request) => boolean): ReferringRequest[] {
	const uses = usesIn(text);
	let next = 0;
	return requests.flatMap((request) => {
		while (next < uses.length && uses[next]!.at < request.requestLine.start) {
			next++;
		}
		const used = new Set<string>();
		for (; next < uses.length && uses[next]!.at < request.range.end; next++) {
			used.add(uses[next]!.variable);
		}
		return used.size > 0 ? [{ request, variables: [...used], isFirst: isFirst(request) }] : [];
	});
}

/** References, and variables whose definition holds one, in order. */
function usesIn(text: string): readonly Use[] {
	const references = findReferences(text);
	/** What variables of the file stand for. */
	const definitions = new Map<string, string>();
	const direct: Use[] = [];
	for (const { start, variable } of references) {
		DEFINITION.lastIndex = lineStart(text, start);
		const name = DEFINITION.exec(text)?.[1];
		if (name === undefined) {
			direct.push({ at: start, variable });
		} else {
			definitions.set(name, variable);
		}
	}
	if (definitions.size === 0) {
		return direct;
	}
	const indirect = Array.from(text.matchAll(VARIABLE), ({ index, 1: name }) => ({ at: index, variable: definitions.get(name!) }));
	return [...direct, ...indirect.filter((use): use is Use => use.variable !== undefined)].sort((one, other) => one.at - other.at);
}
