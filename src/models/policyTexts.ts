import * as l10n from '@vscode/l10n';
import { escapeLabel, formatNumber } from './localization';

/**
 * Confirms that a policy was exported, and says how many tokens are treated differently.
 * @param folder as it's shown
 */
export function exportedPolicyText(
	folder: string,
	{
		exported,
		denied,
		restricted,
		running,
	}: {
		readonly exported: number;
		readonly denied: number;
		readonly restricted: number;
		/** Number of instances that run in the folder. */
		readonly running: number;
	},
): string {
	return [
		exported === 1
			? l10n.t('Exported the policy of 1 token to “{0}”, without its API key.', folder)
			: l10n.t('Exported the policy of {0} tokens to “{1}”, without their API keys.', exported, folder),
		...(denied === 0
			? []
			: [
					denied === 1
						? l10n.t('All requests of 1 token are denied there.')
						: l10n.t('All requests of {0} tokens are denied there.', denied),
				]),
		...(restricted === 0
			? []
			: [
					restricted === 1
						? l10n.t('The rules of 1 token are stricter there.')
						: l10n.t('The rules of {0} tokens are stricter there.', restricted),
				]),
		...(running === 0
			? []
			: [
					running === 1
						? l10n.t('1 running instance still has the previous policy.')
						: l10n.t('{0} running instances still have the previous policy.', running),
				]),
	].join(' ');
}

/** A part of a message about instances. */
interface Failure {
	readonly instance: string;
	/** In the user's language. */
	readonly reason: string;
}

/**
 * Says what a push has changed.
 * @param folder as it's shown
 */
export function pushedPolicyText(
	folder: string,
	{
		pushed,
		failed,
		missing,
		saveFailure,
		needsRestart,
	}: {
		readonly pushed: readonly { readonly instance: string; readonly tokenCount: number; readonly areModulesChanged: boolean }[];
		readonly failed: readonly Failure[];
		readonly missing: readonly string[];
		readonly saveFailure: string | undefined;
		readonly needsRestart: boolean;
	},
): string {
	const changed = pushed.filter(({ tokenCount, areModulesChanged }) => tokenCount > 0 || areModulesChanged);
	const unchanged = pushed.filter((instance) => !changed.includes(instance));
	return [
		...groupBy(changed, describeChange).map(([change, instances]) =>
			l10n.t('Pushed the policy to {0}: {1}.', formatNames(instances.map(({ instance }) => instance)), change),
		),
		...(unchanged.length === 0 ? [] : [l10n.t('Nothing has changed for {0}.', formatNames(unchanged.map(({ instance }) => instance)))]),
		...failed.map(({ instance, reason }) => l10n.t('{0} may still have the previous policy. {1}', quote(instance), reason)),
		...describeMissing(missing, folder),
		...(saveFailure === undefined ? [] : [l10n.t("The files weren't saved, so a restart restores the previous policy. {0}", saveFailure)]),
		...(needsRestart ? [l10n.t('The configuration has changed, too. Restart the instances to use it.')] : []),
	].join(' ');
}

/**
 * Says what a pull has added to the statistics.
 * @param folder as it's shown
 */
export function pulledCountsText(
	folder: string,
	{
		responses,
		tokens,
		unknownTokens,
		instances,
		missing,
		failed,
	}: {
		readonly responses: number;
		readonly tokens: number;
		readonly unknownTokens: number;
		/** Names of those that were read. */
		readonly instances: readonly string[];
		readonly missing: readonly string[];
		readonly failed: readonly Failure[];
	},
): string {
	return [
		...(instances.length === 0
			? []
			: [
					responses === 0
						? l10n.t('There are no new counts of {0}.', formatNames(instances))
						: l10n.t(
								'Added counts of {0}: {1}.',
								formatNames(instances),
								[
									responses === 1 ? l10n.t('1 response') : l10n.t('{0} responses', formatNumber(responses)),
									tokens === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', formatNumber(tokens)),
								].join(', '),
							),
				]),
		...(unknownTokens === 0
			? []
			: [
					unknownTokens === 1
						? l10n.t("Counts of 1 token that doesn't exist in this workspace were ignored.")
						: l10n.t("Counts of {0} tokens that don't exist in this workspace were ignored.", formatNumber(unknownTokens)),
				]),
		...failed.map(({ instance, reason }) => l10n.t("The counts of {0} couldn't be read: {1}", quote(instance), reason)),
		...describeMissing(missing, folder),
	].join(' ');
}

/** Instances that don't run in the folder. */
function describeMissing(names: readonly string[], folder: string): readonly string[] {
	switch (names.length) {
		case 0:
			return [];
		case 1:
			return [
				l10n.t(
					"{0} doesn't run in “{1}”. Start it there or, if it runs on another machine, forward its socket to this folder, as README.md explains.",
					formatNames(names),
					folder,
				),
			];
		default:
			return [
				l10n.t(
					"{0} don't run in “{1}”. Start them there or, if they run on other machines, forward their sockets to this folder, as README.md explains.",
					formatNames(names),
					folder,
				),
			];
	}
}

function describeChange({ tokenCount, areModulesChanged }: { readonly tokenCount: number; readonly areModulesChanged: boolean }): string {
	return [
		...(tokenCount === 0 ? [] : [tokenCount === 1 ? l10n.t('1 token changed') : l10n.t('{0} tokens changed', formatNumber(tokenCount))]),
		...(areModulesChanged ? [l10n.t('modules changed')] : []),
	].join(', ');
}

function groupBy<T>(items: readonly T[], getKey: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
	const groups = new Map<string, T[]>();
	for (const item of items) {
		const key = getKey(item);
		groups.set(key, [...(groups.get(key) ?? []), item]);
	}
	return [...groups];
}

function formatNames(names: readonly string[]): string {
	return names.map(quote).join(', ');
}

function quote(name: string): string {
	return `“${escapeLabel(name)}”`;
}
