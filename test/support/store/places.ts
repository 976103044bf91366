import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { silentLog } from '../../../src/domain/log';
import type { TokenAdoption, Vault } from '../../../src/domain/ports';
import { addTeamCounts } from '../../../src/domain/teamCountsPull';
import { RequestCountsFile } from '../../../src/sources/workspace/requestCountsFile';
import { getStoreFiles } from '../../../src/sources/workspace/storeFiles';
import { UsageFile } from '../../../src/sources/workspace/usageFile';
import { getWorkspaceLocation, type WorkspaceLocation } from '../../../src/sources/workspace/workspaceLocation';
import { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import type { WorkspaceSourceOptions } from '../../../src/sources/workspace/workspaceSourceOptions';
import { FileVault } from '../fileVault';
import { DEFAULT_OPTIONS } from './sourceOptions';

/** A window on a workspace folder. */
export interface PlaceWindow {
	readonly source: WorkspaceSource;
	readonly adoption: TokenAdoption;
	/** Path of the folder with the token list. */
	readonly folder: string;
}

/** Workspace folders on a machine, whose token lists share a storage folder and whose keys share a vault. */
export class Places {
	constructor(readonly root: string) {}

	/** Path of a workspace folder. */
	path(name: string): string {
		return join(this.root, 'projects', name);
	}

	create(name: string): void {
		mkdirSync(this.path(name), { recursive: true });
	}

	uri(name: string): string {
		return pathToFileURL(this.path(name)).toString();
	}

	location(uri: string): WorkspaceLocation {
		return getWorkspaceLocation(pathToFileURL(join(this.root, 'storage')).toString(), uri);
	}

	vault({ key }: WorkspaceLocation): FileVault {
		return new FileVault(join(this.root, 'vault', key));
	}

	/** @param wrapVault what all vaults of the window are wrapped with */
	open(name: string, { wrapVault = (vault: Vault) => vault, uri = this.uri(name), ...options }: OpenOptions = {}): PlaceWindow {
		const location = this.location(uri);
		const { folder } = location;
		const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, uri, vault: wrapVault(this.vault(location)), ...options });
		return { source, adoption: source.createAdoption((other) => wrapVault(this.vault(other))), folder };
	}

	/** Creates a workspace folder with a token for each name and an expiry reminder, and counts a response here and another one of the team, and a request toward its total, for each token. */
	async createFilled(name: string, ...tokenNames: string[]): Promise<readonly string[]> {
		this.create(name);
		const { source, folder } = this.open(name);
		const ids: string[] = [];
		for (const tokenName of tokenNames) {
			ids.push((await source.create({ name: tokenName })).id);
		}
		const usage = new UsageFile(folder, () => new Date(), silentLog);
		const days = [{ date: new Date().toISOString().slice(0, 10), statuses: { 200: 1 } }];
		await usage.add(Object.fromEntries(ids.map((id) => [id, { lastUsed: new Date().toISOString(), days }])));
		usage.dispose();
		const requestCounts = new RequestCountsFile(folder, () => new Date(), silentLog);
		await requestCounts.add(ids.map((tokenId) => ({ tokenId, limits: { total: 10 }, counts: { total: 1 } })));
		requestCounts.dispose();
		const date = new Date().toISOString().slice(0, 10);
		const counts = ids.map((tokenId) => ({ tokenId, date, statusClass: '2xx' as const, instance: 'a', count: 1 }));
		await addTeamCounts(source, { readAt: new Date(), readings: [{ readFrom: 'a', counts }] }, () => new Date());
		await source.whenSwept;
		source.dispose();
		return ids;
	}

	storeFiles(name: string) {
		return getStoreFiles(this.location(this.uri(name)).folder);
	}
}

type OpenOptions = Partial<WorkspaceSourceOptions> & { readonly wrapVault?: (vault: Vault) => Vault; readonly uri?: string };
