import * as v from 'valibot';
import { Composer, LineCounter, Parser } from 'yaml';
import { problem } from '../domain/problems';

/** Larger documents are rejected. GitHub's, one of the largest, has 12 MB. */
export const MAX_DOCUMENT_CHARACTERS = 32_000_000;

/** A document that repeats parts of itself more often than this is an attack. */
const MAX_ALIASES = 1000;

/** A document whose values are nested more deeply is an attack. The deepest known ones have fewer than 100 levels. */
const MAX_DEPTH = 500;

/** The methods of an operation (OpenAPI 3.1, section 4.8.9). */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** The operations on one path. */
export interface PathOperations {
	/** As in the document, relative to a server's URL: `/orders/{orderId}`. */
	readonly path: string;
	/** The first tag of each operation; undefined for one without tags. */
	readonly tags: readonly (string | undefined)[];
}

/** What modules are made from. */
export interface OpenApiDocument {
	readonly title: string;
	/** URLs, which can be relative and contain variables. */
	readonly servers: readonly string[];
	readonly paths: readonly PathOperations[];
}

const operationSchema = v.object({ tags: v.optional(v.array(v.string()), []) });
const pathItemSchema = v.object({
	$ref: v.optional(v.string()),
	...v.entriesFromList(METHODS, v.optional(operationSchema)),
});
const documentSchema = v.object({
	openapi: v.pipe(v.string(), v.regex(/^3\./)),
	info: v.optional(v.object({ title: v.optional(v.string(), '') }), {}),
	servers: v.optional(v.array(v.object({ url: v.string() })), []),
	paths: v.optional(v.record(v.string(), v.unknown()), {}),
	components: v.optional(v.object({ pathItems: v.optional(v.record(v.string(), v.unknown()), {}) }), {}),
});

/**
 * Parses an OpenAPI document of version 3, as JSON or YAML. Only what modules are made from has to be valid. References to path items are
 * followed within the document.
 * @throws ProblemError that says why it can't be used
 */
export function parseOpenApi(text: string): OpenApiDocument {
	if (text.length > MAX_DOCUMENT_CHARACTERS) {
		throw problem('The file is too large. Choose an OpenAPI document with at most {0} MB.', MAX_DOCUMENT_CHARACTERS / 1_000_000);
	}
	const content = parseText(text);
	if (v.is(v.object({ swagger: v.unknown() }), content)) {
		throw problem('This is a Swagger 2 document. Convert it to OpenAPI 3 and try again.');
	}
	const { success, output } = v.safeParse(documentSchema, content, { abortEarly: true });
	if (!success) {
		throw problem("This isn't an OpenAPI 3 document. Choose a JSON or YAML file with “openapi: 3.0” or “openapi: 3.1”.");
	}
	const { info, servers, paths, components } = output;
	return {
		title: info.title,
		servers: servers.map(({ url }) => url),
		paths: Object.entries(paths).flatMap(([path, item]) => readPath(path, item, components.pathItems)),
	};
}

function parseText(text: string): unknown {
	const lines = new LineCounter();
	const tokens = new BoundedParser((offset) => lines.addNewLine(offset)).parse(text);
	const [document] = new Composer({ logLevel: 'silent', uniqueKeys: false }).compose(tokens, true, text.length);
	const [error] = document?.errors ?? [];
	if (document === undefined || error !== undefined) {
		const line = Math.max(1, lines.linePos(error?.pos[0] ?? 0).line);
		throw problem("Couldn't read the file: it's not valid JSON or YAML (line {0}). Correct it and try again.", line);
	}
	try {
		return document.toJS({ maxAliasCount: MAX_ALIASES });
	} catch {
		throw problem("Couldn't read the file, because it repeats parts of itself too often. Choose another OpenAPI document.");
	}
}

/**
 * Stops before values are nested so deeply that the stack overflows. That isn't only an error: if V8 compiles a regular expression just then, it
 * ends the process, which is the extension host, although this runs in a worker.
 */
class BoundedParser extends Parser {
	override *next(source: string): ReturnType<Parser['next']> {
		yield* super.next(source);
		if (this.stack.length > MAX_DEPTH) {
			throw problem("Couldn't read the file, because its values are nested too deeply. Choose another OpenAPI document.");
		}
	}
}

function readPath(path: string, item: unknown, pathItems: Readonly<Record<string, unknown>>): readonly PathOperations[] {
	if (!path.startsWith('/')) {
		// An extension (`x-…`).
		return [];
	}
	const { output, success } = v.safeParse(pathItemSchema, item);
	if (!success) {
		throw problem("The path “{0}” of the OpenAPI document isn't valid. Correct it and try again.", path);
	}
	const { $ref: reference, ...operations } = output;
	const [, name] = /^#\/components\/pathItems\/([^/]+)$/.exec(reference ?? '') ?? [];
	const referenced = v.safeParse(pathItemSchema, name === undefined ? {} : pathItems[decodePointer(name)]);
	const { $ref: _, ...referencedOperations } = referenced.success ? referenced.output : { $ref: undefined };
	const tags = Object.values<v.InferOutput<typeof operationSchema> | undefined>({ ...referencedOperations, ...operations }).flatMap(
		(operation) => (operation === undefined ? [] : [operation.tags[0]]),
	);
	return tags.length === 0 ? [] : [{ path, tags }];
}

/** Decodes a segment of a JSON Pointer in a URI fragment. */
function decodePointer(segment: string): string {
	let decoded = segment;
	try {
		decoded = decodeURIComponent(segment);
	} catch {
		// It has a percent sign that isn't an escape.
	}
	return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
}
