import type { Destination } from './destinations';
import { FileVariables, isNamedInSetting, parseVariableDefinition, type VariableDefinition } from './fileVariables';
import { HttpYacDestinations } from './httpYacDestinations';
import { parseWithImports, type ImportReader, type ParsedFile } from './importedFiles';
import { findKeyReferences, formatVariableReference, type KeyReference } from './keyReferences';
import { sliceRange, splitLines, type Line } from './lines';
import { CLIENT_FENCE_PATTERNS } from './markdownFences';
import { canPrecedeInRestClient, isComment, isHeaderForHttpYac, isRestClientSeparator } from './requestGrammar';
import { createRangeCursor, createRangeLookup } from './rangeCursors';
import type { RequestFileKind } from './requestFileKind';
import type { ParsedRequest, ParsedSection } from './requestFileParser';
import { resolveRequestTarget, type RequestTarget } from './requestTarget';
import { RestClientDestinations } from './restClientDestinations';
import type { LineKind, SectionLines } from './sectionLines';

/** The syntaxes in which VS Code's HTTP clients read request files. */
export type ClientSyntax = 'restClient' | 'httpYac';

/** A request that uses tokens' keys. */
export interface RequestUse {
	readonly request: ParsedRequest;
	/** Environment variables that any client resolves when it sends the request, without duplicates. */
	readonly variables: readonly string[];
	/** The same by client; undefined for a client that doesn't send exactly this request. */
	readonly variablesByClient: Readonly<Record<ClientSyntax, readonly string[] | undefined>>;
	/**
	 * Environment variables that REST Client could use, too: if it inserts text that only it knows into a variable, that text can name another
	 * variable of the file.
	 */
	readonly possibleVariables: readonly string[];
	/** Undefined if it isn't known. */
	readonly target: RequestTarget | undefined;
	/**
	 * Where each client sends the variables' values: the request's origin, and those of proxies and of requests that it sends first. Empty if
	 * the client doesn't send the request.
	 */
	readonly destinationsByClient: Readonly<Record<ClientSyntax, readonly Destination[]>>;
}

/** What a file's requests use. */
export interface RequestFileUses {
	/** The requests that use tokens' keys, or could, in order. */
	readonly requests: readonly RequestUse[];
	/**
	 * The requests of imported files that use tokens' keys. They're at the line that imports their file, and of the kind `broker`, because no
	 * header is ever inserted there.
	 */
	readonly importedRequests: readonly RequestUse[];
	/** Texts of the imported files, if any file uses a token's key. */
	readonly importedTexts: readonly string[];
	/** References that aren't in comments, in order. */
	readonly references: readonly KeyReference[];
}

/** Use of a token's environment variable in a line. */
interface LineUse {
	readonly line: Line;
	readonly kind: LineKind;
	readonly variables: Readonly<Record<ClientSyntax, readonly string[]>>;
	/** Whether it could use any variable: it inserts another file with its references, or reads the variable's name from a setting. */
	readonly isAnyVariable: boolean;
	/** Whether it contains text that only REST Client knows. */
	readonly isUnknownText: boolean;
}

/** The variables that each client knows: only httpYac imports files. Undefined for a client that doesn't read the file. */
interface KnownVariables {
	readonly restClient: FileVariables | undefined;
	readonly httpYac: FileVariables;
}

/** What REST Client sends for the text between two separators, or in a fence: one request. */
interface RestClientBlock {
	/** Where the first line starts that it doesn't skip. */
	readonly start: number;
	readonly end: number;
}

/** Environment variables in all files that a request could use without naming them. */
interface UnnamedVariables {
	/** Those of scripts. */
	readonly scripts: readonly string[];
	/** Those that code could read. */
	readonly used: readonly string[];
	/** Those that REST Client could read: also of other files. */
	readonly any: readonly string[];
}

interface DestinationFinders {
	readonly restClient: RestClientDestinations;
	readonly httpYac: HttpYacDestinations;
	/** For text that doesn't look like a request. */
	readonly disguised: RestClientDestinations;
}

/** Each request can use all of them. */
const MAX_VARIABLES = 1000;
const VARIABLE_PREFIX_PATTERN = /connect_/i;
const IMPORT_MARK = '@import';
export const NO_USES: RequestFileUses = { requests: [], importedRequests: [], importedTexts: [], references: [] };
const HOST_HEADER_PATTERN = /^\s*host\s*:/i;
const LINE_BREAK_AT_END = /(?:\r\n|\r|\n)$/;

/**
 * Finds the requests that use tokens' keys: in their own lines, or through variables at any level. Knows what each client reads, sends, and
 * drops. Takes linear time. Finds no uses in a file with too many definitions or variables.
 * @param readImport by default, no imported file can be read
 * @param exposedVariables of other files. Only a setting says which of them REST Client reads for `{{$processEnv %name}}`.
 */
export function findRequestUses(
	text: string,
	kind: RequestFileKind,
	readImport: ImportReader = () => undefined,
	exposedVariables: readonly string[] = [],
): RequestFileUses {
	const otherVariables = isNamedInSetting(text) ? exposedVariables : [];
	if (otherVariables.length === 0 && !VARIABLE_PREFIX_PATTERN.test(text) && !text.includes(IMPORT_MARK)) {
		return NO_USES;
	}
	const files = parseWithImports(text, kind, readImport);
	if (otherVariables.length === 0 && !files.some((file) => VARIABLE_PREFIX_PATTERN.test(file.text))) {
		return NO_USES;
	}
	const [main, ...importedFiles] = files;
	const definitions = files.map(findDefinitions);
	const ownVariables = new FileVariables(definitions[0]!);
	const allVariables = importedFiles.length === 0 ? ownVariables : new FileVariables(definitions.flat());
	const httpYac = new HttpYacDestinations(files);
	const restClient = new RestClientDestinations(splitLines(text, 0, text.length).map((line) => sliceRange(text, line)));
	// Without definitions: a name could mean something else in each file.
	const undefinedNames = new RestClientDestinations([]);
	const sections = createSections(
		main,
		{ restClient: ownVariables, httpYac: allVariables },
		{ restClient, httpYac, disguised: importedFiles.length === 0 ? restClient : undefinedNames },
	);
	const importedSections = importedFiles.flatMap((file) =>
		createSections(
			file,
			{ restClient: undefined, httpYac: allVariables },
			{ restClient: undefinedNames, httpYac, disguised: undefinedNames },
		),
	);
	const allSections = [...sections, ...importedSections];
	const scripts = [...new Set(allSections.flatMap((section) => section.scriptVariables))];
	const used = [...new Set(allSections.flatMap((section) => section.usedVariables))];
	const any = [...new Set([...used, ...otherVariables])];
	const isTooComplex = allVariables.isTooComplex || used.length > MAX_VARIABLES;
	const find = (items: readonly SectionUses[]) =>
		isTooComplex ? [] : items.flatMap((section) => section.findRequests({ scripts, used, any }));
	const importedRequests = find(importedSections);
	const isInComment = createRangeLookup(sections.flatMap((section) => section.commentLines));
	return {
		requests: addDestinationsOfOthers(find(sections), importedRequests, httpYac),
		importedRequests,
		importedTexts: importedFiles.map((file) => file.text),
		references: findKeyReferences(text).filter(({ start }) => !isInComment(start)),
	};
}

/** Finds the request at an offset, as if it used a token's key there. Returns undefined if it couldn't use one. */
export function findUseAt(text: string, kind: RequestFileKind, offset: number, readImport?: ImportReader): RequestUse | undefined {
	const reference = formatVariableReference('SU-000-000-000');
	const { requests } = findRequestUses(text.slice(0, offset) + reference + text.slice(offset), kind, readImport);
	return requests.find(({ request: { range } }) => range.start <= offset && offset <= range.end);
}

function createSections(file: ParsedFile, variables: KnownVariables, destinations: DestinationFinders): readonly SectionUses[] {
	return file.sections.map(({ section, lines }) => new SectionUses(file, section, lines, variables, destinations));
}

/** The uses of tokens' keys in a file or a fence. */
class SectionUses {
	readonly commentLines: readonly Line[];
	/** Environment variables that scripts use. What a script does with them isn't known, so each request could. */
	readonly scriptVariables: readonly string[];
	/** Environment variables that anything but comments uses. */
	readonly usedVariables: readonly string[];
	readonly #text: string;
	readonly #uses: readonly LineUse[];
	readonly #blocks: readonly RestClientBlock[];
	/** Environment variables that REST Client's variables of the file use. */
	readonly #definedVariables: readonly string[];
	/** By where they start. */
	#lineIndexes: ReadonlyMap<number, number> | undefined;

	constructor(
		private readonly file: ParsedFile,
		private readonly section: ParsedSection,
		private readonly sectionLines: SectionLines,
		private readonly variables: KnownVariables,
		private readonly destinations: DestinationFinders,
	) {
		const { lines, kinds } = sectionLines;
		const { text } = file;
		this.#text = text;
		this.#definedVariables = variables.restClient?.tokenVariables ?? [];
		this.commentLines = lines.filter((_, index) => kinds[index] === 'comment');
		this.#uses = lines.flatMap((line, index) => {
			const kind = kinds[index]!;
			const content = sliceRange(text, { start: line.content, end: line.end });
			const find = (known: FileVariables) =>
				kind === 'script' ? known.findTokenVariablesInCode(content) : known.findTokenVariables(content);
			const httpYac = find(variables.httpYac);
			const restClient = variables.restClient && variables.restClient !== variables.httpYac ? find(variables.restClient) : httpYac;
			const isAnyVariable = variables.httpYac.usesAnyVariable(content);
			const isUnknownText = variables.restClient?.usesUnknownText(content) ?? false;
			return httpYac.length > 0 || isAnyVariable || isUnknownText
				? [{ line, kind, variables: { restClient, httpYac }, isAnyVariable, isUnknownText }]
				: [];
		});
		this.scriptVariables = this.#uses.flatMap((use) => (use.kind === 'script' ? use.variables.httpYac : []));
		this.usedVariables = this.#uses.flatMap((use) => (use.kind === 'comment' ? [] : use.variables.httpYac));
		const isFence = section.range.start !== section.content.start;
		this.#blocks = findRestClientBlocks(text, lines, section.content.end, isFence);
	}

	/** Finds the requests, in order. Those of an imported file are at the line that imports it. */
	findRequests(unnamed: UnnamedVariables): readonly RequestUse[] {
		const { importLine } = this.file;
		const uses = [...this.#findRecognizedRequests(unnamed), ...this.#findDisguisedRequests(unnamed)].sort(
			(a, b) => a.request.requestLine.start - b.request.requestLine.start,
		);
		return importLine ? uses.map((use) => ({ ...use, request: toRequest(importLine, importLine.start), target: undefined })) : uses;
	}

	#findRecognizedRequests({ scripts, used, any }: UnnamedVariables): readonly RequestUse[] {
		const usesInBlock = createRangeCursor(this.#uses);
		const usesInRequest = createRangeCursor(this.#uses);
		let nextBlock = 0;
		return this.section.requests.flatMap((request): RequestUse[] => {
			const { start } = request.requestLine;
			while (nextBlock < this.#blocks.length && this.#blocks[nextBlock]!.end <= start) {
				nextBlock++;
			}
			const block = this.#blocks[nextBlock];
			const usesByRestClient =
				block?.start === start && this.#isReadBy('restClient') ? usesInBlock(start, block.end).filter(isNoComment) : undefined;
			const variablesByClient = {
				restClient: usesByRestClient && listVariables('restClient', usesByRestClient, any),
				httpYac:
					request.kind !== 'curl' && this.#isReadBy('httpYac')
						? listVariables(
								'httpYac',
								usesInRequest(start, request.range.end).filter((use) => isSentByHttpYac(this.#text, request, use)),
								used,
								this.destinations.httpYac.readsAnyVariable(request) ? used : scripts,
							)
						: undefined,
			};
			const variables = [...new Set(Object.values(variablesByClient).flatMap((list) => list ?? []))];
			const possibleVariables = this.#listPossibleVariables(usesByRestClient ?? [], variablesByClient.restClient);
			if (variables.length + possibleVariables.length === 0) {
				return [];
			}
			const destinationsByClient = {
				restClient: variablesByClient.restClient ? this.destinations.restClient.list(this.#readBlockLines(start, block!.end)) : [],
				httpYac: variablesByClient.httpYac ? this.destinations.httpYac.list(request) : [],
			};
			const target = resolveRequestTarget(this.#text, request, this.variables.httpYac);
			return [{ request, variables, variablesByClient, possibleVariables, target, destinationsByClient }];
		});
	}

	/**
	 * Finds text that clients send as a request although it doesn't look like one, such as a URL whose scheme contains a variable. Its kind is
	 * `broker`, because no header is ever inserted into it.
	 */
	#findDisguisedRequests({ used, any }: UnnamedVariables): readonly RequestUse[] {
		const { lines } = this.sectionLines;
		const starts = new Set(this.section.requests.map(({ requestLine }) => requestLine.start));
		const usesInBlock = createRangeCursor(this.#uses);
		return this.#blocks.flatMap(({ start, end }): RequestUse[] => {
			const uses = starts.has(start) ? [] : usesInBlock(start, end).filter(isNoComment);
			if (uses.length === 0) {
				return [];
			}
			const blockLines = [...this.#readBlockLines(start, end)];
			// To REST Client, a multi-line comment is a path.
			const isSent = !blockLines[0]!.trimStart().startsWith('/*') || blockLines.some((line) => HOST_HEADER_PATTERN.test(line));
			const destinations = isSent ? this.destinations.disguised.list(blockLines) : [];
			if (destinations.length === 0) {
				return [];
			}
			const httpYac = listVariables('httpYac', uses, used);
			const restClient = this.variables.restClient && listVariables('restClient', uses, any);
			return [
				{
					request: toRequest(lines[this.#getLineIndex(start)]!, start),
					variables: [...new Set([...httpYac, ...(restClient ?? [])])],
					variablesByClient: { restClient, httpYac },
					possibleVariables: this.#listPossibleVariables(uses, restClient),
					target: undefined,
					destinationsByClient: { restClient: destinations, httpYac: destinations },
				},
			];
		});
	}

	#listPossibleVariables(uses: readonly LineUse[], variables: readonly string[] = []): readonly string[] {
		const used = new Set(variables);
		return uses.some(({ isUnknownText }) => isUnknownText) ? this.#definedVariables.filter((variable) => !used.has(variable)) : [];
	}

	#getLineIndex(start: number): number {
		this.#lineIndexes ??= new Map(this.sectionLines.lines.map((line, index) => [line.start, index]));
		return this.#lineIndexes.get(start)!;
	}

	/** Returns what REST Client reads of a request, without comments. */
	*#readBlockLines(start: number, end: number): Generator<string> {
		const { lines } = this.sectionLines;
		for (let index = this.#getLineIndex(start); index < lines.length && lines[index]!.start < end; index++) {
			const line = lines[index]!;
			if (!isComment(this.#text, line)) {
				yield this.#text.slice(line.start, line.end);
			}
		}
	}

	#isReadBy(client: ClientSyntax): boolean {
		const { range, content } = this.section;
		if (!this.variables[client]) {
			return false;
		}
		if (range.start === content.start) {
			return true;
		}
		const [opening, closing] = CLIENT_FENCE_PATTERNS[client];
		return (
			opening.test(this.#text.slice(range.start, content.start).replace(LINE_BREAK_AT_END, '')) &&
			closing.test(this.#text.slice(content.end, range.end))
		);
	}
}

/** Adds where other requests of the file are sent to the destinations of a request that sends them first. */
function addDestinationsOfOthers(
	requests: readonly RequestUse[],
	importedRequests: readonly RequestUse[],
	finder: HttpYacDestinations,
): readonly RequestUse[] {
	const all = [...new Set([...requests, ...importedRequests].flatMap(({ destinationsByClient }) => destinationsByClient.httpYac))];
	return requests.map((use) =>
		finder.sendsOthers(use.request) ? { ...use, destinationsByClient: { ...use.destinationsByClient, httpYac: all } } : use,
	);
}

function findDefinitions({ text }: ParsedFile): readonly VariableDefinition[] {
	return splitLines(text, 0, text.length).flatMap(({ content, end }) => {
		const definition = text.startsWith('@', content) ? parseVariableDefinition(text.slice(content, end)) : undefined;
		return definition ? [definition] : [];
	});
}

/** In a fence, separators are only comments: everything in it is one request. */
function findRestClientBlocks(text: string, lines: readonly Line[], end: number, isFence: boolean): readonly RestClientBlock[] {
	const blocks: RestClientBlock[] = [];
	let start: number | undefined;
	for (const line of lines) {
		if (!isFence && isRestClientSeparator(text, line)) {
			blocks.push({ start: start ?? line.start, end: line.start });
			start = undefined;
		} else if (!canPrecedeInRestClient(text, line)) {
			start ??= line.start;
		}
	}
	return [...blocks, { start: start ?? end, end }];
}

function isSentByHttpYac(text: string, request: ParsedRequest, { kind, line }: LineUse): boolean {
	return (
		kind === 'text' ||
		(kind === 'comment' && request.kind === 'http' && line.start < request.httpYacHeadersEnd && isHeaderNamedWithHash(text, line))
	);
}

/** For httpYac, `#` without a space can start the name of a header. */
function isHeaderNamedWithHash(text: string, line: Line): boolean {
	return text.startsWith('#', line.content) && /\S/.test(text.charAt(line.content + 1)) && isHeaderForHttpYac(text, line);
}

/** Creates the request of text that doesn't look like one. */
function toRequest(requestLine: Line, start: number): ParsedRequest {
	return { kind: 'broker', requestLine, range: { start, end: requestLine.end } };
}

function isNoComment({ kind }: LineUse): boolean {
	return kind !== 'comment';
}

function listVariables(
	client: ClientSyntax,
	uses: readonly LineUse[],
	allVariables: readonly string[],
	others: readonly string[] = [],
): readonly string[] {
	const isAny = others === allVariables || uses.some(({ isAnyVariable }) => isAnyVariable);
	return isAny ? allVariables : [...new Set([...uses.flatMap(({ variables }) => variables[client]), ...others])];
}
