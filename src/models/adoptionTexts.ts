import * as l10n from '@vscode/l10n';
import type { AdoptableTokens } from '../domain/ports';
import type { ConfirmationText } from './lifecycleTexts';
import type { PickItem } from './pickItems';
import { quotableName } from './quotableName';
import { tokenCountText, tokenListLines } from './tokenListTexts';

/** How many tokens a notification lists by name. */
const MAX_NAMES = 3;

/** Offers tokens in a notification: from where, how many, and which. */
export function adoptionOfferText(adoptable: AdoptableTokens): string {
	const { path, tokens } = adoptable;
	const names = namesText(adoptable);
	if (tokens.length === 0) {
		return unknownKeysText(adoptable);
	}
	if (path === null) {
		return tokens.length === 1
			? l10n.t(
					'The token list of this workspace is missing, for example because its container was rebuilt. 1 token can be restored: {0}.',
					names,
				)
			: l10n.t(
					'The token list of this workspace is missing, for example because its container was rebuilt. {1} tokens can be restored: {0}.',
					names,
					tokens.length,
				);
	}
	return tokens.length === 1
		? l10n.t('{0} no longer exists. If it was moved here, adopt its token: {1}.', quotableName(path), names)
		: l10n.t('{0} no longer exists. If it was moved here, adopt its {2} tokens: {1}.', quotableName(path), names, tokens.length);
}

/** Offers several lists in a notification. */
export function adoptionOffersText(listCount: number): string {
	return l10n.t(
		'Tokens of {0} workspaces that no longer exist, or whose token list is missing, can be adopted in this workspace.',
		listCount,
	);
}

/** Asks what to do with tokens, which it lists. */
export function adoptionConfirmation(adoptable: AdoptableTokens): ConfirmationText {
	const { path, tokens } = adoptable;
	if (tokens.length === 0) {
		return { message: l10n.t('Remove API keys without tokens?'), detail: `${unknownKeysText(adoptable)}\n${sharedStorageText()}` };
	}
	const message = tokens.length === 1 ? l10n.t('Adopt 1 token?') : l10n.t('Adopt {0} tokens?', tokens.length);
	const origin =
		path === null
			? [l10n.t('From: an earlier token list of this workspace'), sharedStorageText()]
			: [l10n.t('From: {0} (no longer exists)', quotableName(path))];
	return {
		message,
		detail: [...origin, l10n.t('API keys, usage, and settings are moved, too.'), '', ...quotedLines(tokens)].join('\n'),
	};
}

/** Asks whether to delete tokens, or keys without tokens. */
export function removalConfirmation({ tokens }: AdoptableTokens): ConfirmationText {
	return {
		message:
			tokens.length === 1 ? l10n.t('Delete 1 token and its API key?') : l10n.t('Delete {0} tokens and their API keys?', tokens.length),
		detail: [l10n.t("This can't be undone."), '', ...quotedLines(tokens)].join('\n'),
	};
}

/** Confirms an adoption. Some tokens may have been left where they are. */
export function adoptedText(adoptable: AdoptableTokens, count: number): string {
	const leftCount = adoptable.tokens.length - count;
	if (leftCount > 0) {
		return l10n.t('Adopted {0} tokens. {1} were left because this workspace has other tokens with the same ID.', count, leftCount);
	}
	return count === 1 ? l10n.t('Adopted 1 token with its API key.') : l10n.t('Adopted {0} tokens with their API keys.', count);
}

/** An item for one list. */
export function adoptionPickItem(adoptable: AdoptableTokens): PickItem<AdoptableTokens> {
	const { path, tokens, unknownKeyCount } = adoptable;
	const count =
		tokens.length === 0
			? unknownKeyCount === 1
				? l10n.t('1 API key without a token')
				: l10n.t('{0} API keys without tokens', unknownKeyCount)
			: tokenCountText(tokens.length);
	return {
		value: adoptable,
		label: path === null ? l10n.t('Earlier token list of this workspace') : quotableName(path.split(/[\\/]/).at(-1)!),
		description: path === null ? '' : quotableName(path),
		detail: tokens.length === 0 ? count : `${count}: ${namesText(adoptable)}`,
		icon: [path === null ? 'history' : 'folder'],
	};
}

/** Lists tokens of another workspace, one per line. */
function quotedLines(tokens: AdoptableTokens['tokens']): readonly string[] {
	return tokenListLines(tokens.map(({ id, name }) => ({ id, name: quotableName(name) })));
}

function namesText({ tokens }: AdoptableTokens): string {
	const names = tokens.slice(0, MAX_NAMES).map(({ name }) => quotableName(name));
	const unnamedCount = tokens.length - names.length;
	return unnamedCount > 0 ? l10n.t('{0}, and {1} more', names.join(', '), unnamedCount) : names.join(', ');
}

function unknownKeysText({ unknownKeyCount }: AdoptableTokens): string {
	return unknownKeyCount === 1
		? l10n.t('1 API key of an earlier token list of this workspace is still stored, but its token is missing, so the key is of no use.')
		: l10n.t(
				'{0} API keys of an earlier token list of this workspace are still stored, but their tokens are missing, so the keys are of no use.',
				unknownKeyCount,
			);
}

/** VS Code doesn't tell containers and machines apart that store secrets in the same place. */
function sharedStorageText(): string {
	return l10n.t('If a container or machine with the same path is still in use, this might belong to it.');
}
