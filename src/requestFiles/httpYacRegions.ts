import type { VariableDefinition } from './fileVariables';
import { canChangeRequest, canMetadataChangeRequest, canReadEnvironment, canScriptReadEnvironment, parseMetadata } from './httpYacCode';
import { sliceRange, type Line } from './lines';
import { findPlaceholders } from './placeholders';
import { isSeparator } from './requestGrammar';
import type { ParsedRequest } from './requestFileParser';
import type { SectionLines } from './sectionLines';

/** A comment that makes httpYac run the lines of another file, which it does before each request. */
export interface HttpYacImport {
	/** As written. */
	readonly path: string;
	readonly line: Line;
}

/** A part of a file that httpYac runs at once: a request with the lines above it, or lines that it runs before each request. */
export interface HttpYacRegion {
	request: ParsedRequest | undefined;
	/** Definitions in front of the request line. The others have no effect on the region's request. */
	readonly definitions: VariableDefinition[];
	readonly laterDefinitions: VariableDefinition[];
	/** Imports in front of the request line. The others may be a part of the body. */
	readonly imports: HttpYacImport[];
	readonly laterImports: HttpYacImport[];
	/** Names that stand for something else than what they're defined as, such as the response of a request. */
	readonly otherNames: string[];
	/** URLs of proxies that the request is sent through. */
	readonly proxies: string[];
	/** Whether code that runs before the request is sent could change it. */
	hasCode: boolean;
	/** Whether code could change it that applies to all requests of the file. */
	hasCodeForAll: boolean;
	/** Whether code could change variables for requests that are sent later. */
	hasScript: boolean;
	/** Whether code could read any environment variable. */
	readsEnvironment: boolean;
	/** Values of Authorization headers. */
	readonly authorizations: string[];
	/** Whether sending the request sends others first. */
	refersToOthers: boolean;
	/** Whether it has a name or can be disabled. Without that and without a request, its definitions are in effect for all requests. */
	isNamed: boolean;
}

const DEFINITION_PATTERN = /^@(global\.)?([^\s=:]+)\s*:?=*\s*"?(.*)$/;
const SCRIPT_PATTERN = /^\{\{(?:@js\s+)?([+@]?)(request|streaming|response|after|responseLogging)?\s*$/i;
const SPREAD_PATTERN = /^\.{3}(\S+)/;
const AUTHORIZATION_PATTERN = /^authorization\s*:\s*(.*)$/i;
const LOOP_PATTERN = /^for\s+(\w+)\s+of\s/;

/** Splits a section at separators and at requests without a separator. */
export function parseHttpYacRegions(text: string, { lines, kinds, requests }: SectionLines): readonly HttpYacRegion[] {
	const regions: HttpYacRegion[] = [createRegion()];
	let nextRequest = 0;
	lines.forEach((line, index) => {
		const kind = kinds[index]!;
		const isRequestLine = requests[nextRequest]?.requestLine.start === line.start;
		if ((kind === 'comment' && isSeparator(text, line)) || (isRequestLine && regions.at(-1)!.request)) {
			regions.push(createRegion());
		}
		const region = regions.at(-1)!;
		if (isRequestLine) {
			region.request = requests[nextRequest];
			nextRequest++;
		}
		const content = sliceRange(text, { start: line.content, end: line.end }).trimEnd();
		switch (kind) {
			case 'comment':
				readComment(region, content, line);
				break;
			case 'definition':
				readDefinition(region, content);
				break;
			case 'script':
				readScript(region, content, kinds[index - 1] !== 'script');
				break;
			case 'text':
				readText(region, content);
				break;
			case 'blockComment':
				break;
		}
	});
	return regions;
}

function createRegion(): HttpYacRegion {
	return {
		request: undefined,
		definitions: [],
		laterDefinitions: [],
		imports: [],
		laterImports: [],
		otherNames: [],
		proxies: [],
		hasCode: false,
		hasCodeForAll: false,
		hasScript: false,
		readsEnvironment: false,
		authorizations: [],
		refersToOthers: false,
		isNamed: false,
	};
}

function readComment(region: HttpYacRegion, content: string, line: Line): void {
	const metadata = parseMetadata(content);
	if (!metadata) {
		// For httpYac, `#` without a space can start the name of a header.
		region.hasCode ||= /^#[^\s#]/.test(content) && hasCodeInPlaceholders(content);
		return;
	}
	const { key, value } = metadata;
	region.hasCode ||= canMetadataChangeRequest(metadata);
	region.isNamed ||= key === 'name' || key === 'disabled';
	region.refersToOthers ||= key === 'ref' || key === 'forceRef';
	if (key === 'import') {
		// In a separator, the text is the name of the request.
		(region.request || content.startsWith('###') ? region.laterImports : region.imports).push({ path: value, line });
	}
	if (key === 'proxy') {
		region.proxies.push(value);
	}
	const [, loopVariable] = (key === 'loop' ? LOOP_PATTERN.exec(value) : undefined) ?? [];
	region.otherNames.push(...(key === 'name' ? [value] : []), ...(loopVariable === undefined ? [] : [loopVariable]));
}

function readDefinition(region: HttpYacRegion, content: string): void {
	const [, globalPrefix, name, value] = DEFINITION_PATTERN.exec(content) ?? [];
	if (name === undefined || value === undefined || value === '') {
		return;
	}
	region.hasCode ||= hasCodeInPlaceholders(value);
	if (globalPrefix === undefined) {
		(region.request ? region.laterDefinitions : region.definitions).push({ names: [name], value });
	}
}

function readScript(region: HttpYacRegion, content: string, isFirstLine: boolean): void {
	const [, modifier, event] = SCRIPT_PATTERN.exec(content) ?? [];
	region.hasScript = true;
	// It could send what it reads anywhere.
	region.hasCode ||= canScriptReadEnvironment(content);
	if (isFirstLine && modifier === '+') {
		region.hasCodeForAll = true;
	} else if (isFirstLine) {
		const runsBefore = event === undefined ? !region.request && !content.startsWith('>') : event.toLowerCase() === 'request';
		region.hasCode ||= runsBefore;
	}
}

function readText(region: HttpYacRegion, content: string): void {
	region.readsEnvironment ||= findPlaceholders(content).some((placeholder) => canReadEnvironment(placeholder.content));
	region.authorizations.push(...(AUTHORIZATION_PATTERN.exec(content)?.slice(1) ?? []));
	const isScriptFile = /^[<>]\s/.test(content);
	region.hasScript ||= isScriptFile && (content.startsWith('>') || !region.request);
	region.hasCode ||= isScriptFile && content.startsWith('<') && !region.request;
	region.hasCode ||= hasCodeInPlaceholders(content) || canChangeRequest(SPREAD_PATTERN.exec(content)?.[1] ?? '');
}

function hasCodeInPlaceholders(line: string): boolean {
	return findPlaceholders(line).some(({ content }) => canChangeRequest(content));
}
