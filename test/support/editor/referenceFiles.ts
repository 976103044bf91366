import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../../src/api';
import { formatAuthorizationReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import { eventually } from '../eventually';

/** Files in the workspace that refer to a token, and whether its key is exposed to HTTP clients. Each test has a token of its own. */
export class ReferenceFiles {
	#tokens: TokensApi | undefined;
	#folder: string | undefined;
	#tokenId: string | undefined;

	/** Prepares the tests of the calling suite, and cleans up after each: the key must no longer be exposed once all editors are closed. */
	constructor() {
		before(async () => {
			this.#tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
			this.#folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'references-'));
		});
		beforeEach(async () => {
			({ id: this.#tokenId } = await this.tokens.create({ name: 'Referenced', permissions: ['products'] }));
		});
		afterEach(async () => {
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await this.waitForExposedKey(undefined);
		});
		after(() => rm(this.folder, { recursive: true, force: true }));
	}

	get tokens(): TokensApi {
		return this.#tokens!;
	}

	/** Where the files are. */
	get folder(): string {
		return this.#folder!;
	}

	get tokenId(): string {
		return this.#tokenId!;
	}

	/** The value of the token's variable in this process, which the clients share. */
	get exposedKey(): string | undefined {
		return process.env[getVariableName(this.tokenId)];
	}

	/** Reads the token's key from the source. */
	async readKey(): Promise<string> {
		return (await this.tokens.authorization(this.tokenId)).replace('ApiKey ', '');
	}

	/** Waits until the token's variable has a value, or until it's not set. */
	async waitForExposedKey(expected: string | undefined): Promise<void> {
		await eventually(() => assert.equal(this.exposedKey, expected), 30_000, 5);
	}

	/** A request with the token's reference. */
	requestText(url = 'http://localhost:3000', tokenId = this.tokenId): string {
		return `GET ${url}\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`;
	}

	/** Creates a file, or replaces it, and opens it. */
	async open(name: string, text: string, viewColumn?: vscode.ViewColumn): Promise<vscode.TextEditor> {
		const path = join(this.folder, name);
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), viewColumn);
	}

	/** Asserts that what's open now doesn't expose the key: a second token's key is exposed later, from another file. */
	async assertNotExposed(): Promise<void> {
		const other = await this.tokens.create({ name: 'Other' });
		await this.open('other.http', this.requestText(undefined, other.id), vscode.ViewColumn.Two);
		await eventually(() => assert.ok(process.env[getVariableName(other.id)]), 30_000, 5);
		assert.equal(this.exposedKey, undefined);
	}
}
