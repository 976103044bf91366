import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { TokenDraft } from '../../domain/token';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { draftSteps } from './draftSteps';
import { copyAuthorization } from './keys';
import { sourceFor } from './pickSource';
import { refTo } from './pickToken';
import { runSteps } from './steps';

/** *Quick Create Token*: the wizard's fields by keyboard alone. */
export async function quickCreateToken(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Quick Create Token');
	const source = await sourceFor(argument, sources, title);
	if (!source) {
		return;
	}
	const steps = draftSteps<TokenDraft>(clock, await source.list('now'), await source.catalogue());
	const draft = await runSteps(title, { name: '' }, steps);
	if (draft) {
		const token = await source.create(draft);
		const { id, name } = token;
		const copy = vscode.l10n.t('Copy API Key');
		const details = vscode.l10n.t('Go to Details');
		const answer = await vscode.window.showInformationMessage(
			vscode.l10n.t('Created the token “{0}” ({1}).', verbatim(name), id),
			copy,
			details,
		);
		if (answer === copy) {
			await copyAuthorization(source, id);
		} else if (answer === details) {
			await vscode.commands.executeCommand(commands.openDetails, refTo({ source, token }));
		}
	}
}
