import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UsageInterval, UsageSnapshot } from '../../src/protocol/detailsMessages';
import { formatCompact, formatDate, formatNumber } from '../shared/localeFormats';
import { FailureNotice, Notice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useRequest } from '../shared/useRequest';
import { commandFailureTitle } from './actionTexts';
import { statusClasses, sumOfClasses, sumOfIntervals } from './chartLayout';
import type { DetailsPeer } from './detailsPeer';
import type { StatisticsView } from './detailsState';
import { ResponsesChart } from './ResponsesChart';
import { ResponsesTable } from './ResponsesTable';
import { SegmentedChoice } from './SegmentedChoice';
import { StatusClassSwatch } from './StatusClassSwatch';
import {
	getIntervals,
	getPeriods,
	periodHeading,
	periodLabel,
	type CountedUsage,
	type UsageOrigin,
	type UsagePeriod,
} from './usagePeriods';

/** ID of the element that says who counted the responses. */
const ORIGIN_ID = 'usage-origin';

export interface StatisticsTabProps {
	readonly peer: DetailsPeer;
	readonly usage: UsageSnapshot;
	readonly view: StatisticsView;
	readonly onChangeView: (changes: Partial<StatisticsView>) => void;
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
export function StatisticsTab({ peer, usage, view, onChangeView }: StatisticsTabProps): VNode {
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
	const { team } = usage;
	const isCountedByPlatform = usage.source === 'platform';
	const isTeamShown = team !== undefined && (view.origin ?? getDefaultOrigin(usage)) === 'team';
	const shown = isTeamShown ? team : usage;
	const periods = getPeriods(shown);
	const period = periods.includes(view.period) ? view.period : 'days30';
	const intervals = getIntervals(shown, period);
	const totals = sumOfIntervals(intervals);
	const hasResponses = countResponses(shown) > 0;
	const describedBy = team && ORIGIN_ID;
	return (
		<>
			{team && (
				<OriginChoice usage={usage} team={team} period={period} isTeamShown={isTeamShown} onSelect={(origin) => onChangeView({ origin })} />
			)}
			<div class="statistics-heading">
				<h2>{periodHeading(period)}</h2>
				{hasResponses && (
					<SegmentedChoice
						name="period"
						label={l10n.t('Period')}
						segments={periods.map((value) => ({ value, label: periodLabel(value) }))}
						selected={period}
						onSelect={(selected) => onChangeView({ period: selected })}
					/>
				)}
			</div>
			{failure && <FailureNotice failure={failure} onRetry={() => run(failure.action)} />}
			{usage.problem !== null && !isTeamShown ? (
				<Notice title={l10n.t("Couldn't load responses.")}>
					<p>{usage.problem}</p>
				</Notice>
			) : !hasResponses ? (
				isCountedByPlatform || isTeamShown ? (
					<p>{l10n.t('No responses for this token yet.')}</p>
				) : (
					<NoResponses gateway={gateway} />
				)
			) : (
				<>
					<UsageTotals totals={totals} />
					{sumOfClasses(totals) > 0 ? (
						<ResponsesChart intervals={intervals} period={period} describedBy={describedBy} />
					) : (
						<p>{l10n.t('No responses in this period.')}</p>
					)}
					{gateway.url === null && !isCountedByPlatform && !isTeamShown && <GatewayStoppedHint gateway={gateway} />}
					{sumOfClasses(totals) > 0 && <ResponsesTable intervals={intervals} period={period} describedBy={describedBy} />}
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

interface OriginChoiceProps {
	readonly usage: UsageSnapshot;
	readonly team: NonNullable<UsageSnapshot['team']>;
	readonly period: UsagePeriod;
	readonly isTeamShown: boolean;
	readonly onSelect: (origin: UsageOrigin) => void;
}

/** Switches between the responses that were counted on this machine and those of the team, with their totals in the period to compare, and says who counted. */
function OriginChoice({ usage, team, period, isTeamShown, onSelect }: OriginChoiceProps): VNode {
	const describeTotal = (origin: CountedUsage) => {
		const intervals = getIntervals(origin, period);
		return intervals.length > 0 ? formatCompact(sumOfClasses(sumOfIntervals(intervals))) : '';
	};
	return (
		<div class="statistics-origin">
			<SegmentedChoice<UsageOrigin>
				name="origin"
				label={l10n.t('Counted by')}
				segments={[
					{ value: 'own', label: l10n.t('This machine'), note: describeTotal(usage) },
					{ value: 'team', label: l10n.t('Team'), note: describeTotal(team) },
				]}
				selected={isTeamShown ? 'team' : 'own'}
				onSelect={onSelect}
			/>
			<span class="muted" id={ORIGIN_ID}>
				{isTeamShown
					? l10n.t(
							"Counted by the team's HAProxy instances ({0}), by status class only. Last pulled: {1}.",
							team.instances.join(', '),
							formatDate(team.pulledAt),
						)
					: l10n.t('Counted by the gateway on this machine.')}
			</span>
		</div>
	);
}

function countResponses({ days }: CountedUsage): number {
	return sumOfClasses(sumOfIntervals(days));
}

/** The team's responses only if there are no others, and not because these can't be read. */
function getDefaultOrigin(usage: UsageSnapshot): UsageOrigin {
	return usage.problem === null && countResponses(usage) === 0 ? 'team' : 'own';
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
