import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALL_MODULES } from '../../src/domain/catalog';
import type { TokenRecord } from '../../src/domain/token';
import type { UsageByToken } from '../../src/domain/tokenUsage';
import { getWorkspaceLocation } from '../../src/sources/workspace/workspaceLocation';
import { serializeUsageFile } from '../../src/sources/workspace/usageFileSchema';
import type { WorkbenchFolders } from './openWorkbench';

const DAY_MS = 86_400_000;

/** Creates a token record as stored. Its key isn't known. */
export function createTestRecord(index: number, changes: Partial<TokenRecord> & { endsInDays?: number | null } = {}): TokenRecord {
	const { endsInDays = 90, ...others } = changes;
	const stamp = { at: new Date(Date.now() - 30 * DAY_MS).toISOString(), by: 'someone' };
	const digits = String(index).padStart(9, '0');
	return {
		id: `SU-${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
		name: `Token ${index}`,
		externalId: null,
		description: '',
		extension: { id: 'EXT-000', name: 'Custom' },
		permissions: [ALL_MODULES],
		enabled: true,
		key: {
			id: `key-${index}`,
			sha256: index.toString(16).padStart(64, '0'),
			issuedAt: stamp.at,
			expirationDate: endsInDays === null ? null : new Date(Date.now() + endsInDays * DAY_MS).toISOString(),
		},
		previousKey: null,
		created: stamp,
		updated: stamp,
		...others,
	};
}

/** One token in every status. */
export function tokensOfEveryStatus(): readonly TokenRecord[] {
	const active = createTestRecord(631_646_036, { name: 'Tutorial Token', description: 'The token of the tutorial', externalId: 'crm-42' });
	const reports = { id: 'reports', name: 'Reports' };
	return [
		active,
		createTestRecord(160_984_311, { name: 'Nightly report', extension: reports, permissions: ['reports'], endsInDays: 3 }),
		createTestRecord(204_118_907, {
			name: 'CRM sync',
			permissions: ['customers', 'subscriptions', 'usage'],
			endsInDays: 60,
			previousKey: { ...active.key, id: 'key-before', expirationDate: new Date(Date.now() + 5 * DAY_MS).toISOString() },
		}),
		createTestRecord(318_550_240, { name: 'Migration 2025', endsInDays: -12 }),
		createTestRecord(477_203_665, { name: 'Partner portal', permissions: ['partners', 'MD-0001'], enabled: false, endsInDays: null }),
	];
}

/** One token in every status, and one that expires before the previous key of “CRM sync” ends. */
export function tokensOfEveryStatusAndOne(): readonly TokenRecord[] {
	return [...tokensOfEveryStatus(), createTestRecord(1, { name: 'Second report', endsInDays: 4 })];
}

/** The folder where the extension, in a VS Code with this profile, stores the tokens of a workspace. */
export function workspaceStoreFolder({ userDataDir, folder }: WorkbenchFolders): string {
	const globalStorage = join(userDataDir, 'User', 'globalStorage', 'connect-tokens.connect-tokens');
	return getWorkspaceLocation(pathToFileURL(globalStorage).toString(), pathToFileURL(folder).toString()).folder;
}

/** Replaces the tokens of a workspace atomically, for a VS Code with this profile, which may have the workspace open. */
export async function seedTokens(folders: WorkbenchFolders, tokens: readonly TokenRecord[]): Promise<void> {
	const storeFolder = workspaceStoreFolder(folders);
	await mkdir(storeFolder, { recursive: true });
	const file = join(storeFolder, 'tokens.json');
	await writeFile(`${file}.seed`, `${JSON.stringify({ version: 1, tokens }, undefined, '\t')}\n`);
	await rename(`${file}.seed`, file);
}

/** Writes the usage of a workspace's tokens, for a VS Code with this profile that hasn't opened the workspace yet. */
export async function seedUsage(folders: WorkbenchFolders, usage: UsageByToken): Promise<void> {
	const storeFolder = workspaceStoreFolder(folders);
	await mkdir(storeFolder, { recursive: true });
	await writeFile(join(storeFolder, 'statistics.json'), serializeUsageFile(usage));
}
