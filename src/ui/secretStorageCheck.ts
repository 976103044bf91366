import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { logFailure } from '../domain/log';
import { contextKeys } from '../models/manifestIds';
import { volatileSecretStorageText } from '../models/vaultTexts';
import { isSecretServiceMissing } from '../vaults/keyringProbe';
import { log } from './log';
import { readVaultName } from './settings';
import { loadOnDemand } from './loadOnDemand';

const productSchema = v.object({ dataFolderName: v.string() });

/** Warns if keys would be stored in memory only. */
export class SecretStorageCheck {
	#isVolatile: Promise<boolean> | undefined;
	#hasWarned = false;

	constructor(private readonly context: vscode.ExtensionContext) {}

	/** Checks the secret storage. If keys would be lost, the Tokens view says so while it's empty. */
	async start(): Promise<void> {
		await vscode.commands.executeCommand('setContext', contextKeys.hasVolatileSecrets, await this.#check());
	}

	/** Shows a notification before the first token of this window is created. */
	async warn(): Promise<void> {
		if (!this.#hasWarned && readVaultName() !== 'keychain' && (await this.#check())) {
			this.#hasWarned = true;
			const configureLabel = vscode.l10n.t('Configure Runtime Arguments');
			if ((await vscode.window.showWarningMessage(volatileSecretStorageText(), configureLabel)) === configureLabel) {
				await vscode.commands.executeCommand('workbench.action.configureRuntimeArguments');
			}
		}
	}

	#check(): Promise<boolean> {
		return (this.#isVolatile ??= this.#isSecretStorageVolatile().catch(logFailure(log, 'check the secret storage', false)));
	}

	async #isSecretStorageVolatile(): Promise<boolean> {
		const { isSecretStorageVolatile } = await loadOnDemand();
		return isSecretStorageVolatile({
			platform: process.platform,
			isRemote: vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web,
			desktop: process.env.XDG_CURRENT_DESKTOP,
			runtimeArguments: readRuntimeArguments(),
			isSecretServiceMissing: () => isSecretServiceMissing(this.context.asAbsolutePath('out/keytar')),
		});
	}
}

/** Reads VS Code's `argv.json`. The command line can contain the same options, but isn't visible to extensions. */
function readRuntimeArguments(): string | undefined {
	try {
		const product = v.parse(productSchema, JSON.parse(readFileSync(join(vscode.env.appRoot, 'product.json'), 'utf8')));
		const path = join(process.env.VSCODE_PORTABLE ?? join(homedir(), product.dataFolderName), 'argv.json');
		return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
	} catch (error) {
		logFailure(log, 'read the runtime arguments')(error);
		return undefined;
	}
}
