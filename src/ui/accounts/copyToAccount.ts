import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import { transfer, type Transfer } from '../../domain/transfer';
import { refTo, tokenFor, type Target } from '../commands/pickToken';
import { pickSource } from '../commands/pickSource';
import { sourceName } from '../commands/sourceName';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { endText } from '../tokenText';

/** *Copy Token to Account*: creates a token of the same definition in another source, with a key of its own. */
export async function copyToAccount(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Copy Token to Account');
	if (sources.all.length === 1) {
		throw problem('There is no account to copy to. Add one with “Add Connect Account” first.');
	}
	const found = await tokenFor(target, { sources, clock, title });
	const others = sources.all.filter((source) => source !== found?.source);
	const destination = found && (others.length === 1 ? others[0] : await pickSource(others, title));
	if (!destination) {
		return;
	}
	const { source, token } = found;
	const copy = transfer(token, (id) => source.moduleName(id), await destination.catalogue(), clock());
	const create = vscode.l10n.t('Create');
	const question = vscode.l10n.t('Create a token “{0}” in “{1}”?', verbatim(token.name), sourceName(destination));
	if ((await vscode.window.showInformationMessage(question, { modal: true, detail: detailOf(copy, clock()) }, create)) !== create) {
		return;
	}
	const created = { source: destination, token: await destination.create(copy.draft) };
	const details = vscode.l10n.t('Go to Details');
	const message = vscode.l10n.t('Created the token “{0}” ({1}).', verbatim(created.token.name), created.token.id);
	if ((await vscode.window.showInformationMessage(message, details)) === details) {
		await vscode.commands.executeCommand(commands.openDetails, refTo(created));
	}
}

/** What will be the same, and what will not. */
function detailOf({ draft, missing, isOtherExtension }: Transfer, now: Date): string {
	return [
		vscode.l10n.t('It gets a key of its own; this token stays as it is.'),
		vscode.l10n.t('Expires: {0}', endText({ expirationDate: draft.expirationDate ?? null }, now)),
		...(isOtherExtension ? [vscode.l10n.t('Its extension is not to be had there, so the new token is Custom.')] : []),
		...(missing.length > 0 ? [vscode.l10n.t('Modules that are not to be had there and are left out: {0}.', missing.join(', '))] : []),
	].join('\n');
}
