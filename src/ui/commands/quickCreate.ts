import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { TokenDraft } from '../../domain/token';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { draftSteps } from './draftSteps';
import { copyAuthorization } from './keys';
import { runSteps } from './steps';

/** *Quick Create Token*: the wizard's fields by keyboard alone. */
export async function quickCreateToken(source: TokenSource, clock: Clock): Promise<void> {
	const steps = draftSteps<TokenDraft>(clock, await source.list());
	const draft = await runSteps(vscode.l10n.t('Quick Create Token'), { name: '' }, steps);
	if (draft) {
		const { id, name } = await source.create(draft);
		const copy = vscode.l10n.t('Copy API Key');
		const details = vscode.l10n.t('Go to Details');
		const answer = await vscode.window.showInformationMessage(vscode.l10n.t('Created the token “{0}” ({1}).', verbatim(name), id), copy, details);
		if (answer === copy) {
			await copyAuthorization(source, id);
		} else if (answer === details) {
			await vscode.commands.executeCommand(commands.openDetails, { tokenId: id });
		}
	}
}
