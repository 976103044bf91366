import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import type { WorkspaceSourceOptions } from '../../../src/sources/workspace/workspaceSourceOptions';
import { MemoryVault } from './memoryVault';
import { DEFAULT_OPTIONS } from './sourceOptions';

/** Far longer than any awaited state should take. */
const WAIT_TIMEOUT_MS = 20_000;

/** Folders and windows for the tests of a suite, which are removed and closed after each test. */
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

	/** Creates an empty folder. */
	async root(): Promise<string> {
		const root = await mkdtemp(join(tmpdir(), 'connect-tokens-store-'));
		this.#roots.push(root);
		return root;
	}

	/** Returns the folder of a workspace that never had tokens, which doesn't exist. */
	async folder(): Promise<string> {
		return join(await this.root(), 'storage', 'workspaces', 'one');
	}

	/** Opens a window on a workspace. */
	open(options: Partial<WorkspaceSourceOptions> & { readonly folder: string }): WorkspaceSource {
		const source = new WorkspaceSource({ vault: new MemoryVault(), ...DEFAULT_OPTIONS, ...options });
		this.#open.push(source);
		return source;
	}

	/** Creates a workspace with a token for each name, without an open window. */
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

/** Resolves once `check` returns true. */
export async function waitUntil(check: () => boolean | Promise<boolean>, expectation: string): Promise<void> {
	for (const start = performance.now(); !(await check()); await setTimeout(10)) {
		assert.ok(performance.now() - start < WAIT_TIMEOUT_MS, `in the end ${expectation}`);
	}
}

/** Asserts that the source has exactly these tokens, and that their keys are readable. */
export async function assertTokensReadable(source: WorkspaceSource, ids: readonly string[]): Promise<void> {
	const listed = (await source.list()).map(({ id }) => id);
	assert.deepEqual([...listed].sort(), [...ids].sort());
	for (const id of listed) {
		assert.match(JSON.stringify(await source.readKey(id)), new RegExp(`ApiKey ${id}:[0-9a-f]{40}`));
	}
}

/** Returns the names in a folder, sorted; none if it doesn't exist. Leaves out the list's identity and history, which are there from the first change on. */
export function listSortedFileNames(folder: string): string[] {
	return existsSync(folder)
		? readdirSync(folder)
				.filter((name) => !/^(location|history)\.(json|lock)/.test(name))
				.sort()
		: [];
}

/** Reads all files in a folder, by name. */
export function readFiles(folder: string): Record<string, Buffer> {
	const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()) : [];
	return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(folder, name))]));
}

/** Asserts that no file contains any of the secrets as text, bytes, or Base64. */
export function assertNoSecret(files: Record<string, Buffer>, secrets: Iterable<string>): void {
	for (const secret of secrets) {
		const bytes = Buffer.from(secret, 'hex');
		for (const [name, content] of Object.entries(files)) {
			assert.ok(
				[secret, bytes, bytes.toString('base64')].every((form) => !content.includes(form)),
				`${name} contains no secret`,
			);
		}
	}
}
