import { ALL_MODULES } from '../domain/catalog';
import { READ_SUFFIX } from '../domain/permissions';
import type { OpenApiDocument } from './openApiDocument';

/** As the setting `connectTokens.modules` allows. */
const MAX_NAME_LENGTH = 64;

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
 * counts. The root path is left out, because a module with it would cover the whole API.
 * @param basePath the path of the gateway's upstream, without a slash at its end; paths are relative to it
 */
export function createModules({ servers, paths }: OpenApiDocument, basePath: string): readonly ImportedModule[] {
	const serverPath = servers.map(getPath).find((path) => path !== undefined) ?? '';
	const pathsByName = new Map<string, Set<string>>();
	const namesByKey = new Map<string, string>();
	for (const { path, tags } of paths) {
		const pattern = toPattern(relativePath(serverPath, path, basePath));
		if (pattern === '/') {
			continue;
		}
		for (const tag of tags) {
			const name = toName(tag ?? '') ?? toName(pattern.split('/').find((segment) => segment !== '' && segment !== '{id}') ?? '');
			if (name !== undefined) {
				// Names that differ only in case would be the same module.
				const existing = namesByKey.get(name.toLowerCase()) ?? name;
				namesByKey.set(name.toLowerCase(), existing);
				pathsByName.set(existing, (pathsByName.get(existing) ?? new Set<string>()).add(pattern));
			}
		}
	}
	const namesByPattern = new Map<string, Set<string>>();
	for (const [name, patterns] of pathsByName) {
		patterns.forEach((pattern) => namesByPattern.set(pattern, (namesByPattern.get(pattern) ?? new Set()).add(name)));
	}
	return [...pathsByName]
		.map(([name, patterns]) => {
			const remaining = [...patterns].filter((pattern) => !isCoveredByParent(pattern, name, namesByPattern)).sort();
			return { name, paths: remaining, sharedPaths: remaining.filter((pattern) => namesByPattern.get(pattern)!.size > 1) };
		})
		.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/**
 * Whether a path above belongs only to the module, and nothing that belongs to another one is between both, so that the gateway's rule of the
 * longest path leads to the same module without this path.
 */
function isCoveredByParent(pattern: string, name: string, namesByPattern: ReadonlyMap<string, ReadonlySet<string>>): boolean {
	const isOwn = (names: ReadonlySet<string> | undefined) => names?.size === 1 && names.has(name);
	const segments = pattern.split('/');
	const closestParent = segments
		.map((_, index) => segments.slice(0, -1 - index).join('/'))
		.find((parent) => parent !== '' && namesByPattern.has(parent));
	if (closestParent === undefined || !isOwn(namesByPattern.get(pattern)) || !isOwn(namesByPattern.get(closestParent))) {
		return false;
	}
	const parentLength = closestParent.split('/').length;
	return [...namesByPattern].every(([other, names]) => {
		const otherSegments = other.split('/');
		const isBetween =
			otherSegments.length > parentLength &&
			otherSegments.length <= segments.length &&
			otherSegments.every((segment, index) => segment === segments[index] || segment === '{id}');
		return !isBetween || isOwn(names);
	});
}

/** Replaces what varies, because the gateway's rules match whole segments. */
function toPattern(path: string): string {
	const [withoutQuery = ''] = path.split(/[?#]/, 1);
	const segments = withoutQuery.split('/').filter(Boolean);
	return `/${segments.map((segment) => (/[{}\s]/.test(segment) ? '{id}' : segment)).join('/')}`;
}

function relativePath(serverPath: string, path: string, basePath: string): string {
	const fullPath = serverPath + path;
	return fullPath.startsWith(`${basePath}/`) ? fullPath.slice(basePath.length) : path;
}

/** Returns the path of a server's URL without a slash at its end; undefined if it has variables, or isn't a URL. */
function getPath(url: string): string | undefined {
	return /[{}]/.test(url) ? undefined : URL.parse(url, 'http://localhost')?.pathname.replace(/\/+$/, '');
}

/** Makes a tag a valid name of a module; undefined if nothing is left of it. */
function toName(tag: string): string | undefined {
	const name = Array.from(tag.replace(/\p{Cc}+/gu, ' ').trim())
		.slice(0, MAX_NAME_LENGTH)
		.join('')
		.slice(0, MAX_NAME_LENGTH)
		.trim();
	return name === '' || name === ALL_MODULES || name.endsWith(READ_SUFFIX) ? undefined : name;
}
