import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { COPYABLE_TOKENS, RUNNING_LEASES, TOKENS_WITH_ENDABLE_KEY } from '../../models/eligibleTokens';
import { endedLeaseText } from '../../models/leaseTexts';
import { endPreviousKey } from '../../models/lifecycleActions';
import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from './commandHandlers';
import { inputPrompts } from './inputPrompts';
import { confirm } from './messages';
import { showCreatedToken } from './showTokenMessage';
import { targets } from './targets';
import { showUses } from './tokenUses';
import { loadOnDemand } from '../loadOnDemand';

/** *Duplicate Token*, *Copy ID*, *End Previous Key Now*, *End Lease*, and *Used In*. */
export function tokenMenuCommands(sources: TokenSources, clock: Clock) {
	return {
		[commandIds.duplicateToken]: (argument) => duplicateToken({ argument }, sources, clock),
		[commandIds.copyTokenId]: async (argument, selection) => {
			const found = await targets.resolveTokens({ argument, selection }, { sources, clock, title: vscode.l10n.t('Copy ID') });
			if (found.length > 0) {
				await vscode.env.clipboard.writeText(found.map(({ token }) => token.id).join('\n'));
				vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied {0}', found.map(({ token }) => token.id).join(', ')), 5000);
			}
		},
		[commandIds.endPreviousKey]: async (argument) => {
			const options = { sources, clock, title: vscode.l10n.t('End Previous Key Now'), eligible: TOKENS_WITH_ENDABLE_KEY };
			const found = await targets.resolveToken({ argument }, options);
			await (found && endPreviousKey(found, sources.workspace, confirm));
		},
		[commandIds.endLease]: async (argument) => {
			const found = await targets.resolveToken(
				{ argument },
				{ sources, clock, title: vscode.l10n.t('End Lease'), eligible: RUNNING_LEASES },
			);
			if (found) {
				vscode.window.setStatusBarMessage(endedLeaseText(await sources.workspace.endLease(found.token.id)), 5000);
			}
		},
		[commandIds.showUses]: (argument) => showUses({ argument }, sources, clock),
	} satisfies Record<string, CommandHandler>;
}

async function duplicateToken(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await targets.resolveToken(target, { sources, clock, title: vscode.l10n.t('Duplicate Token'), eligible: COPYABLE_TOKENS });
	if (!found) {
		return;
	}
	const { source } = found;
	const { promptForDuplicate } = await loadOnDemand();
	const draft = await promptForDuplicate(found, {
		prompts: inputPrompts,
		catalog: await source.getCatalog(),
		tokens: await source.list('available'),
		now: clock(),
	});
	if (draft) {
		const token = await source.create(draft);
		await showCreatedToken({ source, token }, { title: vscode.l10n.t('Copy API Key'), command: commandIds.copyApiKey });
	}
}
