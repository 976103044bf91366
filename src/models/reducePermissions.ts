import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import { logFailure, type Log } from '../domain/log';
import { getEvidence, summarizeModuleUsage, type UsageEvidence } from '../domain/moduleUsage';
import {
	applyReduction,
	countDeniedOn,
	countDeniedSince,
	proposeReduction,
	type AppliedReduction,
	type PermissionChange,
	type ReductionProposal,
} from '../domain/permissionReduction';
import type { Clock, TokenSource } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel } from './localization';
import { formatCount, formatDay, moduleUsageText, unusedModuleText } from './moduleUsageTexts';
import type { PickHeading, PickItem } from './pickItems';
import { allModulesLabel } from './permissionTexts';
import { permissionsList } from './tokenTexts';

/** Remembers reductions for as long as denials after them are a reason to warn. Calls reject when it can't be read or written. */
export interface ReductionStore {
	/** Returns reductions by token ID, and whether the user was told about denials after them. */
	read(): Promise<Readonly<Record<string, AppliedReduction & { readonly warned: boolean }>>>;
	add(tokenId: string, reduction: AppliedReduction): Promise<void>;
	remove(tokenId: string): Promise<void>;
	/** Returns whether this window is the one that tells the user. */
	claimWarning(tokenId: string): Promise<boolean>;
}

/** What reducing permissions needs from the editor. */
export interface ReductionPrompts {
	/** @returns empty if the user canceled */
	pickMany(
		items: readonly (PickItem<PermissionChange> | PickHeading)[],
		options: { readonly title: string; readonly placeHolder: string },
	): Promise<readonly PermissionChange[]>;
	/** Shows a message. Returns the label of the button that the user has selected. */
	inform(text: string, ...buttons: readonly string[]): Promise<string | undefined>;
}

export interface ReductionContext {
	readonly store: ReductionStore;
	readonly prompts: ReductionPrompts;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Proposes to reduce a workspace token's permissions to what it used, and applies what the user picks.
 * @returns offers to undo it, and resolves when the user has closed that message; undefined if nothing was changed
 */
export async function reducePermissions(
	{ source, token }: SourceToken,
	{ store, prompts, clock, log }: ReductionContext,
): Promise<(() => Promise<void>) | undefined> {
	const reported = await source.getUsage(token.id);
	const usage = summarizeModuleUsage(reported);
	const { modules } = await source.getCatalog();
	const isKnown = (moduleId: string) => modules.some(({ id }) => id === moduleId);
	const evidence = getEvidence(usage, token.created.at, clock());
	const name = escapeLabel(token.name);
	const proposal = proposeReduction(token.permissions, usage.used, isKnown);
	if (proposal.kind !== 'changes') {
		await prompts.inform(
			proposal.kind === 'nothingUsed'
				? l10n.t("“{0}” has used no module since {1}, so there's nothing to propose.", name, formatDay(evidence.since))
				: l10n.t("“{0}” has used everything that it may do since {1}, so there's nothing to reduce.", name, formatDay(evidence.since)),
		);
		return undefined;
	}
	const teamUsage = await source.getTeamUsage?.(token.id).catch(logFailure(log, "read the team's usage"));
	const picked = await prompts.pickMany(createChangeItems(proposal, usage.since, evidence, source), {
		title: l10n.t('Reduce “{0}” to What It Uses', name),
		placeHolder: placeholderText(evidence, teamUsage !== undefined),
	});
	if (picked.length === 0) {
		return undefined;
	}
	const permissions = applyReduction(token.permissions, usage.used, isKnown, picked);
	if (hasSameItems(permissions, token.permissions)) {
		await prompts.inform(l10n.t('Nothing was changed, because a token with access to all modules can write to each of them.'));
		return undefined;
	}
	const now = clock();
	// Before the change, which lets pages read this. Without the change, it has no effect.
	await store
		.add(token.id, {
			at: now.toISOString(),
			previous: token.permissions,
			reduced: permissions,
			deniedBefore: countDeniedOn(now, reported.days),
		})
		.catch(logFailure(log, 'remember reduced permissions'));
	const updated = await source.update(token.id, { permissions }, token.updated.at);
	return async () => {
		const undo = l10n.t('Undo');
		if (
			(await prompts.inform(l10n.t('Reduced the permissions of “{0}” to {1}.', name, permissionsList(permissions, source)), undo)) === undo
		) {
			await restore({ source, token: updated }, token.permissions, { store, log });
		}
	};
}

/** A token that was denied requests after its permissions were reduced. */
export interface DeniedReduction {
	readonly found: SourceToken;
	readonly reduction: AppliedReduction;
	/** Number of 403 responses since. */
	readonly denied: number;
}

/** Returns what's known about a token's reduction, as long as it's watched and in effect; otherwise undefined. */
export async function findReduction(source: TokenSource, tokenId: string, store: ReductionStore): Promise<DeniedReduction | undefined> {
	const reduction = (await store.read())[tokenId];
	const token = reduction && (await source.get(tokenId));
	if (!token || !hasSameItems(token.permissions, reduction.reduced)) {
		return undefined;
	}
	const { days } = await source.getUsage(tokenId);
	return { found: { source, token }, reduction, denied: countDeniedSince(reduction, days) };
}

/** Returns the tokens that were denied requests after a reduction, each of them once in all windows. */
export async function claimDeniedReductions(source: TokenSource, store: ReductionStore): Promise<readonly DeniedReduction[]> {
	const claimed: DeniedReduction[] = [];
	for (const [tokenId, { warned }] of Object.entries(await store.read())) {
		const found = warned ? undefined : await findReduction(source, tokenId, store);
		if (found && found.denied > 0 && (await store.claimWarning(tokenId))) {
			claimed.push(found);
		}
	}
	return claimed;
}

/** Says that a token was denied requests after its permissions were reduced. */
export function deniedReductionText({ found: { token }, reduction, denied }: DeniedReduction): string {
	const name = escapeLabel(token.name);
	const day = formatDay(reduction.at.slice(0, 10));
	return denied === 1
		? l10n.t('1 request with “{0}” ({1}) was denied (403) since its permissions were reduced on {2}.', name, token.id, day)
		: l10n.t('{0} requests with “{1}” ({2}) were denied (403) since its permissions were reduced on {3}.', denied, name, token.id, day);
}

/** Gives a token the permissions back that it had before a reduction, unless they were changed since. Rejects if it can't be changed. */
export async function restorePermissions(
	{ found: { source, token }, reduction }: DeniedReduction,
	context: ReductionContext,
): Promise<void> {
	const current = await source.get(token.id);
	if (!current || !hasSameItems(current.permissions, reduction.reduced)) {
		await context.prompts.inform(
			l10n.t('The permissions of “{0}” were changed in the meantime, so nothing was restored.', escapeLabel(token.name)),
		);
		return;
	}
	await restore({ source, token: current }, reduction.previous, context);
	await context.prompts.inform(
		l10n.t('Restored the permissions of “{0}”: {1}.', escapeLabel(token.name), permissionsList(reduction.previous, source)),
	);
}

async function restore(
	{ source, token }: SourceToken,
	permissions: readonly string[],
	{ store, log }: Pick<ReductionContext, 'store' | 'log'>,
): Promise<void> {
	await source.update(token.id, { permissions }, token.updated.at);
	await store.remove(token.id).catch(logFailure(log, 'forget reduced permissions'));
}

/** Creates items for the changes, with the evidence for each of them. VS Code doesn't show a heading at the end, so what's kept isn't listed. */
function createChangeItems(
	{ changes, used }: Extract<ReductionProposal, { kind: 'changes' }>,
	since: string | undefined,
	evidence: UsageEvidence,
	source: TokenSource,
): readonly (PickItem<PermissionChange> | PickHeading)[] {
	const getName = (id: string) => (id === ALL_MODULES ? allModulesLabel('full') : escapeLabel(source.getModuleName(id)));
	const usageOf = (id: string) => used.find(({ moduleId }) => moduleId === id);
	return [
		{ heading: evidenceText(evidence) },
		...changes.map((change): PickItem<PermissionChange> => {
			if (change.kind === 'onlyUsed') {
				return {
					value: change,
					label: l10n.t('Remove access to all other modules'),
					description: l10n.t('only these were used: {0}', used.map(({ moduleId }) => getName(moduleId)).join(', ')),
					icon: ['lock'],
					picked: true,
				};
			}
			const usage = usageOf(change.moduleId);
			return {
				value: change,
				label:
					change.kind === 'remove'
						? l10n.t('Remove {0}', getName(change.moduleId))
						: l10n.t('Make {0} read-only', getName(change.moduleId)),
				description: usage ? moduleUsageText(usage) : unusedModuleText(since),
				icon: [change.kind === 'remove' ? 'trash' : 'eye'],
				picked: true,
			};
		}),
	];
}

/** How many requests were counted, and since when. It has to be short, because it takes space from the first change. */
function evidenceText({ requests, since }: UsageEvidence): string {
	return requests === 1
		? l10n.t('1 request since {0}', formatDay(since))
		: l10n.t('{0} requests since {1}', formatCount(requests), formatDay(since));
}

/** Says why the evidence may not be enough. */
function placeholderText({ isYoung, isSparse }: UsageEvidence, isUsedByTeam: boolean): string {
	if (isUsedByTeam) {
		return l10n.t("The team's requests aren't counted by module, so the token may need more.");
	}
	if (isYoung) {
		return l10n.t('Less than 30 days were counted, so the token may need more.');
	}
	return isSparse
		? l10n.t('Only a few requests were counted, so the token may need more.')
		: l10n.t('Select the changes. Requests that need more are denied afterwards.');
}

function hasSameItems(one: readonly string[], other: readonly string[]): boolean {
	return one.length === other.length && one.every((item) => other.includes(item));
}
