import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CommandLineError } from '../../broker/commandLineError';
import type { KeyRecord, TokenRecord } from '../../domain/token';
import { policySchema, type Policy, type PolicyToken } from '../../policy/policy';
import { parseJson } from '../../storage/json';
import { getErrorCode } from '../errorCode';

const FILE_NAME = 'policy.json';

/** What the gateway enforces. */
export interface EnforcedPolicy {
	readonly tokens: readonly TokenRecord[];
	/** Path prefixes by module ID. */
	readonly modules: Record<string, string[]>;
	/** Display names by module ID. */
	readonly moduleNames: Record<string, string>;
}

/**
 * Reads the policy that was exported into a folder.
 * @throws CommandLineError if there's none, or it isn't valid; it contains nothing of the file
 */
export async function readPolicyFile(folder: string): Promise<EnforcedPolicy> {
	const path = join(folder, FILE_NAME);
	return toEnforcedPolicy(parsePolicy(await readBytes(path), path));
}

/** Converts a policy to records that the gateway can enforce. */
export function toEnforcedPolicy({ modules, tokens }: Policy): EnforcedPolicy {
	return {
		tokens: tokens.map(toTokenRecord),
		modules: Object.fromEntries(modules.map(({ id, paths }) => [id, paths])),
		moduleNames: Object.fromEntries(modules.map(({ id, name }) => [id, name])),
	};
}

async function readBytes(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		const code = getErrorCode(error);
		throw new CommandLineError(
			code === 'ENOENT' || code === 'ENOTDIR'
				? `The file ${path} doesn't exist. Export the policy into this folder, or check the path after --policy.`
				: `Couldn't read ${path} (${code}). Check its permissions and try again.`,
			{ cause: error },
		);
	}
}

function parsePolicy(bytes: Uint8Array, path: string): Policy {
	const json = parseJson(bytes);
	const { success, output, issues } = v.safeParse(policySchema, json, { abortEarly: true });
	if (!success) {
		if (v.is(v.object({ version: v.pipe(v.number(), v.gtValue(policySchema.entries.version.literal)) }), json)) {
			throw new CommandLineError(`${path} was exported by a newer version of Connect Tokens. Update this program and try again.`);
		}
		const place = v.getDotPath(issues[0]);
		throw new CommandLineError(`${path} isn't a valid policy${place === null ? '' : ` (${place})`}. Export it again.`);
	}
	const repeated = findRepeated(output.tokens) ?? findRepeated(output.modules);
	if (repeated !== undefined) {
		throw new CommandLineError(`${path} contains ${JSON.stringify(repeated)} more than once. Export it again.`);
	}
	return output;
}

function findRepeated(items: readonly { readonly id: string }[]): string | undefined {
	const seen = new Set<string>();
	return items.find(({ id }) => seen.size === seen.add(id).size)?.id;
}

function toTokenRecord({ id, name, isEnabled, keys, permissions, rate, remainingTotal, approval }: PolicyToken): TokenRecord {
	const [key, previousKey = null] = keys.map(({ sha256, expirationDate }, index): KeyRecord => ({
		id: `${id}/${index}`,
		sha256,
		// Only matters for leases, which aren't exported.
		issuedAt: NO_STAMP.at,
		expirationDate,
	}));
	// One that wasn't exported allows nothing.
	const total = remainingTotal === 'denied' ? 0 : remainingTotal;
	return {
		id,
		name,
		externalId: null,
		description: '',
		extension: { id: '', name: '' },
		permissions,
		...((rate !== null || total !== null) && { limits: { ...(rate && { rate }), ...(total !== null && { total }) } }),
		...(approval !== 'never' && { approval }),
		enabled: isEnabled,
		key: key!,
		previousKey,
		created: NO_STAMP,
		updated: NO_STAMP,
	};
}

/** A policy doesn't contain when and by whom a token was created. */
const NO_STAMP = { at: new Date(0).toISOString(), by: '' };
