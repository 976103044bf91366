import * as l10n from '@vscode/l10n';
import type { AgentCaller, LeaseProposal } from '../agents/agentServices';
import { findDraftProblems } from '../domain/draftValidation';
import type { Clock, WorkspaceTokenSource } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import type { Token } from '../domain/token';
import { createLeaseDraft, leaseQuestionText, type LeaseDecision } from './leaseProposalTexts';
import { createLeaseSteps } from './leaseSteps';
import type { ConfirmationText } from './lifecycleTexts';
import { runMultiStepInput, type InputPrompts } from './multiStepInput';

export interface LeaseRequestOptions {
	readonly workspace: WorkspaceTokenSource;
	readonly clock: Clock;
	readonly prompts: InputPrompts;
	/** Asks the user in a modal dialog. Closing it is a denial. */
	readonly ask: (question: ConfirmationText) => Promise<LeaseDecision>;
}

/**
 * Asks the user whether to lease a token to an agent, who can narrow what it asks for but not widen it, and creates the lease.
 * @returns undefined if the user doesn't want it
 * @throws ProblemError if what's asked for isn't possible, before the user is asked
 */
export async function requestLease(proposal: LeaseProposal, caller: AgentCaller, options: LeaseRequestOptions): Promise<Token | undefined> {
	const { workspace, clock, prompts, ask } = options;
	const catalog = await workspace.getCatalog();
	const problems = findDraftProblems(createLeaseDraft(proposal, clock()), clock(), catalog);
	if (problems.length > 0) {
		throw new ProblemError(problems);
	}
	const question = leaseQuestionText(proposal, caller, (id) => workspace.getModuleName(id));
	const steps = createLeaseSteps({ prompts, catalog, now: clock, requested: proposal });
	for (;;) {
		const decision = await ask(question);
		if (decision === 'deny') {
			return undefined;
		}
		const accepted = decision === 'lease' ? proposal : await runMultiStepInput(l10n.t('Lease Token to Agent'), proposal, steps);
		if (accepted) {
			return workspace.create(createLeaseDraft(accepted, clock()));
		}
		// The user closed the steps, which is no answer to the question.
	}
}
