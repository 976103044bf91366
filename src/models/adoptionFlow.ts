import * as l10n from '@vscode/l10n';
import { Emitter } from '../domain/emitter';
import { logFailure, type Log } from '../domain/log';
import type { AdoptableTokens, Disposable, TokenAdoption, WorkspaceTokenSource } from '../domain/ports';
import {
	adoptedText,
	adoptionConfirmation,
	adoptionOffersText,
	adoptionOfferText,
	adoptionPickItem,
	removalConfirmation,
} from './adoptionTexts';
import type { PickOptions } from './commandTargets';
import type { ConfirmationText } from './lifecycleTexts';
import type { PickItem } from './pickItems';

/** What adopting tokens needs from the editor. */
export interface AdoptionPrompts {
	/** @returns undefined if the user canceled */
	pickOne<T>(items: readonly PickItem<T>[], options: PickOptions): Promise<T | undefined>;
	/** Asks in a modal dialog with a button for each action. Returns the label of the selected one; undefined if the user canceled. */
	ask(text: ConfirmationText, ...actions: readonly string[]): Promise<string | undefined>;
	/** Shows a notification with a button for each action. Returns the label of the selected one; undefined if the user closed it. */
	notify(text: string, ...actions: readonly string[]): Promise<string | undefined>;
}

export interface AdoptionFlowOptions {
	readonly adoption: TokenAdoption;
	readonly workspace: WorkspaceTokenSource;
	readonly prompts: AdoptionPrompts;
	/** Returns true the first time it's called for a list, in any window. */
	readonly claimNotification: (listId: string) => Promise<boolean>;
	readonly log: Log;
}

/** Offers tokens that have lost their workspace while the open one is empty, and adopts them if the user agrees. */
export class AdoptionFlow implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #subscription: Disposable;
	#hasOffer = false;

	constructor(private readonly options: AdoptionFlowOptions) {
		this.#subscription = options.workspace.onDidChange(() => void this.#update());
	}

	/** Whether the workspace is empty, and there are tokens that it can adopt. */
	get hasOffer(): boolean {
		return this.#hasOffer;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Looks for tokens, and notifies the user once about each list. Settles when the user has closed the notification. */
	async start(): Promise<void> {
		const found = await this.#update();
		const claims = await Promise.all(found.map(({ listId }) => this.options.claimNotification(listId)));
		const offered = found.filter((_, index) => claims[index]);
		const [first] = offered;
		if (!first) {
			return;
		}
		// A task of the workspace can press the button, so it only shows what can be adopted.
		const showLabel = l10n.t('Show');
		const text = offered.length > 1 ? adoptionOffersText(offered.length) : adoptionOfferText(first);
		if ((await this.options.prompts.notify(text, showLabel)) === showLabel) {
			await this.run();
		}
	}

	/** *Adopt Tokens*: shows what can be adopted, and asks what to do with it. */
	async run(): Promise<void> {
		const { adoption, prompts } = this.options;
		const found = await adoption.find();
		const chosen = found.length > 1 ? await this.#pick(found) : found[0];
		if (!chosen) {
			if (found.length === 0) {
				void prompts.notify(l10n.t("There are no tokens to adopt. Tokens can be adopted if their workspace's folder no longer exists."));
			}
			return;
		}
		const adoptLabel = l10n.t('Adopt');
		const deleteLabel = chosen.tokens.length > 0 ? l10n.t('Delete…') : l10n.t('Remove Keys');
		const text = adoptionConfirmation(chosen);
		const action = await prompts.ask(text, ...(chosen.tokens.length > 0 ? [adoptLabel] : []), deleteLabel);
		if (action === adoptLabel) {
			await this.#adopt(chosen);
		} else if (action === deleteLabel) {
			await this.#remove(chosen);
		}
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#changeEmitter.dispose();
	}

	#pick(found: readonly AdoptableTokens[]): Promise<AdoptableTokens | undefined> {
		const options = { title: l10n.t('Adopt Tokens'), placeHolder: l10n.t('Select the tokens to adopt or delete') };
		return this.options.prompts.pickOne(found.map(adoptionPickItem), options);
	}

	async #adopt(adoptable: AdoptableTokens): Promise<void> {
		const count = await this.options.adoption.adopt(adoptable);
		void this.options.prompts.notify(adoptedText(adoptable, count));
		await this.#update();
	}

	async #remove(adoptable: AdoptableTokens): Promise<void> {
		const deleteLabel = l10n.t('Delete');
		// Keys without tokens are of no use, so their removal needs no second question.
		if (adoptable.tokens.length === 0 || (await this.options.prompts.ask(removalConfirmation(adoptable), deleteLabel)) === deleteLabel) {
			await this.options.adoption.remove(adoptable);
			await this.#update();
		}
	}

	/** Returns what's offered: nothing if the workspace has tokens, or if they can't be read, which the Tokens view reports. */
	async #update(): Promise<readonly AdoptableTokens[]> {
		const { adoption, workspace, log } = this.options;
		const find = async () => ((await workspace.list()).length > 0 ? [] : adoption.find());
		const found = await find().catch(logFailure(log, 'look for tokens to adopt', [] as readonly AdoptableTokens[]));
		if (this.#hasOffer !== found.length > 0) {
			this.#hasOffer = found.length > 0;
			this.#changeEmitter.fire();
		}
		return found;
	}
}
