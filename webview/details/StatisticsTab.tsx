import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UsageInterval, UsageSnapshot } from '../../src/protocol/detailsMessages';
import { formatDate, formatNumber } from '../shared/localeFormats';
import { FailureNotice, Notice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useRequest } from '../shared/useRequest';
import { commandFailureTitle } from './actionTexts';
import { statusClasses, sumOfClasses, sumOfIntervals } from './chartLayout';
import type { DetailsPeer } from './detailsPeer';
import { PeriodPicker } from './PeriodPicker';
import { ResponsesChart } from './ResponsesChart';
import { ResponsesTable } from './ResponsesTable';
import { StatusClassSwatch } from './StatusClassSwatch';
import { getIntervals, getPeriods, periodHeading, type UsagePeriod } from './usagePeriods';

export interface StatisticsTabProps {
	readonly peer: DetailsPeer;
	readonly usage: UsageSnapshot;
	readonly period: UsagePeriod;
	readonly onSelectPeriod: (period: UsagePeriod) => void;
}

type GatewayAction = 'startGateway' | 'copyGatewayUrl' | 'newRequestFile';
type StatisticsAction = GatewayAction | 'readUsage';

/** The state of the gateway, and the actions that this tab offers for it. */
interface GatewayModel {
	readonly url: string | null;
	readonly isPending: boolean;
	readonly isUrlCopied: boolean;
	readonly run: (action: GatewayAction) => void;
}

/** The responses to the token in the last 24 hours, 7 days, or 30 days. */
export function StatisticsTab({ peer, usage, period: savedPeriod, onSelectPeriod }: StatisticsTabProps): VNode {
	const { isPending, failure, request } = useRequest<StatisticsAction>();
	const [isUrlCopied, setIsUrlCopied] = useState(false);
	const run = (action: StatisticsAction) => {
		setIsUrlCopied(false);
		void request(action, statisticsFailureTitle(action), async () => {
			await (action === 'readUsage' ? peer.request(action, {}) : peer.request('run', { command: action }));
			setIsUrlCopied(action === 'copyGatewayUrl');
		});
	};
	const gateway: GatewayModel = { url: usage.gatewayUrl, isPending, isUrlCopied, run };
	if (usage.source === 'loading') {
		return (
			<p class="muted" role="status">
				{l10n.t('Loading responses…')}
			</p>
		);
	}
	const isCountedByPlatform = usage.source === 'platform';
	const periods = getPeriods(usage);
	const period = periods.includes(savedPeriod) ? savedPeriod : 'days30';
	const intervals = getIntervals(usage, period);
	const totals = sumOfIntervals(intervals);
	const hasResponses = sumOfClasses(sumOfIntervals(usage.days)) > 0;
	return (
		<>
			<div class="statistics-heading">
				<h2>{periodHeading(period)}</h2>
				{hasResponses && <PeriodPicker periods={periods} selected={period} onSelect={onSelectPeriod} />}
			</div>
			{failure && <FailureNotice failure={failure} onRetry={() => run(failure.action)} />}
			{usage.problem !== null ? (
				<Notice title={l10n.t("Couldn't load responses.")}>
					<p>{usage.problem}</p>
				</Notice>
			) : !hasResponses ? (
				isCountedByPlatform ? (
					<p>{l10n.t('No responses for this token yet.')}</p>
				) : (
					<NoResponses gateway={gateway} />
				)
			) : (
				<>
					<UsageTotals totals={totals} />
					{sumOfClasses(totals) > 0 ? (
						<ResponsesChart intervals={intervals} period={period} />
					) : (
						<p>{l10n.t('No responses in this period.')}</p>
					)}
					{gateway.url === null && !isCountedByPlatform && <GatewayStoppedHint gateway={gateway} />}
					{sumOfClasses(totals) > 0 && <ResponsesTable intervals={intervals} period={period} />}
					<p class="hint">{countingNote(intervals, period)}</p>
				</>
			)}
			{isCountedByPlatform && (
				<div class="actions reload-usage">
					<Button disabled={isPending} onClick={() => run('readUsage')}>
						{l10n.t('Reload')}
					</Button>
					{usage.readAt !== undefined && <span class="muted">{l10n.t('as of {0}', formatDate(usage.readAt))}</span>}
				</div>
			)}
		</>
	);
}

/** The totals of the period, which are also the chart's legend. */
function UsageTotals({ totals }: { readonly totals: UsageInterval['classes'] }): VNode {
	return (
		<dl class="description-list inline totals">
			<div class="description-item">
				<dt>{l10n.t('Total')}</dt>
				<dd>{formatNumber(sumOfClasses(totals))}</dd>
			</div>
			{statusClasses.map((statusClass) => (
				<div key={statusClass} class="description-item">
					<dt>
						<StatusClassSwatch class={statusClass} />
						{statusClass}
					</dt>
					<dd>{formatNumber(totals[statusClass])}</dd>
				</div>
			))}
		</dl>
	);
}

/** Shown instead of an empty chart: why there are no responses, and what to do about it. */
function NoResponses({ gateway }: { readonly gateway: GatewayModel }): VNode {
	const { url, isPending, isUrlCopied, run } = gateway;
	return (
		<div class="empty">
			<span class="codicon codicon-graph" aria-hidden="true" />
			<p>
				<strong>{l10n.t('No responses yet')}</strong>
			</p>
			{url === null ? (
				<>
					<p class="muted">
						{l10n.t("Responses are counted when requests with this token go through the local gateway. The gateway isn't running.")}
					</p>
					<StartGatewayButton gateway={gateway} primary />
				</>
			) : (
				<>
					<p class="muted">{l10n.t('The gateway is running. Send it a request with this token to see the response here:')}</p>
					<code>{url}</code>
					<div class="actions">
						<Button primary disabled={isPending} onClick={() => run('newRequestFile')}>
							{l10n.t('New Request File')}
						</Button>
						<Button disabled={isPending} onClick={() => run('copyGatewayUrl')}>
							{l10n.t('Copy URL')}
						</Button>
					</div>
					<span class="success" role="status">
						{isUrlCopied && <span class="codicon codicon-check" aria-hidden="true" />}
						{isUrlCopied && l10n.t('Copied')}
					</span>
				</>
			)}
		</div>
	);
}

function GatewayStoppedHint({ gateway }: { readonly gateway: GatewayModel }): VNode {
	return (
		<div class="actions gateway-hint">
			<span class="muted">{l10n.t("The gateway isn't running, so responses aren't being counted.")}</span>
			<StartGatewayButton gateway={gateway} />
		</div>
	);
}

function StartGatewayButton({
	gateway: { isPending, run },
	primary = false,
}: {
	readonly gateway: GatewayModel;
	readonly primary?: boolean;
}): VNode {
	return (
		<Button primary={primary} disabled={isPending} onClick={() => run('startGateway')}>
			{l10n.t('Start Gateway')}
		</Button>
	);
}

/** How responses are assigned to intervals and classes, as far as it matters for the ones that are shown. */
function countingNote(intervals: readonly UsageInterval[], period: UsagePeriod): string {
	const hasInformational = intervals.some(({ codes }) => codes.some(({ code }) => code.startsWith('1')));
	return [
		period === 'hours24' ? '' : l10n.t('Days start and end at midnight UTC.'),
		hasInformational ? l10n.t('1xx responses, such as 101 for WebSockets, are counted as 2xx.') : '',
	]
		.filter(Boolean)
		.join(' ');
}

function statisticsFailureTitle(action: StatisticsAction): string {
	return action === 'readUsage' ? l10n.t("Couldn't load responses.") : commandFailureTitle(action);
}
