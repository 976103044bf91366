import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UsageSnapshot } from '../../src/protocol/detailsMessages';
import { formatNumber } from '../shared/localeFormats';
import { FailureNotice, Notice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useRequest } from '../shared/useRequest';
import { commandFailureTitle } from './actionTexts';
import { statusClasses, sumOfClasses } from './chartLayout';
import type { DetailsPeer } from './detailsPeer';
import { ResponsesChart } from './ResponsesChart';
import { ResponsesTable } from './ResponsesTable';
import { StatusClassSwatch } from './StatusClassSwatch';

export interface StatisticsTabProps {
	readonly peer: DetailsPeer;
	readonly usage: UsageSnapshot;
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

/** The responses to the token in the last 30 days. */
export function StatisticsTab({ peer, usage }: StatisticsTabProps): VNode {
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
	const total = sumOfClasses(usage.totals);
	if (usage.source === 'loading') {
		return (
			<p class="muted" role="status">
				{l10n.t('Loading responses…')}
			</p>
		);
	}
	const isCountedByPlatform = usage.source === 'platform';
	return (
		<>
			<h2>{l10n.t('Responses in the last 30 days')}</h2>
			{failure && <FailureNotice failure={failure} onRetry={() => run(failure.action)} />}
			{usage.problem !== null ? (
				<Notice title={l10n.t("Couldn't load responses.")}>
					<p>{usage.problem}</p>
				</Notice>
			) : total === 0 ? (
				isCountedByPlatform ? (
					<p>{l10n.t('No responses for this token yet.')}</p>
				) : (
					<NoResponses gateway={gateway} />
				)
			) : (
				<>
					<UsageTotals totals={usage.totals} />
					<ResponsesChart days={usage.days} />
					{gateway.url === null && !isCountedByPlatform && <GatewayStoppedHint gateway={gateway} />}
					<ResponsesTable usage={usage} />
					<p class="hint">{dayBoundaryNote(usage)}</p>
				</>
			)}
			{isCountedByPlatform && (
				<div class="actions reload-usage">
					<Button disabled={isPending} onClick={() => run('readUsage')}>
						{l10n.t('Reload')}
					</Button>
				</div>
			)}
		</>
	);
}

/** The totals of all days, which are also the chart's legend. */
function UsageTotals({ totals }: { readonly totals: UsageSnapshot['totals'] }): VNode {
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

function dayBoundaryNote({ days }: UsageSnapshot): string {
	const hasInformational = days.some(({ codes }) => codes.some(({ code }) => code.startsWith('1')));
	const utc = l10n.t('Days start and end at midnight UTC.');
	return hasInformational ? `${utc} ${l10n.t('1xx responses, such as 101 for WebSockets, are included in the 200s.')}` : utc;
}

function statisticsFailureTitle(action: StatisticsAction): string {
	return action === 'readUsage' ? l10n.t("Couldn't load responses.") : commandFailureTitle(action);
}
