import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { formatDay, moduleUsageText, unusedModuleText, usedModuleName } from '../../src/models/moduleUsageTexts';
import type { DetailsSnapshot, UsageSnapshot } from '../../src/protocol/detailsMessages';
import { formatNumber } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import type { DetailsSectionProps } from './sectionProps';

type Usage = NonNullable<UsageSnapshot['modules']>;

/** How often and when a module was used. */
export function usedModuleText({ used, since }: Usage, moduleId: string): string {
	const module = used.find((candidate) => candidate.moduleId === moduleId);
	return module ? moduleUsageText(module) : unusedModuleText(since);
}

/** Lets the user reduce the permissions to what was used, and says how many requests were denied since. */
export function ReductionSection({ details, snapshot, usage }: DetailsSectionProps & { readonly usage: Usage }): VNode {
	const { reduction } = usage;
	return (
		<>
			{reduction && <ReductionNotice reduction={reduction} />}
			{!snapshot.permissionsFixed && snapshot.actions.includes('edit') && (
				<p class="reduce-permissions">
					<Button onClick={() => details.run('reducePermissions')}>{l10n.t('Reduce to What It Uses…')}</Button>
				</p>
			)}
		</>
	);
}

function ReductionNotice({ reduction: { at, denied } }: { readonly reduction: NonNullable<Usage['reduction']> }): VNode {
	const title = l10n.t('Permissions reduced on {0}.', formatDay(at.slice(0, 10)));
	const kind = denied > 0 ? 'warning' : 'info';
	return (
		<section class={`notice notice-${kind}`} aria-label={title}>
			<span class={`codicon codicon-${kind}`} aria-hidden="true" />
			<div class="notice-text">
				<strong>{title}</strong>
				<p>{deniedText(denied)}</p>
			</div>
		</section>
	);
}

function deniedText(count: number): string {
	if (count === 0) {
		return l10n.t('No request was denied (403) since then.');
	}
	return count === 1
		? l10n.t('1 request was denied (403) since then.')
		: l10n.t('{0} requests were denied (403) since then.', formatNumber(count));
}

/** The modules that a token with access to all of them used. */
export function UsedModules({ modules, usage }: { readonly modules: DetailsSnapshot['modules']; readonly usage: Usage }): VNode {
	const getName = (id: string) => modules.find((module) => module.id === id)?.name ?? id;
	return (
		<>
			<h2 id="used-modules">{l10n.t('Used ({0})', formatNumber(usage.used.length))}</h2>
			{usage.used.length > 0 ? (
				<ul class="module-access" aria-labelledby="used-modules">
					{usage.used.map((module) => (
						<li key={module.moduleId}>
							<span class="module-name">
								<span class="codicon codicon-pulse" aria-hidden="true" />
								{usedModuleName(module.moduleId, getName)}
								<span class="module-usage">{moduleUsageText(module)}</span>
							</span>
						</li>
					))}
				</ul>
			) : (
				<p class="muted">{unusedModuleText(usage.since)}</p>
			)}
		</>
	);
}
