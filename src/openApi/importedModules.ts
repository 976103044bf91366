import { ALL_MODULES } from '../domain/catalog';
import { READ_SUFFIX } from '../domain/permissions';
import type { OpenApiDocument } from './openApiDocument';

const PLACEHOLDER = '{id}';

/** As the setting `connectTokens.modules` allows. */
const MAX_NAME_LENGTH = 64;

/** The schema of the setting leaves these out, because they have a meaning in JavaScript objects. */
const IGNORED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/** A module that an OpenAPI document describes. */
export interface ImportedModule {
	readonly name: string;
	/** As few as possible: a path also covers those below it. */
	readonly paths: readonly string[];
	/** The paths that other modules cover, too, because their operations have different tags. Each of the modules is sufficient for all of them. */
	readonly sharedPaths: readonly string[];
}

/**
 * Creates a module for each tag, and one for each first segment of the paths whose operations have none. Only the first tag of an operation
 * counts. The root path and paths of placeholders only are left out, because a module with them would cover the whole API.
 * @param basePath the path of the gateway's upstream, without a slash at its end; paths are relative to it
 */
export function createModules({ servers, paths }: OpenApiDocument, basePath: string): readonly ImportedModule[] {
	const serverPath = servers.map(getPath).find((path) => path !== undefined) ?? '';
	const pathsByName = new Map<string, Set<string>>();
	const namesByKey = new Map<string, string>();
	for (const { path, tags } of paths) {
		const pattern = toPattern(relativePath(serverPath, path, basePath));
		if (splitPattern(pattern).every((segment) => segment === '' || segment === PLACEHOLDER)) {
			continue;
		}
		for (const tag of tags) {
			const name = toName(tag ?? '') ?? toName(pattern.split('/').find((segment) => segment !== '' && segment !== PLACEHOLDER) ?? '');
			if (name !== undefined) {
				// Names that differ only in case would be the same module.
				const existing = namesByKey.get(name.toLowerCase()) ?? name;
				namesByKey.set(name.toLowerCase(), existing);
				pathsByName.set(existing, (pathsByName.get(existing) ?? new Set<string>()).add(pattern));
			}
		}
	}
	const tree: PathNode = { names: new Set(), children: new Map() };
	for (const [name, patterns] of pathsByName) {
		patterns.forEach((pattern) => getNode(tree, pattern).names.add(name));
	}
	return [...pathsByName]
		.map(([name, patterns]) => {
			const remaining = [...patterns].filter((pattern) => !isCoveredByParent(pattern, name, tree)).sort();
			return { name, paths: remaining, sharedPaths: remaining.filter((pattern) => getNode(tree, pattern).names.size > 1) };
		})
		.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** A path in a tree of all paths. */
interface PathNode {
	/** Of the modules that the path belongs to; empty if only paths below it do. */
	readonly names: Set<string>;
	/** By their last segment. */
	readonly children: Map<string, PathNode>;
}

/** Returns the node of a path. Adds it if there is none. */
function getNode(tree: PathNode, pattern: string): PathNode {
	return splitPattern(pattern).reduce((node, segment) => {
		const child = node.children.get(segment) ?? { names: new Set(), children: new Map() };
		node.children.set(segment, child);
		return child;
	}, tree);
}

/**
 * Whether a path above belongs only to the module, and nothing that belongs to another one is between both, so that the gateway's rule of the
 * longest path leads to the same module without this path.
 */
function isCoveredByParent(pattern: string, name: string, tree: PathNode): boolean {
	const isOwn = ({ names }: PathNode) => names.size === 1 && names.has(name);
	const segments = splitPattern(pattern);
	let node = tree;
	/** What covers the path up to a segment, literally or with placeholders. */
	let covering: readonly PathNode[] = [tree];
	let isCovered = false;
	for (const [index, segment] of segments.entries()) {
		const keys = new Set([segment, PLACEHOLDER]);
		covering = covering.flatMap(({ children }) => [...keys].flatMap((key) => children.get(key) ?? []));
		node = node.children.get(segment)!;
		if (node.names.size > 0 && index < segments.length - 1) {
			isCovered = isOwn(node);
		} else if (covering.some((other) => other.names.size > 0 && !isOwn(other))) {
			isCovered = false;
		}
	}
	return isCovered;
}

function splitPattern(pattern: string): readonly string[] {
	return pattern.split('/').slice(1);
}

/** Replaces what varies, because the gateway's rules match whole segments. */
function toPattern(path: string): string {
	const [withoutQuery = ''] = path.split(/[?#]/, 1);
	const segments = withoutQuery.split('/').filter(Boolean);
	return `/${segments.map((segment) => (/[{}\s]/.test(segment) ? PLACEHOLDER : segment)).join('/')}`;
}

function relativePath(serverPath: string, path: string, basePath: string): string {
	const fullPath = serverPath + path;
	return fullPath.startsWith(`${basePath}/`) ? fullPath.slice(basePath.length) : path;
}

/** Returns the path of a server's URL without a slash at its end; undefined if it has variables, or isn't a URL. */
function getPath(url: string): string | undefined {
	return /[{}]/.test(url) ? undefined : URL.parse(url, 'http://localhost')?.pathname.replace(/\/+$/, '');
}

/** Makes a tag a valid name of a module, without characters that are invisible or change the order of others; undefined if nothing is left of it. */
function toName(tag: string): string | undefined {
	const name = Array.from(
		tag
			.replace(/\p{Cf}/gu, '')
			.replace(/\p{Cc}+/gu, ' ')
			.trim(),
	)
		.slice(0, MAX_NAME_LENGTH)
		.join('')
		.slice(0, MAX_NAME_LENGTH)
		.trim();
	return name === '' || name === ALL_MODULES || name.endsWith(READ_SUFFIX) || IGNORED_NAMES.has(name) ? undefined : name;
}
