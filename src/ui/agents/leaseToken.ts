import * as vscode from 'vscode';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import { formatConnectReference } from '../../domain/connectReference';
import { toTokenRef } from '../../models/commandTargets';
import { createLeaseDraft, leasedTokenText } from '../../models/leaseProposalTexts';
import { createLeaseSteps, NEW_LEASE } from '../../models/leaseSteps';
import { commandIds } from '../../models/manifestIds';
import { runMultiStepInput } from '../../models/multiStepInput';
import { inputPrompts } from '../commands/inputPrompts';
import { runCommand } from '../commands/messages';

/** *Lease Token to Agent*: prompts for the task, and what the agent may do, and creates the lease. */
export async function leaseToken(source: WorkspaceTokenSource, clock: Clock): Promise<void> {
	const steps = createLeaseSteps({ prompts: inputPrompts, catalog: await source.getCatalog(), now: clock });
	const proposal = await runMultiStepInput(vscode.l10n.t('Lease Token to Agent'), NEW_LEASE, steps);
	if (!proposal) {
		return;
	}
	const token = await source.create(createLeaseDraft(proposal, clock()));
	const reference = formatConnectReference({ tokenId: token.id, form: 'authorization' });
	const copyReference = vscode.l10n.t('Copy Reference');
	const openDetails = vscode.l10n.t('Go to Details');
	const selected = await vscode.window.showInformationMessage(leasedTokenText(token, reference), copyReference, openDetails);
	if (selected === copyReference) {
		await vscode.env.clipboard.writeText(reference);
	} else if (selected === openDetails) {
		await runCommand(commandIds.openDetails, toTokenRef({ source, token }));
	}
}
