import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { solvableProblem } from '../../domain/problems';
import { prepareTokenCopy } from '../../domain/tokenCopy';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { COPYABLE_TOKENS } from '../../models/eligibleTokens';
import { copyConfirmation } from '../../models/tokenCopyTexts';
import { showCreatedToken } from './showTokenMessage';
import { targets } from './targets';

/** *Copy Token to Account*: creates a token with the same definition and a new key in another source. */
export async function copyTokenToAccount(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Copy Token to Account');
	if (sources.all.length === 1) {
		throw solvableProblem('noAccounts', "There's no account to copy to. Add one first.");
	}
	const found = await targets.resolveToken(target, { sources, clock, title, eligible: COPYABLE_TOKENS });
	const otherSources = sources.all.filter((source) => source !== found?.source);
	const destination = found && (await targets.pickSource(otherSources, title));
	if (!destination) {
		return;
	}
	const { source, token } = found;
	const copy = prepareTokenCopy(token, (id) => source.getModuleName(id), await destination.getCatalog(), clock());
	const { message, detail } = copyConfirmation(copy, source, destination, clock());
	const createLabel = vscode.l10n.t('Create');
	if ((await vscode.window.showInformationMessage(message, { modal: true, detail }, createLabel)) === createLabel) {
		await showCreatedToken({ source: destination, token: await destination.create(copy.draft) });
	}
}
