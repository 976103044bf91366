import { ALL_MODULES } from '../../domain/catalog';
import type { ModulePaths } from '../../domain/modulePaths';
import { getPermissionLevel, isReadOnly, READ_SUFFIX } from '../../domain/permissions';
import { RATE_PERIOD_MS } from '../../domain/slidingWindow';
import type { Policy, PolicyModule, PolicyToken } from '../policy';
import { AMBIGUOUS_CLASS, compileAccessTree, FULL_CLASS, SHARED_CLASS, UNCOVERED_CLASS, type AccessTree } from './accessTree';
import { hashContent } from './contentHash';

/** Rows of a map file by key. */
export type HaproxyMap = ReadonlyMap<string, string>;

/**
 * The maps that a policy consists of. No key or value depends on a name, except in `names.map`, so that a name can't change what's allowed.
 * Rows of modules, permissions, and limits never change, because their keys are hashes of their content.
 */
export interface HaproxyMaps {
	/** ID of the access rules, which the keys of `tokens.map` start with. */
	readonly root: string;
	/** How many segments of a path HAProxy has to look up. */
	readonly depth: number;
	readonly files: {
		/** `current` is the ID of the access rules that apply. */
		readonly 'policy.map': HaproxyMap;
		/** See `formatTokenRow`. Key: ID of the access rules, a slash, and the token ID. */
		readonly 'tokens.map': HaproxyMap;
		/** See `AccessTree`. */
		readonly 'modules.map': HaproxyMap;
		/** `full` or `read`. Key: ID of a set of permissions, `=`, and a class of requests. */
		readonly 'permissions.map': HaproxyMap;
		/** See `formatLimitRow`. Key: ID of the limits. */
		readonly 'limits.map': HaproxyMap;
		/** Why a request is denied, as part of a JSON string. Key: level of access (`none` or `read`), `=`, and a class of requests. */
		readonly 'names.map': HaproxyMap;
	};
}

/** Permissions for everything, so that the path doesn't matter. */
const FULL_PERMISSIONS = 'full';

/** The ID of permissions starts with this if they allow reading everything. */
const READ_ALL_PREFIX = 'r';

/** For a token without limits. */
const NO_LIMITS = '-';

/** How much of a module's name, and of a list of names, error messages contain, in UTF-16 code units. */
const MAX_NAME_LENGTH = 100;
const MAX_NAMES = 8;

/** Creates the maps for a policy. Equal policies result in equal maps, with rows in the same order. */
export function createHaproxyMaps({ modules, tokens }: Policy): HaproxyMaps {
	const tree = compileAccessTree(toModulePaths(modules));
	const sets = new Map(tokens.map(({ permissions }) => [getPermissionSetId(permissions), permissions]));
	return {
		root: tree.root,
		depth: tree.depth,
		files: {
			'policy.map': new Map([['current', tree.root]]),
			'tokens.map': sortRows(tokens.map((token) => [`${tree.root}/${token.id}`, formatTokenRow(token)])),
			'modules.map': sortRows([...tree.transitions]),
			'permissions.map': sortRows([...sets].flatMap(([id, permissions]) => createPermissionRows(id, permissions, tree))),
			'limits.map': sortRows(
				tokens.flatMap((token): Row[] => {
					const id = getLimitSetId(token);
					return id === NO_LIMITS ? [] : [[id, formatLimitRow(token)]];
				}),
			),
			'names.map': sortRows(createNameRows(modules, tree)),
		},
	};
}

/** Formats a map as the content of its file. */
export function formatHaproxyMap(map: HaproxyMap): string {
	return Array.from(map, ([key, value]) => `${key} ${value}\n`).join('');
}

type Row = [key: string, value: string];

function sortRows(rows: readonly Row[]): HaproxyMap {
	return new Map([...rows].sort(([first], [second]) => (first < second ? -1 : first > second ? 1 : 0)));
}

/** Returns the paths of modules by their IDs. */
function toModulePaths(modules: readonly PolicyModule[]): ModulePaths {
	return Object.fromEntries(modules.map(({ id, paths }) => [id, paths]));
}

/**
 * Formats what HAProxy has to know about a token, separated by commas: the hash of its key and when that expires, the same for the previous key
 * (`-` and 0 without one), 1 if it's enabled or else 0, the IDs of its permissions and limits, and which requests require approval. Times are
 * milliseconds since 1970; 0 is never.
 */
export function formatTokenRow(token: PolicyToken): string {
	const [current, previous] = token.keys;
	return [
		...[current!.sha256, toExpirationTime(current!.expirationDate)],
		...(previous ? [previous.sha256, toExpirationTime(previous.expirationDate)] : ['-', 0]),
		...[token.isEnabled ? 1 : 0, getPermissionSetId(token.permissions), getLimitSetId(token), token.approval],
	].join(',');
}

function toExpirationTime(expirationDate: string | null): number {
	return expirationDate === null ? 0 : Math.max(1, Date.parse(expirationDate));
}

/** Whatever the order of permissions, and even if some are repeated, their ID is the same. */
function getPermissionSetId(permissions: readonly string[]): string {
	if (permissions.includes(ALL_MODULES)) {
		return FULL_PERMISSIONS;
	}
	const id = hashContent([...new Set(permissions)].sort());
	return permissions.includes(ALL_MODULES + READ_SUFFIX) ? READ_ALL_PREFIX + id : id;
}

function createPermissionRows(id: string, permissions: readonly string[], { classes }: AccessTree): Row[] {
	if (id === FULL_PERMISSIONS) {
		return [[`${id}=${FULL_CLASS}`, 'full']];
	}
	const readAll = permissions.includes(ALL_MODULES + READ_SUFFIX);
	return [
		[`${id}=${SHARED_CLASS}`, isReadOnly(permissions) ? 'read' : 'full'],
		...(readAll ? [FULL_CLASS, UNCOVERED_CLASS, AMBIGUOUS_CLASS].map((name): Row => [`${id}=${name}`, 'read']) : []),
		...[...classes].flatMap(([name, modules]): Row[] => {
			const levels = modules.map((module) => getPermissionLevel(permissions, module));
			const level = levels.includes('full') ? 'full' : levels.includes('read') ? 'read' : undefined;
			return level === undefined ? [] : [[`${id}=${name}`, level]];
		}),
	];
}

/**
 * The ID of limits with a total includes the token's, because the total is its own. The one of a total with another number of remaining
 * requests differs, so counting starts from 0.
 */
function getLimitSetId({ id, rate, remainingTotal }: PolicyToken): string {
	return rate === null && remainingTotal === null ? NO_LIMITS : hashContent([rate, remainingTotal, remainingTotal === null ? null : id]);
}

/**
 * Formats limits, separated by commas: the number of requests in a period, the length of the period in milliseconds, and the remaining total.
 * The period is 0 without a rate, and the total is -1 without one.
 */
function formatLimitRow({ rate, remainingTotal }: PolicyToken): string {
	const total = remainingTotal === null ? -1 : remainingTotal === 'denied' ? 0 : remainingTotal;
	return [rate?.requests ?? 0, rate ? RATE_PERIOD_MS[rate.per] : 0, total].join(',');
}

function createNameRows(modules: readonly PolicyModule[], { classes }: AccessTree): Row[] {
	const names = new Map(modules.map(({ id, name }) => [id, name]));
	const readAll = 'is only allowed to read all modules.';
	return [
		[`none=${UNCOVERED_CLASS}`, "doesn't have access to all modules, which this path requires because no module covers it."],
		[
			`none=${AMBIGUOUS_CLASS}`,
			"doesn't have access to all modules, which an ambiguous path requires. Use the casing from the API documentation, and remove empty segments and unnecessary escapes.",
		],
		[
			`read=${SHARED_CLASS}`,
			"is only allowed to read. Send a GET, HEAD, or OPTIONS request, or clear Read-only in the token's permissions.",
		],
		...[UNCOVERED_CLASS, AMBIGUOUS_CLASS].map((name): Row => [`read=${name}`, readAll]),
		...[...classes].flatMap(([name, ids]): Row[] => {
			const scope = formatModules(ids, names);
			return [
				[`none=${name}`, `doesn't have access to module ${scope}. Add the module to the token's permissions.`],
				[
					`read=${name}`,
					`is only allowed to read module ${scope}. Send a GET, HEAD, or OPTIONS request, or clear Read-only in the token's permissions.`,
				],
			];
		}),
	];
}

function formatModules(ids: readonly string[], names: ReadonlyMap<string, string>): string {
	const listed = ids.slice(0, MAX_NAMES).map((id) => escapeJson(`"${(names.get(id) ?? id).slice(0, MAX_NAME_LENGTH)}"`));
	return [...listed, ...(ids.length > MAX_NAMES ? ['another one'] : [])].join(' or ');
}

/** Escapes text as part of a JSON string of printable ASCII characters, so that it can't end a row of a map either. */
function escapeJson(text: string): string {
	return JSON.stringify(text)
		.slice(1, -1)
		.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The IDs that the configuration compares with. */
export const HAPROXY_IDS = { FULL_PERMISSIONS, READ_ALL_PREFIX, NO_LIMITS } as const;
