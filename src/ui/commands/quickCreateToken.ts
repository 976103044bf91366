import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { TokenDraft } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { createDraftSteps } from './draftSteps';
import { copyAuthorization } from './keyAccess';
import { resolveSource } from './pickSource';
import { toTokenRef } from './pickToken';
import { runMultiStepInput } from './multiStepInput';

/** *Quick Create Token*: the wizard's fields by keyboard alone. */
export async function quickCreateToken(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Quick Create Token');
	const source = await resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const steps = createDraftSteps<TokenDraft>(clock, await source.list('available'), await source.getCatalog());
	const draft = await runMultiStepInput(title, { name: '' }, steps);
	if (draft) {
		const token = await source.create(draft);
		const { id, name } = token;
		const copyLabel = vscode.l10n.t('Copy API Key');
		const detailsLabel = vscode.l10n.t('Go to Details');
		const answer = await vscode.window.showInformationMessage(
			vscode.l10n.t('Created token “{0}” ({1}).', escapeLabel(name), id),
			copyLabel,
			detailsLabel,
		);
		if (answer === copyLabel) {
			await copyAuthorization(source, id);
		} else if (answer === detailsLabel) {
			await vscode.commands.executeCommand(commandIds.openDetails, toTokenRef({ source, token }));
		}
	}
}
