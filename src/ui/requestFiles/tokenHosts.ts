import * as vscode from 'vscode';
import { changeAllowance, removeAllowedFile, type Allowance, type AllowedHosts, type TokenKey } from '../../domain/allowedHosts';
import { Emitter } from '../../domain/emitter';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import type { HostCheckContext, HostCheckSource } from '../../requestFiles/hostCheck';
import { listPlatformOrigins } from '../../sources/connect/endpoint';
import { AllowedHostsFile } from '../../storage/allowedHostsFile';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import type { GatewayAddressMemory } from '../gateway/gatewayAddressMemory';
import { log } from '../log';
import { installedClients } from './requestClients';

export interface TokenHostsServices {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly gatewayAddress: GatewayAddressMemory;
	readonly clock: Clock;
}

/** The hosts that tokens' keys may be sent to. */
export class TokenHosts implements Disposable, HostCheckSource {
	readonly #changeEmitter = new Emitter();
	readonly #file: AllowedHostsFile;
	readonly #subscriptions: readonly Disposable[];
	readonly #services: TokenHostsServices;
	/** What was last read from the file: nothing is allowed before that. */
	#stored: AllowedHosts = {};
	/** Unsaved documents that were allowed, until they're closed: their URIs can mean other documents afterward. */
	#unsaved: AllowedHosts = {};

	constructor(services: TokenHostsServices) {
		const { context, sources, gatewayAddress, clock } = services;
		this.#services = services;
		this.#file = new AllowedHostsFile(currentWorkspaceLocation(context).folder, clock, log);
		const fire = () => this.#changeEmitter.fire();
		this.#subscriptions = [
			this.#file,
			this.#file.onDidChange(fire),
			gatewayAddress.onDidChange(fire),
			vscode.extensions.onDidChange(fire),
			vscode.workspace.onDidCloseTextDocument((document) => this.#forgetIfClosed(document)),
			vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#forgetIfClosed(notebook)),
			sources.onDidChange((source) => {
				if (source === sources.workspace) {
					void this.#removeMissingTokens().catch(logFailure(log, 'remove the allowed hosts of deleted tokens'));
				}
			}),
		];
	}

	/** Calls `listener` after a host was allowed or revoked in any window, or the gateway's address has changed. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** What's allowed as of the last `read`, and the gateway's current address. */
	get current(): HostCheckContext {
		const syntaxes = installedClients().map(({ syntax }) => syntax);
		return {
			hosts: mergeHosts(this.#stored, this.#unsaved),
			gateway: this.#services.gatewayAddress.current,
			platformOrigins: listPlatformOrigins(this.#services.sources.all),
			clients: syntaxes.length > 0 ? syntaxes : ['restClient', 'httpYac'],
		};
	}

	/** Reads what's allowed. If that fails, nothing is. */
	async read(): Promise<HostCheckContext> {
		this.#stored = await this.#file.read().catch(logFailure(log, 'read the allowed hosts', {}));
		return this.current;
	}

	/**
	 * Allows something for a token or, if `isAllowed` is false, revokes it.
	 * @throws ProblemError if it can't be saved
	 */
	async change(token: TokenKey, allowance: Allowance, isAllowed: boolean): Promise<void> {
		if ('file' in allowance && vscode.Uri.parse(allowance.file).scheme === 'untitled') {
			if (isAllowed && !isOpen(allowance.file)) {
				throw problem('The document was closed. Open the request again and try again.');
			}
			this.#unsaved = changeAllowance(this.#unsaved, token, allowance, isAllowed);
			this.#changeEmitter.fire();
		} else {
			await this.#file.change(token, allowance, isAllowed);
		}
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#changeEmitter.dispose();
	}

	/** Also called when the language of a document changes, which stays open. */
	#forgetIfClosed({ uri, isClosed }: Pick<vscode.TextDocument, 'uri' | 'isClosed'>): void {
		if (isClosed && uri.scheme === 'untitled') {
			this.#unsaved = removeAllowedFile(this.#unsaved, uri.toString());
			this.#changeEmitter.fire();
		}
	}

	async #removeMissingTokens(): Promise<void> {
		const { workspace } = this.#services.sources;
		await this.read();
		const allowed = this.#stored[workspace.id];
		if (allowed) {
			// Listed later than what's allowed: what's allowed for a token that's created meanwhile has to stay.
			const existingIds = new Set((await workspace.list()).map(({ id }) => id));
			await this.#file.removeTokens(
				workspace.id,
				Object.keys(allowed).filter((id) => !existingIds.has(id)),
			);
		}
	}
}

function isOpen(file: string): boolean {
	const { textDocuments, notebookDocuments } = vscode.workspace;
	return [...textDocuments, ...notebookDocuments].some(({ uri, isClosed }) => !isClosed && uri.toString() === file);
}

function mergeHosts(stored: AllowedHosts, unsaved: AllowedHosts): AllowedHosts {
	let merged = stored;
	for (const [sourceId, tokens] of Object.entries(unsaved)) {
		for (const [tokenId, { files }] of Object.entries(tokens)) {
			merged = files.reduce((hosts, file) => changeAllowance(hosts, { sourceId, tokenId }, { file }, true), merged);
		}
	}
	return merged;
}
