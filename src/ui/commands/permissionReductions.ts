import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { toTokenRef } from '../../models/commandTargets';
import { TOKENS_WITH_REDUCIBLE_PERMISSIONS } from '../../models/eligibleTokens';
import { commandIds } from '../../models/manifestIds';
import type { DeniedReduction, ReductionContext } from '../../models/reducePermissions';
import type { ReductionFile } from '../../storage/reductionFile';
import { showError } from '../errorMessages';
import { loadOnDemand } from '../loadOnDemand';
import { log } from '../log';
import type { CommandHandler } from './commandHandlers';
import { runCommand } from './messages';
import { pickMany, targets } from './targets';

/** *Reduce to What It Uses*, and the warning about denials after it. */
export class PermissionReductions implements Disposable {
	#file: ReductionFile | undefined;
	#subscription: Disposable | undefined;
	#lastCheck: Promise<void> = Promise.resolve();

	/** @param folder path of the folder that contains the tokens */
	constructor(
		private readonly folder: string,
		private readonly sources: TokenSources,
		private readonly clock: Clock,
	) {}

	readonly commands = {
		[commandIds.reducePermissions]: async (argument) => {
			const { sources, clock } = this;
			const title = vscode.l10n.t('Reduce to What It Uses');
			const found = await targets.resolveToken({ argument }, { sources, clock, title, eligible: TOKENS_WITH_REDUCIBLE_PERMISSIONS });
			if (!found) {
				return;
			}
			if (!TOKENS_WITH_REDUCIBLE_PERMISSIONS.includes(found)) {
				await vscode.window.showInformationMessage(TOKENS_WITH_REDUCIBLE_PERMISSIONS.noneText());
				return;
			}
			const { reducePermissions } = await loadOnDemand();
			const offerUndo = await reducePermissions(found, await this.#createContext());
			void offerUndo?.().catch(showError);
		},
	} satisfies Record<string, CommandHandler>;

	/** Starts to watch for denials. */
	start(): void {
		this.#subscription ??= this.sources.onDidChangeUsage(() => {
			this.#lastCheck = this.#lastCheck.then(() => this.#check()).catch(logFailure(log, 'check for denials after reduced permissions'));
		});
	}

	/** Returns what's known about the reduction of a workspace token; undefined if there's none, or it isn't watched anymore. */
	async read(tokenId: string): Promise<{ readonly at: string; readonly denied: number } | undefined> {
		if (!this.#hasReductions) {
			return undefined;
		}
		const { findReduction } = await loadOnDemand();
		const found = await findReduction(this.sources.workspace, tokenId, await this.#getFile());
		return found && { at: found.reduction.at, denied: found.denied };
	}

	dispose(): void {
		this.#subscription?.dispose();
		this.#file?.dispose();
	}

	/** Almost always, there's nothing to load any code for. */
	get #hasReductions(): boolean {
		return existsSync(join(this.folder, 'reductions.json'));
	}

	async #check(): Promise<void> {
		if (this.#hasReductions) {
			const { claimDeniedReductions } = await loadOnDemand();
			const denied = await claimDeniedReductions(this.sources.workspace, await this.#getFile());
			denied.forEach((reduction) => void this.#warn(reduction).catch(showError));
		}
	}

	async #warn(denied: DeniedReduction): Promise<void> {
		const { deniedReductionText, restorePermissions } = await loadOnDemand();
		const restore = vscode.l10n.t('Restore Permissions');
		const details = vscode.l10n.t('Open Token Details');
		const selected = await vscode.window.showWarningMessage(deniedReductionText(denied), restore, details);
		if (selected === restore) {
			await restorePermissions(denied, await this.#createContext());
		} else if (selected === details) {
			await runCommand(commandIds.openDetails, toTokenRef(denied.found));
		}
	}

	async #createContext(): Promise<ReductionContext> {
		return {
			store: await this.#getFile(),
			prompts: { pickMany, inform: async (text, ...buttons) => vscode.window.showInformationMessage(text, ...buttons) },
			clock: this.clock,
			log,
		};
	}

	async #getFile(): Promise<ReductionFile> {
		const code = await loadOnDemand();
		return (this.#file ??= new code.ReductionFile(this.folder, this.clock, log));
	}
}
