import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { prepareTokenCopy, type TokenCopy } from '../../domain/tokenCopy';
import { toTokenRef, resolveToken, type CommandTarget } from './pickToken';
import { pickSource } from './pickSource';
import { sourceLabel } from '../../models/sourceTexts';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { expirationText } from '../../models/tokenTexts';

/** *Copy Token to Account*: creates a token of the same definition in another source, with a key of its own. */
export async function copyTokenToAccount(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Copy Token to Account');
	if (sources.all.length === 1) {
		throw problem("There's no account to copy to. Run “Add Connect Account” first.");
	}
	const found = await resolveToken(target, { sources, clock, title });
	const otherSources = sources.all.filter((source) => source !== found?.source);
	const destination = found && (otherSources.length === 1 ? otherSources[0] : await pickSource(otherSources, title));
	if (!destination) {
		return;
	}
	const { source, token } = found;
	const copy = prepareTokenCopy(token, (id) => source.getModuleName(id), await destination.getCatalog(), clock());
	const createLabel = vscode.l10n.t('Create');
	const question = vscode.l10n.t('Create token “{0}” in “{1}”?', escapeLabel(token.name), sourceLabel(destination));
	if (
		(await vscode.window.showInformationMessage(question, { modal: true, detail: copyDetailText(copy, clock()) }, createLabel)) !==
		createLabel
	) {
		return;
	}
	const created = { source: destination, token: await destination.create(copy.draft) };
	const detailsLabel = vscode.l10n.t('Go to Details');
	const message = vscode.l10n.t('Created token “{0}” ({1}).', escapeLabel(created.token.name), created.token.id);
	if ((await vscode.window.showInformationMessage(message, detailsLabel)) === detailsLabel) {
		await vscode.commands.executeCommand(commandIds.openDetails, toTokenRef(created));
	}
}

/** What will be the same, and what will not. */
function copyDetailText({ draft, missingModules: missing, isExtensionReplaced: isOtherExtension }: TokenCopy, now: Date): string {
	return [
		vscode.l10n.t("The copy gets its own API key. The original token isn't changed."),
		vscode.l10n.t('Expires: {0}', expirationText({ expirationDate: draft.expirationDate ?? null }, now)),
		...(isOtherExtension ? [vscode.l10n.t("The token's extension isn't available there, so the copy will use Custom.")] : []),
		...(missing.length > 0 ? [vscode.l10n.t("These modules aren't available there and won't be copied: {0}.", missing.join(', '))] : []),
	].join('\n');
}
