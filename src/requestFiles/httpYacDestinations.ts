import { hasKnownAuthority, hasUnknownText, listDestinations, toAbsoluteUrl, type Destination } from './destinations';
import { VariableValues } from './fileVariables';
import type { HttpYacRegion } from './httpYacRegions';
import { sliceRange, splitLines } from './lines';
import type { HttpRequest, ParsedRequest } from './requestFileParser';
import { findPlaceholders } from './placeholders';
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

/** Authorization for which httpYac sends variables of the file to the URL in another one. */
const OAUTH_PATTERN = /^\s*(?:openid|oauth2)/i;
/** A value that could become one. */
const OAUTH_START_PATTERN = /^\s*\w{0,6}$/;

/** Finds out where httpYac sends requests. */
export class HttpYacDestinations {
	readonly #values: VariableValues;
	/** Variables that regions without a request define. */
	readonly #globalNames: ReadonlySet<string>;
	/** Variables that any region defines. */
	readonly #names: ReadonlySet<string>;
	readonly #otherNames: ReadonlySet<string>;
	readonly #regions = new Map<ParsedRequest, HttpYacRegion>();
	readonly #proxies: readonly string[];
	readonly #hasCodeForAll: boolean;
	readonly #hasScript: boolean;

	constructor(
		private readonly text: string,
		regions: readonly HttpYacRegion[],
	) {
		const definitions = regions.flatMap((region) => [...region.definitions, ...region.laterDefinitions]);
		const globalRegions = regions.filter(({ request, isNamed }) => !request && !isNamed);
		this.#values = new VariableValues(definitions);
		this.#globalNames = new Set(globalRegions.flatMap((region) => region.definitions.flatMap(({ names }) => names)));
		this.#otherNames = new Set(regions.flatMap(({ otherNames }) => otherNames));
		this.#names = new Set(definitions.flatMap(({ names }) => names));
		this.#proxies = definitions.flatMap(({ names, value }) => (names.includes(PROXY_VARIABLE) ? [value] : []));
		this.#hasCodeForAll = regions.some(({ request, hasCode, hasCodeForAll }) => hasCodeForAll || (!request && hasCode));
		this.#hasScript = regions.some(({ hasScript, hasCode }) => hasScript || hasCode);
		regions.forEach((region) => region.request && this.#regions.set(region.request, region));
	}

	/** Whether httpYac sends other requests of the file together with this one. */
	sendsOthers(request: ParsedRequest): boolean {
		return this.#regions.get(request)?.refersToOthers ?? false;
	}

	/** Whether sending the request could read any environment variable, or any variable of the file. */
	readsAnyVariable(request: ParsedRequest): boolean {
		const region = this.#regions.get(request);
		return region !== undefined && (this.#hasCodeForAll || region.hasCode || region.readsEnvironment || this.#usesOAuth(region));
	}

	/** Returns where it sends a request, and the proxies that see it. */
	list(request: ParsedRequest): readonly Destination[] {
		const region = this.#regions.get(request);
		if (request.kind !== 'http' || !region || region.hasCode || this.#hasCodeForAll || this.#usesOAuth(region)) {
			return [undefined];
		}
		const ownNames = new Set(region.definitions.flatMap(({ names }) => names));
		const isInEffect = (name: string) =>
			!this.#hasScript &&
			VARIABLE_NAME_PATTERN.test(name) &&
			!this.#otherNames.has(name) &&
			(this.#globalNames.has(name) || ownNames.has(name));
		const expand = (line: string) => this.#values.expand(line, isInEffect);
		const proxies = [...region.proxies, ...this.#proxies].flatMap((proxy) => {
			const destinations = listExpanded(expand(proxy));
			return destinations.length > 0 ? destinations : [undefined];
		});
		return [...this.#listOwnDestinations(request, expand), ...proxies];
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

	#listOwnDestinations(request: HttpRequest, expand: (line: string) => string | undefined): readonly Destination[] {
		const { url, hosts } = this.#readUrl(request);
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
	#readUrl({ requestLine, httpYacHeadersEnd }: HttpRequest): { readonly url: string; readonly hosts: readonly string[] } {
		const { text } = this;
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
