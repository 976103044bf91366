import { basename, dirname, extname, join } from 'node:path';
import { io, store } from 'httpyac';
import yargsParser from 'yargs-parser';

/** What a client sends for a request in a file, before it replaces variables. */
export interface SentRequest {
	readonly method: string;
	readonly url: string;
	/** In order, as the client would send them: a repeated header twice, or with joined values. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	readonly body: string;
}

const REST_CLIENT_METHOD_PATTERN =
	/^(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|LOCK|UNLOCK|PROPFIND|PROPPATCH|COPY|MOVE|MKCOL|MKCALENDAR|ACL|SEARCH)\s+/i;

/**
 * Reads a file by REST Client's rules (0.26.0: `selector.ts`, `httpRequestParser.ts`, `curlRequestParser.ts`), written from scratch. In Markdown,
 * the extension sends a fence as one request, because it drops separators as comments.
 */
export function readWithRestClient(text: string, isMarkdown: boolean): SentRequest[] {
	const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
	const blocks = isMarkdown ? findRestClientFences(lines) : splitAtSeparators(lines);
	return blocks.flatMap((block) => {
		const withoutComments = block.filter((line) => !/^\s*(?:#|\/\/)/.test(line));
		const start = withoutComments.findIndex((line) => line.trim() !== '' && !/^\s*@[^\s=]+\s*=/.test(line));
		const end = withoutComments.findLastIndex((line) => line.trim() !== '');
		const request = start < 0 ? [] : withoutComments.slice(start, end + 1);
		if (request.length === 0 || /^\s*HTTP\/[\d.]+/.test(request[0]!)) {
			return [];
		}
		return [/^\s*curl/i.test(request[0]!) ? readRestClientCurl(request.join('\n')) : readRestClientHttp(request)];
	});
}

/** Reads a file with httpYac's parser. Requests over other protocols have the same kind of headers. */
export async function readWithHttpYac(text: string, isMarkdown: boolean): Promise<SentRequest[]> {
	initFileProvider();
	const files = new store.HttpFileStore();
	const file = await files.parse(`/requests/file.${isMarkdown ? 'md' : 'http'}`, text.replace(/^\ufeff/, ''), {
		workingDir: '/requests',
		config: {},
	});
	return file.httpRegions.flatMap(({ request }) =>
		request
			? [
					{
						method: request.method ?? '',
						url: request.url,
						headers: Object.entries(request.headers ?? {}).flatMap(([name, value]) =>
							[value].flat().map((one) => [name, String(one)] as const),
						),
						body: typeof request.body === 'string' ? request.body : '',
					},
				]
			: [],
	);
}

/**
 * Reads a file by the rules of JetBrains' HTTP client (the specification of its format): indented lines below the request line continue the
 * URL, and indented lines below a header continue the header.
 */
export function readWithJetBrains(text: string): SentRequest[] {
	return splitAtSeparators(text.replace(/^\ufeff/, '').split(/\r?\n/)).flatMap((block) => {
		const lines = removeBlocks(block).filter((line) => !/^\s*(?:#|\/\/)/.test(line));
		const start = lines.findIndex((line) => line.trim() !== '' && !/^(?:@|<\s|import\s|run\s)/.test(line));
		if (start < 0) {
			return [];
		}
		let next = start + 1;
		let url = lines[start]!.trim();
		while (/^\s+\S/.test(lines[next] ?? '')) {
			url += lines[next++]!.trim();
		}
		const headers: [string, string][] = [];
		for (; (lines[next] ?? '').trim() !== ''; next++) {
			const line = lines[next]!;
			if (/^\s/.test(line) && headers.length > 0) {
				headers.at(-1)![1] += ` ${line.trim()}`;
			} else {
				headers.push(splitHeader(line));
			}
		}
		const [, method = 'GET', target = url] = /^([A-Z]+)\s+(.*?)$/.exec(url.replace(/\s+HTTP\/[\d.]+$/, '')) ?? [];
		return [
			{
				method,
				url: target,
				headers,
				body: lines
					.slice(next + 1)
					.join('\n')
					.trim(),
			},
		];
	});
}

/** Reads a file by Visual Studio's rules: each request has one line, and headers up to a blank line. */
export function readWithVisualStudio(text: string): SentRequest[] {
	return splitAtSeparators(text.replace(/^\ufeff/, '').split(/\r?\n/)).flatMap((block) => {
		const lines = block.filter((line) => !/^\s*(?:#|\/\/)/.test(line));
		const start = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('@'));
		if (start < 0) {
			return [];
		}
		const end = lines.findIndex((line, index) => index > start && line.trim() === '');
		const [method = '', url = ''] = lines[start]!.split(/\s+/);
		const headers = lines.slice(start + 1, end < 0 ? undefined : end).map(splitHeader);
		return [
			{
				method,
				url,
				headers,
				body:
					end < 0
						? ''
						: lines
								.slice(end + 1)
								.join('\n')
								.trim(),
			},
		];
	});
}

function splitAtSeparators(lines: readonly string[]): string[][] {
	const blocks: string[][] = [[]];
	for (const line of lines) {
		if (/^#{3,}/.test(line)) {
			blocks.push([]);
		} else {
			blocks.at(-1)!.push(line);
		}
	}
	return blocks;
}

function findRestClientFences(lines: readonly string[]): string[][] {
	const fences: string[][] = [];
	let open: string[] | undefined;
	for (const line of lines) {
		if (open && line === '```') {
			fences.push(open);
			open = undefined;
		} else if (/^```(?:http|rest)$/.test(line)) {
			open = [];
		} else {
			open?.push(line);
		}
	}
	return fences;
}

function readRestClientHttp(lines: readonly string[]): SentRequest {
	let next = 1;
	let url = lines[0]!.trim();
	while (/^\s*[&?]/.test(lines[next] ?? '')) {
		url += lines[next++]!.trim();
	}
	const blank = lines.findIndex((line, index) => index >= next && line.trim() === '');
	const headers = lines.slice(next, blank < 0 ? undefined : blank);
	const method = REST_CLIENT_METHOD_PATTERN.exec(url);
	return {
		method: method?.[1]?.toUpperCase() ?? 'GET',
		url: url.slice(method?.[0].length ?? 0).replace(/\s+HTTP\/.*$/i, ''),
		headers: joinHeaders(headers.map(splitHeader)),
		body: blank < 0 ? '' : lines.slice(blank + 1).join('\n'),
	};
}

function readRestClientCurl(text: string): SentRequest {
	const line = text
		.trim()
		.replace(/\\\r|\\\n/g, '')
		.replace(/\s{2,}/g, ' ');
	const parsed = yargsParser(line.replace(/(-I|--head)(?=\s+)/, '-X HEAD'));
	const [user] = [parsed.u ?? parsed.user].flat();
	const [method, otherMethod] = [parsed.X ?? parsed.request].flat();
	if (otherMethod !== undefined) {
		throw new Error(`REST Client can't send a command with two methods: ${line}`);
	}
	const headers = joinHeaders([parsed.H ?? parsed.header ?? []].flat().map(splitHeader));
	const body = toText(parsed.d ?? parsed.data ?? parsed['data-raw']);
	const hasContentType = headers.some(([name]) => name.toLowerCase() === 'content-type');
	return {
		method: method?.toUpperCase() ?? (body === '' ? 'GET' : 'POST'),
		url: toText(parsed._[1] ?? parsed.L ?? parsed.location ?? parsed.compressed ?? parsed.url),
		headers: [
			...headers,
			...(user === undefined ? [] : [['Authorization', `Basic ${Buffer.from(user).toString('base64')}`] as const]),
			...(body === '' || hasContentType ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
		],
		body,
	};
}

/** REST Client joins an option's values if it's repeated. */
function toText(values: string | readonly string[] | undefined): string {
	return [values ?? []].flat().join('&');
}

function splitHeader(line: string): [name: string, value: string] {
	const colon = line.indexOf(':');
	return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/** REST Client joins the values of headers with the same name, and those of cookies as cookies. */
function joinHeaders(headers: readonly [name: string, value: string][]): [name: string, value: string][] {
	const joined = new Map<string, [name: string, value: string]>();
	for (const [name, value] of headers) {
		const first = joined.get(name.toLowerCase());
		const separator = name.toLowerCase() === 'cookie' ? ';' : ',';
		joined.set(name.toLowerCase(), first ? [first[0], `${first[1]}${separator}${value}`] : [name, value]);
	}
	return [...joined.values()];
}

/** Removes scripts over several lines. */
function removeBlocks(lines: readonly string[]): string[] {
	let closing: string | undefined;
	return lines.filter((line) => {
		if (closing !== undefined) {
			closing = line.trim() === closing ? undefined : closing;
			return false;
		}
		closing = /^[<>]\s+\{%\s*$/.test(line) ? '%}' : undefined;
		return closing === undefined && !line.startsWith('>');
	});
}

/** The parser asks about files beside the request file. There are none. */
function initFileProvider(): void {
	Object.assign(io.fileProvider, {
		EOL: '\n',
		isAbsolute: () => Promise.resolve(true),
		dirname,
		joinPath: join,
		exists: () => Promise.resolve(false),
		readdir: () => Promise.resolve([]),
		hasExtension: (name: string, ...extensions: string[]) => extensions.includes(extname(basename(name)).slice(1)),
	});
}
