import * as l10n from '@vscode/l10n';
import type { AgentCaller, LeaseProposal } from '../agents/agentServices';
import { MAX_LENGTHS } from '../domain/draftValidation';
import type { Token, TokenDraft } from '../domain/token';
import type { ConfirmationText } from './lifecycleTexts';
import { parsePermission } from '../domain/permissions';
import { getLanguage } from './localization';
import { permissionLabel } from './permissionTexts';
import { quotableName } from './quotableName';
import { requestRuleTexts } from './requestRuleTexts';
import { nameAndId } from './tokenListTexts';

const MINUTE_MS = 60_000;

/** Returns the draft of a lease that starts at `now`. It's named after its task. */
export function createLeaseDraft({ lease, permissions, minutes, limits, approval }: LeaseProposal, now: Date): TokenDraft {
	return {
		name: Array.from(lease.task.trim()).slice(0, MAX_LENGTHS.name).join(''),
		permissions,
		limits,
		approval,
		lease,
		expirationDate: new Date(now.getTime() + minutes * MINUTE_MS).toISOString(),
	};
}

/** “90 minutes” or “2 hours” */
export function durationText(minutes: number): string {
	const [unit, count] = minutes % 60 === 0 ? (['hour', minutes / 60] as const) : (['minute', minutes] as const);
	return new Intl.NumberFormat(getLanguage(), { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

/** For how long a lease is valid, and what restricts its requests. */
export function leaseTermTexts(proposal: LeaseProposal): readonly string[] {
	return [durationText(proposal.minutes), ...ruleTexts(proposal)];
}

/** Says of each module whether the agent can write, because “Products, Usage (read-only)” can be read as if it couldn't. */
export function leaseModulesText({ permissions }: LeaseProposal, getModuleName: (id: string) => string): string {
	const modules = permissions.map((permission) => {
		const label = quotableName(permissionLabel(permission, getModuleName));
		return parsePermission(permission).level === 'full' ? l10n.t('{0} (full access)', label) : label;
	});
	return modules.length === 0 ? l10n.t('No modules') : modules.join(', ');
}

/** That nobody asks about writes isn't visible otherwise. */
function ruleTexts(proposal: LeaseProposal): readonly string[] {
	return [...requestRuleTexts(proposal), ...(proposal.approval === 'never' ? [l10n.t('no approval')] : [])];
}

/**
 * Asks whether to lease a token to an agent: who asks, what for, and what the agent may do. What comes from the agent is quoted, so that it
 * can't be mistaken for this extension's own words.
 */
export function leaseQuestionText(proposal: LeaseProposal, caller: AgentCaller, getModuleName: (id: string) => string): ConfirmationText {
	const { task, agent } = proposal.lease;
	return {
		message: l10n.t('Lease a token to the agent “{0}” for the task “{1}”?', quotableName(agent), quotableName(task)),
		detail: [
			[
				l10n.t('Access for {0}: {1}', durationText(proposal.minutes), leaseModulesText(proposal, getModuleName)),
				l10n.t('Restrictions: {0}', ruleTexts(proposal).join(' · ')),
			].join('\n'),
			`${callerText(caller)} ${l10n.t("The token is valid only at this workspace's gateway. If you didn't expect this, select Deny.")}`,
		].join('\n\n'),
	};
}

/** Who asks. */
function callerText(caller: AgentCaller): string {
	return caller.kind === 'editor'
		? l10n.t('A language model or an extension in this window asks for it.')
		: l10n.t(
				'A program that calls itself “{0}” asks for it, started in “{1}”. Any program can claim that.',
				quotableName(caller.name),
				quotableName(caller.folder),
			);
}

/** The answer to the question. */
export type LeaseDecision = 'lease' | 'change' | 'deny';

/** The buttons of the question, the first one the default. */
export function leaseQuestionButtons(): readonly { readonly title: string; readonly decision: LeaseDecision }[] {
	return [
		{ title: l10n.t('Lease'), decision: 'lease' },
		{ title: l10n.t('Change…'), decision: 'change' },
		{ title: l10n.t('Deny'), decision: 'deny' },
	];
}

/** Says that agents are denied without a question, after the user has denied them several times. */
export function silencedAgentsText(): string {
	return l10n.t("You denied the requests of an agent several times. For the next minute, they're denied without a question.");
}

/** Confirms that a token was leased, and says how the agent gets it. */
export function leasedTokenText(token: Token, reference: string): string {
	return l10n.t(
		'Leased the token {0}. Agents that have the tools of Connect Tokens find it by its task. To start another program with it, use “connect-tokens run” and the reference {1}.',
		nameAndId(token),
		reference,
	);
}
