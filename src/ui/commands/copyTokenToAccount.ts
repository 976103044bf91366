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
		throw problem('There is no account to copy to. Add one with “Add Connect Account” first.');
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
	const question = vscode.l10n.t('Create a token “{0}” in “{1}”?', escapeLabel(token.name), sourceLabel(destination));
	if (
		(await vscode.window.showInformationMessage(question, { modal: true, detail: copyDetailText(copy, clock()) }, createLabel)) !==
		createLabel
	) {
		return;
	}
	const created = { source: destination, token: await destination.create(copy.draft) };
	const detailsLabel = vscode.l10n.t('Go to Details');
	const message = vscode.l10n.t('Created the token “{0}” ({1}).', escapeLabel(created.token.name), created.token.id);
	if ((await vscode.window.showInformationMessage(message, detailsLabel)) === detailsLabel) {
		await vscode.commands.executeCommand(commandIds.openDetails, toTokenRef(created));
	}
}

/** What will be the same, and what will not. */
function copyDetailText({ draft, missingModules: missing, isExtensionReplaced: isOtherExtension }: TokenCopy, now: Date): string {
	return [
		vscode.l10n.t('It gets a key of its own; this token stays as it is.'),
		vscode.l10n.t('Expires: {0}', expirationText({ expirationDate: draft.expirationDate ?? null }, now)),
		...(isOtherExtension ? [vscode.l10n.t('Its extension is not to be had there, so the new token is Custom.')] : []),
		...(missing.length > 0 ? [vscode.l10n.t('Modules that are not to be had there and are left out: {0}.', missing.join(', '))] : []),
	].join('\n');
}
