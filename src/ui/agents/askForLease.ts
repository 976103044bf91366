import * as vscode from 'vscode';
import type { AgentCaller, LeaseProposal } from '../../agents/agentServices';
import { askUntilRead } from '../../broker/askUntilRead';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import { leaseQuestionButtons, silencedAgentsText, type LeaseDecision } from '../../models/leaseProposalTexts';
import type { ConfirmationText } from '../../models/lifecycleTexts';
import { requestLease } from '../../models/requestLease';
import { inputPrompts } from '../commands/inputPrompts';

export interface LeaseQuestionServices {
	readonly workspace: WorkspaceTokenSource;
	readonly clock: Clock;
}

/**
 * Asks the user whether to lease a token to an agent, and creates the lease.
 * @returns undefined if the user doesn't want it
 * @throws ProblemError if what's asked for isn't possible
 */
export function askForLease(
	proposal: LeaseProposal,
	caller: AgentCaller,
	{ workspace, clock }: LeaseQuestionServices,
): Promise<Token | undefined> {
	const askOnce = async ({ message, detail }: ConfirmationText): Promise<LeaseDecision> => {
		const buttons = leaseQuestionButtons().map((button) => ({ ...button, isCloseAffordance: button.decision === 'deny' }));
		const selected = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
		return selected?.decision ?? 'deny';
	};
	const ask = (question: ConfirmationText) =>
		askUntilRead(
			() => askOnce(question),
			() => performance.now(),
		);
	return requestLease(proposal, caller, { workspace, clock, prompts: inputPrompts, ask });
}

/** Tells the user that agents aren't asked about anymore for a minute. */
export function reportSilencedAgents(): void {
	void vscode.window.showWarningMessage(silencedAgentsText());
}
