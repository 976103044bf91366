import { hasKnownAuthority, hasUnknownText, listDestinations, toAbsoluteUrl, type Destination } from './destinations';
import { VariableValues } from './fileVariables';
import { OAUTH_PATTERN } from './httpYacKeys';
import type { HttpYacRegion } from './httpYacRegions';
import type { ParsedFile } from './importedFiles';
import { sliceRange, splitLines } from './lines';
import { findPlaceholders } from './placeholders';
import type { HttpRequest, ParsedRequest } from './requestFileParser';
import { isComment, parseHeader } from './requestGrammar';

/** Methods are in upper case. Any other first word is a part of the URL, which isn't valid then. */
const METHOD_PATTERN = /^[A-Z][A-Z-]*\s+/;
const VERSION_PATTERN = /^(.*)\s+HTTP\/\S+/;
/** Names that an expression can consist of, except those that httpYac defines itself. */
const VARIABLE_NAME_PATTERN = /^(?!(?:request|response|httpFile|httpRegion|console|test|sleep)$)[\p{L}_][\p{L}\p{N}_]*$/u;
/** A variable that httpYac uses for paths if there's no `Host` header. */
const HOST_VARIABLE = 'host';
/** A variable that makes httpYac send all requests through a proxy. */
const PROXY_VARIABLE = 'request_proxy';

/** A value that could become one. */
const OAUTH_START_PATTERN = /^\s*\w{0,6}$/;

/** What httpYac runs before each request of a file. */
interface FileGlobals {
	/** Of variables. */
	readonly names: ReadonlySet<string>;
	readonly imports: ReadonlySet<ParsedFile>;
}

/** Finds out where httpYac sends requests. */
export class HttpYacDestinations {
	readonly #main: ParsedFile;
	readonly #values: VariableValues;
	readonly #globals: ReadonlyMap<ParsedFile, FileGlobals>;
	/** Variables that any region defines. */
	readonly #names: ReadonlySet<string>;
	readonly #otherNames: ReadonlySet<string>;
	readonly #regions = new Map<ParsedRequest, { readonly region: HttpYacRegion; readonly file: ParsedFile }>();
	readonly #proxies: readonly string[];
	readonly #hasCodeForAll: boolean;
	readonly #hasScript: boolean;

	/** @param files the file itself first, and all that it imports */
	constructor(files: readonly [ParsedFile, ...ParsedFile[]]) {
		const regions = files.flatMap((file) => file.regions);
		const definitions = regions.flatMap((region) => [...region.definitions, ...region.laterDefinitions]);
		this.#main = files[0];
		this.#values = new VariableValues(definitions);
		this.#globals = new Map(files.map((file) => [file, findGlobals(file)]));
		this.#otherNames = new Set([...regions.flatMap(({ otherNames }) => otherNames), ...files.flatMap((file) => this.#findEarlyUses(file))]);
		this.#names = new Set(definitions.flatMap(({ names }) => names));
		this.#proxies = definitions.flatMap(({ names, value }) => (names.includes(PROXY_VARIABLE) ? [value] : []));
		// Everything in an imported file applies to the others, even if what it contains isn't known.
		const isComplete = files.every(({ imports }) => ![...imports.values()].includes(undefined));
		this.#hasCodeForAll = !isComplete || regions.some(({ request, hasCode, hasCodeForAll }) => hasCodeForAll || (!request && hasCode));
		this.#hasScript = regions.some(({ hasScript, hasCode }) => hasScript || hasCode);
		files.forEach((file) => file.regions.forEach((region) => region.request && this.#regions.set(region.request, { region, file })));
	}

	/** Whether httpYac sends other requests of the file together with this one. */
	sendsOthers(request: ParsedRequest): boolean {
		return this.#regions.get(request)?.region.refersToOthers ?? false;
	}

	/** Whether sending the request could read any environment variable, or any variable of the file. */
	readsAnyVariable(request: ParsedRequest): boolean {
		const region = this.#regions.get(request)?.region;
		return region !== undefined && (this.#hasCodeForAll || region.hasCode || region.readsEnvironment || this.#usesOAuth(region));
	}

	/** Returns where it sends a request, and the proxies that see it. */
	list(request: ParsedRequest): readonly Destination[] {
		const found = this.#regions.get(request);
		if (request.kind !== 'http' || !found || found.region.hasCode || this.#hasCodeForAll || this.#usesOAuth(found.region)) {
			return [undefined];
		}
		const { region, file } = found;
		const files = this.#listFilesInEffect([this.#main, file, ...listImports(file, region)]);
		const ownNames = new Set(region.definitions.flatMap(({ names }) => names));
		const isInEffect = (name: string) =>
			!this.#hasScript &&
			VARIABLE_NAME_PATTERN.test(name) &&
			!this.#otherNames.has(name) &&
			(ownNames.has(name) || files.some((item) => this.#globals.get(item)!.names.has(name)));
		const expand = (line: string) => this.#values.expand(line, isInEffect);
		const proxies = [...region.proxies, ...this.#proxies].flatMap((proxy) => {
			const destinations = listExpanded(expand(proxy));
			return destinations.length > 0 ? destinations : [undefined];
		});
		return [...this.#listOwnDestinations(file.text, request, expand), ...proxies];
	}

	#usesOAuth({ authorizations }: HttpYacRegion): boolean {
		return authorizations.some((authorization) => {
			const value = this.#values.expand(authorization);
			const [placeholder] = value === undefined ? [] : findPlaceholders(value);
			// Variables that the file doesn't define are the user's.
			const isOwn = placeholder && (this.#hasScript || this.#isNameInFile(placeholder.content.trim()));
			return value === undefined || OAUTH_PATTERN.test(value) || (isOwn && OAUTH_START_PATTERN.test(value.slice(0, placeholder.start)));
		});
	}

	#isNameInFile(name: string): boolean {
		return this.#otherNames.has(name) || this.#names.has(name);
	}

	/**
	 * Finds variables whose values use others before those are defined. httpYac evaluates definitions in their order, at first with what the
	 * environment defines.
	 */
	#findEarlyUses(file: ParsedFile): readonly string[] {
		const files = this.#listFilesInEffect([this.#main, file]);
		const globalNames = new Set<string>();
		return file.regions.flatMap((region) => {
			const isGlobalRegion = isGlobal(region);
			const ownNames = isGlobalRegion ? globalNames : new Set<string>();
			const isDefined = (name: string) =>
				ownNames.has(name) || (!isGlobalRegion && files.some((item) => this.#globals.get(item)!.names.has(name)));
			return region.definitions.flatMap(({ names, value }) => {
				const usedNames = findPlaceholders(value).map(({ content }) => content.trim());
				const isEarly = usedNames.some((name) => VARIABLE_NAME_PATTERN.test(name) && !isDefined(name));
				names.forEach((name) => ownNames.add(name));
				return isEarly ? names : [];
			});
		});
	}

	/** Adds the files that are imported before each request of these files. */
	#listFilesInEffect(roots: readonly ParsedFile[]): readonly ParsedFile[] {
		const files = new Set(roots);
		// The set grows in the meantime.
		for (const file of files) {
			this.#globals.get(file)!.imports.forEach((imported) => files.add(imported));
		}
		return [...files];
	}

	#listOwnDestinations(text: string, request: HttpRequest, expand: (line: string) => string | undefined): readonly Destination[] {
		const { url, hosts } = this.#readUrl(text, request);
		if (hasKnownAuthority(url)) {
			return listDestinations(url);
		}
		const path = expand(url);
		if (!path?.startsWith('/')) {
			return listExpanded(path);
		}
		if (hosts.length > 1) {
			return [undefined];
		}
		const [host] = hosts;
		const base = host === undefined ? expand(`{{${HOST_VARIABLE}}}`) : expand(toAbsoluteUrl(host, ''));
		return base === undefined || hasUnknownText(base) ? [undefined] : listExpanded(base + path);
	}

	/** Unlike in REST Client, lines that continue the URL can be anywhere in the headers. */
	#readUrl(text: string, { requestLine, httpYacHeadersEnd }: HttpRequest): { readonly url: string; readonly hosts: readonly string[] } {
		const firstLine = sliceRange(text, { start: requestLine.content, end: requestLine.end }).trim();
		let url = firstLine.replace(METHOD_PATTERN, '');
		const hosts: string[] = [];
		for (const line of splitLines(text, requestLine.next, httpYacHeadersEnd)) {
			const content = sliceRange(text, { start: line.content, end: line.end }).trim();
			const header = parseHeader(text, line);
			if (header?.name.toLowerCase() === 'host') {
				hosts.push(text.slice(header.valueStart, line.end).trim().replace(/,$/, ''));
			} else if (!header && !isComment(text, line) && /^[?&/]/.test(content)) {
				url += content;
			}
		}
		return { url: (VERSION_PATTERN.exec(url)?.[1] ?? url).trim(), hosts };
	}
}

function listExpanded(url: string | undefined): readonly Destination[] {
	return url === undefined ? [undefined] : listDestinations(url);
}

/** Without a request and a name, a region runs before each request. */
function isGlobal({ request, isNamed }: HttpYacRegion): boolean {
	return !request && !isNamed;
}

function findGlobals(file: ParsedFile): FileGlobals {
	const regions = file.regions.filter(isGlobal);
	return {
		names: new Set(regions.flatMap(({ definitions }) => definitions.flatMap(({ names }) => names))),
		imports: new Set(regions.flatMap((region) => listImports(file, region))),
	};
}

function listImports({ imports }: ParsedFile, region: HttpYacRegion): readonly ParsedFile[] {
	return region.imports.flatMap(({ path }) => imports.get(path) ?? []);
}
