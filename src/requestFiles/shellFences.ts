import { parseCurlCommands } from './curlCommand';
import { readLine, type TextRange } from './lines';
import { findShellFences } from './markdownFences';
import { findCurlEnd } from './requestGrammar';
import type { CurlRequest } from './requestFileParser';

/** A prompt in front of a command. */
const PROMPT_PATTERN = /[$%>] +/y;

/** The cURL commands of a fence for a shell. */
export interface ShellSection {
	/** All cursor positions in the fence, including its markers. */
	readonly range: TextRange;
	readonly requests: readonly CurlRequest[];
}

/** Parses the fences in a Markdown document that contain cURL commands for a shell, each at the start of a line. No client sends these. */
export function parseShellFences(text: string): ShellSection[] {
	return findShellFences(text).flatMap(({ range, content }) => {
		const requests = parseCommands(text, content, range);
		return requests.length > 0 ? [{ range, requests }] : [];
	});
}

function parseCommands(text: string, content: TextRange, range: TextRange): CurlRequest[] {
	const found: Omit<CurlRequest, 'range'>[] = [];
	for (let at = content.start; at < content.end;) {
		const line = readLine(text, at, content.end);
		const start = skipPrompt(text, line.content);
		at = line.next > at ? line.next : content.end;
		if (findCurlEnd(text, start) !== undefined) {
			const { commands, nextRequest = content.end } = parseCurlCommands(text, start, content.end, 'shell');
			for (const command of commands) {
				const { start: first } = command.words[0]!;
				found.push({ kind: 'curl', requestLine: readLine(text, first, content.end), ...command });
			}
			at = readLine(text, nextRequest, content.end).next;
		}
	}
	return found.map((request, index) => ({
		...request,
		range: {
			start: index === 0 ? range.start : request.requestLine.start,
			end: (found[index + 1]?.requestLine.start ?? range.end + 1) - 1,
		},
	}));
}

function skipPrompt(text: string, at: number): number {
	PROMPT_PATTERN.lastIndex = at;
	return PROMPT_PATTERN.test(text) ? PROMPT_PATTERN.lastIndex : at;
}
