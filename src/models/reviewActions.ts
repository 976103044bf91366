import * as l10n from '@vscode/l10n';
import { EXPIRATION_PRESETS, resolveExpirationDate } from '../domain/expiration';
import { logFailure, type Log } from '../domain/log';
import type { Clock } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';
import type { ReviewAction } from '../protocol/reviewMessages';
import type { PickOptions } from './commandTargets';
import { presetLabel } from './expirationChoices';
import type { Confirm } from './lifecycleActions';
import { deleteConfirmation, disableConfirmation, rotateConfirmation, type ConfirmationText } from './lifecycleTexts';
import { localizeError } from './localization';
import type { PickItem } from './pickItems';

/** What an action on several tokens needs from the editor. */
export interface ReviewPrompts {
	readonly confirm: Confirm;
	/** @returns undefined if the user canceled */
	pickOne<T>(items: readonly PickItem<T>[], options: PickOptions): Promise<T | undefined>;
}

/** Applies an action to a token. */
type ApplyAction = (found: SourceToken) => Promise<unknown>;

/** Asks what an action needs to know, and whether to carry it out if it can't be undone. Returns undefined if the user canceled. */
export async function prepareAction(
	action: ReviewAction,
	tokens: readonly SourceToken[],
	prompts: ReviewPrompts,
	clock: Clock,
): Promise<ApplyAction | undefined> {
	const confirmed = async (text: ConfirmationText | undefined, button: string, apply: ApplyAction) =>
		!text || (await prompts.confirm(text, button)) ? apply : undefined;
	switch (action) {
		case 'enable':
			return ({ source, token }) => source.enable(token.id);
		case 'disable':
			return confirmed(await disableConfirmation(tokens), l10n.t('Disable'), ({ source, token }) => source.disable(token.id));
		case 'delete':
			return confirmed(await deleteConfirmation(tokens), l10n.t('Delete'), ({ source, token }) => source.delete(token.id));
		case 'rotate': {
			const items = EXPIRATION_PRESETS.map((preset) => ({
				value: preset,
				label: presetLabel(preset),
				description: '',
				icon: ['calendar'] as const,
			}));
			const options = { title: l10n.t('Rotate Token'), placeHolder: l10n.t('Select when the new API keys expire') };
			const preset = await prompts.pickOne(items, options);
			if (preset === undefined) {
				return undefined;
			}
			const expirationDate = resolveExpirationDate({ kind: 'preset', preset }, clock());
			return confirmed(await rotateConfirmation(tokens), l10n.t('Rotate'), ({ source, token }) =>
				source.rotate(token.id, { expirationDate }),
			);
		}
	}
}

/**
 * Applies an action to all tokens, even if it fails for some. Runs them concurrently, so that the workspace's store saves them as one change.
 * @param onProgress called after each token with the number of tokens so far
 * @returns why it failed, for each token that it failed for
 */
export async function applyToEach(
	tokens: readonly SourceToken[],
	apply: ApplyAction,
	onProgress: (done: number) => void,
	log: Log,
): Promise<ReadonlyMap<SourceToken, string>> {
	const failures = new Map<SourceToken, string>();
	let done = 0;
	await Promise.all(
		tokens.map(async (found) => {
			try {
				await apply(found);
			} catch (error) {
				logFailure(log, `change ${found.token.id}`)(error);
				failures.set(found, localizeError(error));
			}
			onProgress(++done);
		}),
	);
	return failures;
}
