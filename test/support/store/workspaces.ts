import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { WorkspaceSource, type WorkspaceSourceOptions } from '../../../src/sources/workspace/workspaceSource';
import { MemoryVault } from './memoryVault';
import { DEFAULT_OPTIONS } from './sourceOptions';

/** How long a state may take to come about, in milliseconds: a bound for broken code, far above what is needed. */
const WAIT_TIMEOUT_MS = 20_000;

/** Folders, and the windows open on them, for the tests of one suite; each test's are closed and removed after it. */
export class Workspaces {
	readonly #roots: string[] = [];
	readonly #open: WorkspaceSource[] = [];

	constructor() {
		afterEach(async () => {
			for (const source of this.#open.splice(0)) {
				await source.whenSwept;
				source.dispose();
			}
			for (const root of this.#roots.splice(0)) {
				await rm(root, { recursive: true, force: true, maxRetries: 10 });
			}
		});
	}

	/** A folder that exists and is empty. */
	async root(): Promise<string> {
		const root = await mkdtemp(join(tmpdir(), 'connect-tokens-store-'));
		this.#roots.push(root);
		return root;
	}

	/** The folder of a workspace that never had tokens: it does not exist. */
	async folder(): Promise<string> {
		return join(await this.root(), 'storage', 'workspaces', 'one');
	}

	/** What one window has open. */
	open(options: Partial<WorkspaceSourceOptions> & { readonly folder: string }): WorkspaceSource {
		const source = new WorkspaceSource({ vault: new MemoryVault(), ...DEFAULT_OPTIONS, ...options });
		this.#open.push(source);
		return source;
	}

	/** A workspace with one token for each name, and no window open on it. */
	async createFilled(...names: string[]): Promise<{ folder: string; vault: MemoryVault; ids: string[] }> {
		const vault = new MemoryVault();
		const folder = await this.folder();
		const source = this.open({ folder, vault });
		const ids: string[] = [];
		for (const name of names) {
			ids.push((await source.create({ name })).id);
		}
		await source.whenSwept;
		source.dispose();
		return { folder, vault, ids };
	}
}

/** Resolves once `check` holds. */
export async function waitUntil(check: () => boolean | Promise<boolean>, expectation: string): Promise<void> {
	for (const start = performance.now(); !(await check()); await setTimeout(10)) {
		assert.ok(performance.now() - start < WAIT_TIMEOUT_MS, `in the end ${expectation}`);
	}
}

/** Asserts that the source has exactly these tokens, each with a key that can be read. */
export async function assertTokensReadable(source: WorkspaceSource, ids: readonly string[]): Promise<void> {
	const listed = (await source.list()).map(({ id }) => id);
	assert.deepEqual([...listed].sort(), [...ids].sort());
	for (const id of listed) {
		assert.match(JSON.stringify(await source.readKey(id)), new RegExp(`ApiKey ${id}:[0-9a-f]{40}`));
	}
}

/** Names in a folder; none when there is no folder. */
export function listFileNames(folder: string): string[] {
	return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Every file of a folder by its name. */
export function readFiles(folder: string): Record<string, Buffer> {
	const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()) : [];
	return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(folder, name))]));
}

/** Asserts that no file holds any of the secrets, as text, as bytes or as Base64. */
export function assertNoSecret(files: Record<string, Buffer>, secrets: Iterable<string>): void {
	for (const secret of secrets) {
		const bytes = Buffer.from(secret, 'hex');
		for (const [name, content] of Object.entries(files)) {
			assert.ok(
				[secret, bytes, bytes.toString('base64')].every((form) => !content.includes(form)),
				`${name} holds no secret`,
			);
		}
	}
}
