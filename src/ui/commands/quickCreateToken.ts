import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { TokenDraft } from '../../domain/token';
import { commandIds } from '../../models/manifestIds';
import { loadOnDemand } from '../loadOnDemand';
import { inputPrompts } from './inputPrompts';
import { showCreatedToken } from './showTokenMessage';
import { targets } from './targets';

/** *Quick Create Token*: prompts for the fields of a token one at a time, with the keyboard alone. */
export async function quickCreateToken(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const title = vscode.l10n.t('Quick Create Token');
	const source = await targets.resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = await source.list('available');
	const { createDraftSteps, runMultiStepInput } = await loadOnDemand();
	const steps = createDraftSteps<TokenDraft>({ prompts: inputPrompts, clock, tokens, catalog: await source.getCatalog() });
	const draft = await runMultiStepInput(title, { name: '' }, steps);
	if (draft) {
		const token = await source.create(draft);
		await showCreatedToken({ source, token }, { title: vscode.l10n.t('Copy API Key'), command: commandIds.copyApiKey });
	}
}
