/** A request or response as a strict recipient reads it. */
export interface Message {
	readonly startLine: string;
	/** Names in lower case, and values. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	readonly body: string;
	/** Whether its end was received. */
	readonly isComplete: boolean;
}

const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/;
const CHUNK = /^([0-9a-f]+)\r\n/i;

/**
 * Reads the messages of one direction of a connection, and throws if two recipients could read them differently (RFC 9112, sections 5.1,
 * 6.1, and 6.3). The last one may be incomplete.
 * @param startLine pattern of valid start lines
 * @param hasBody whether a message can have a body at all; one that has no length either extends up to the end of the connection
 */
export function readMessages(bytes: string, startLine: RegExp, hasBody: (message: Message) => 'none' | 'counted' | 'untilEnd'): Message[] {
	const messages: Message[] = [];
	let rest = bytes;
	while (rest !== '') {
		const end = rest.indexOf('\r\n\r\n');
		if (end < 0) {
			messages.push({ startLine: '', headers: [], body: '', isComplete: false });
			break;
		}
		const head = readHead(rest.slice(0, end), startLine);
		const { body, length, isComplete } = readBody(head, rest.slice(end + 4), hasBody);
		messages.push({ ...head, body, isComplete });
		rest = rest.slice(end + 4 + length);
	}
	return messages;
}

/** Returns the values of a header. */
export function getValues({ headers }: Message, name: string): string[] {
	return headers.filter(([other]) => other === name).map(([, value]) => value);
}

function readHead(text: string, startLine: RegExp): Message {
	const [first = '', ...lines] = text.split('\r\n');
	if (!startLine.test(first)) {
		throw new Error(`Invalid start line: ${JSON.stringify(first)}`);
	}
	const headers = lines.map((line) => {
		const match = HEADER_LINE.exec(line);
		if (match === null) {
			throw new Error(`Invalid header line: ${JSON.stringify(line)}`);
		}
		// White space around a value isn't part of it (RFC 9110, section 5.5).
		return [match[1]!.toLowerCase(), match[2]!.replace(/^[\t ]+|[\t ]+$/g, '')] as const;
	});
	return { startLine: first, headers, body: '', isComplete: true };
}

function readBody(
	head: Message,
	rest: string,
	hasBody: (message: Message) => 'none' | 'counted' | 'untilEnd',
): { body: string; length: number; isComplete: boolean } {
	const lengths = getValues(head, 'content-length');
	const encodings = getValues(head, 'transfer-encoding');
	if (
		lengths.length + encodings.length > 1 ||
		lengths.some((length) => !/^\d+$/.test(length)) ||
		encodings.some((name) => name !== 'chunked')
	) {
		throw new Error(`Ambiguous length: ${JSON.stringify(head.headers)}`);
	}
	const kind = hasBody(head);
	if (kind === 'none') {
		return { body: '', length: 0, isComplete: true };
	}
	if (encodings.length > 0) {
		return readChunks(rest);
	}
	if (lengths.length === 0) {
		return kind === 'untilEnd' ? { body: rest, length: rest.length, isComplete: true } : { body: '', length: 0, isComplete: true };
	}
	const body = rest.slice(0, Number(lengths[0]));
	return { body, length: body.length, isComplete: body.length === Number(lengths[0]) };
}

function readChunks(rest: string): { body: string; length: number; isComplete: boolean } {
	let body = '';
	let position = 0;
	for (;;) {
		const line = CHUNK.exec(rest.slice(position));
		if (line === null) {
			if (/\r\n|\n/.test(rest.slice(position))) {
				throw new Error(`Invalid chunk: ${JSON.stringify(rest.slice(position, position + 40))}`);
			}
			return { body, length: rest.length, isComplete: false };
		}
		position += line[0].length;
		const size = parseInt(line[1]!, 16);
		if (size === 0) {
			const trailersEnd = rest.slice(position - 2).indexOf('\r\n\r\n');
			return trailersEnd < 0
				? { body, length: rest.length, isComplete: false }
				: { body, length: position + trailersEnd + 2, isComplete: true };
		}
		const chunk = rest.slice(position, position + size);
		body += chunk;
		position += size;
		if (rest.length < position + 2) {
			return { body, length: rest.length, isComplete: false };
		}
		if (rest.slice(position, position + 2) !== '\r\n') {
			throw new Error('A chunk is longer than its size');
		}
		position += 2;
	}
}
