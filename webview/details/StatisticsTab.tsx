import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Usage } from '../../src/protocol/details';
import { useNumbers } from '../shared/language';
import { FailureNotice, Notice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useAsking } from '../shared/useAsking';
import { classes, totalOf } from './chart';
import type { DetailsProps } from './Details';
import { ResponsesChart } from './ResponsesChart';
import { ResponsesTable } from './ResponsesTable';
import { Swatch } from './Swatch';

export interface StatisticsTabProps {
	readonly peer: DetailsProps['peer'];
	readonly usage: Usage;
}

type GatewayAction = 'startGateway' | 'copyGatewayUrl' | 'newRequestFile';
type Action = GatewayAction | 'readUsage';

/** What the gateway can be asked for from here. */
interface GatewayModel {
	readonly url: string | null;
	readonly pending: boolean;
	readonly copied: boolean;
	readonly run: (action: GatewayAction) => void;
}

/** How often the token was answered in the last 30 days, and how. */
export function StatisticsTab({ peer, usage }: StatisticsTabProps): VNode {
	const { pending, failure, ask } = useAsking<Action>();
	const [copied, setCopied] = useState(false);
	const run = (action: Action) => {
		setCopied(false);
		void ask(action, failureTitle(action), async () => {
			await (action === 'readUsage' ? peer.ask(action, {}) : peer.ask('run', { action }));
			setCopied(action === 'copyGatewayUrl');
		});
	};
	const gateway: GatewayModel = { url: usage.gatewayUrl, pending, copied, run };
	const total = totalOf(usage.totals);
	if (usage.counting === 'reading') {
		return (
			<p class="muted" role="status">
				{l10n.t('The responses are being read…')}
			</p>
		);
	}
	const isOfPlatform = usage.counting === 'platform';
	return (
		<>
			<h2>{l10n.t('Responses in the last 30 days')}</h2>
			{failure && <FailureNotice failure={failure} onRetry={() => run(failure.action)} />}
			{usage.problem !== null ? (
				<Notice title={l10n.t('The responses cannot be shown.')}>
					<p>{usage.problem}</p>
				</Notice>
			) : total === 0 ? (
				isOfPlatform ? (
					<p>{l10n.t('The platform has counted no response to this token.')}</p>
				) : (
					<Nothing gateway={gateway} />
				)
			) : (
				<>
					<Totals totals={usage.totals} />
					<ResponsesChart days={usage.days} />
					{gateway.url === null && !isOfPlatform && <NotCounting gateway={gateway} />}
					<ResponsesTable usage={usage} />
					<p class="hint">{noteText(usage)}</p>
				</>
			)}
			{isOfPlatform && (
				<div class="actions reload">
					<Button disabled={pending} onClick={() => run('readUsage')}>
						{l10n.t('Reload')}
					</Button>
				</div>
			)}
		</>
	);
}

/** The sum of all days, and the legend of the chart. */
function Totals({ totals }: { readonly totals: Usage['totals'] }): VNode {
	const { full } = useNumbers();
	return (
		<dl class="facts inline totals">
			<div class="fact">
				<dt>{l10n.t('Total')}</dt>
				<dd>{full(totalOf(totals))}</dd>
			</div>
			{classes.map((one) => (
				<div key={one} class="fact">
					<dt>
						<Swatch class={one} />
						{one}
					</dt>
					<dd>{full(totals[one])}</dd>
				</div>
			))}
		</dl>
	);
}

/** Nothing to draw: why, and what to do about it. */
function Nothing({ gateway }: { readonly gateway: GatewayModel }): VNode {
	const { url, pending, copied, run } = gateway;
	return (
		<div class="empty">
			<span class="codicon codicon-graph" aria-hidden="true" />
			<p>
				<strong>{l10n.t('No responses have been counted.')}</strong>
			</p>
			{url === null ? (
				<>
					<p class="muted">
						{l10n.t('Responses are counted when requests with this token go through the local gateway, which is not running.')}
					</p>
					<StartButton gateway={gateway} primary />
				</>
			) : (
				<>
					<p class="muted">{l10n.t('The gateway is running. Send it a request with this token, and the response is counted here:')}</p>
					<code>{url}</code>
					<div class="actions">
						<Button primary disabled={pending} onClick={() => run('newRequestFile')}>
							{l10n.t('New Request File')}
						</Button>
						<Button disabled={pending} onClick={() => run('copyGatewayUrl')}>
							{l10n.t('Copy URL')}
						</Button>
					</div>
					<span class="done" role="status">
						{copied && <span class="codicon codicon-check" aria-hidden="true" />}
						{copied && l10n.t('Copied')}
					</span>
				</>
			)}
		</div>
	);
}

function NotCounting({ gateway }: { readonly gateway: GatewayModel }): VNode {
	return (
		<div class="actions not-counting">
			<span class="muted">{l10n.t('The gateway is not running, so nothing is counted now.')}</span>
			<StartButton gateway={gateway} />
		</div>
	);
}

function StartButton({
	gateway: { pending, run },
	primary = false,
}: {
	readonly gateway: GatewayModel;
	readonly primary?: boolean;
}): VNode {
	return (
		<Button primary={primary} disabled={pending} onClick={() => run('startGateway')}>
			{l10n.t('Start Gateway')}
		</Button>
	);
}

function noteText({ days }: Usage): string {
	const hasInformational = days.some(({ codes }) => codes.some(({ code }) => code.startsWith('1')));
	const utc = l10n.t('Days begin and end at midnight UTC.');
	return hasInformational ? `${utc} ${l10n.t('Responses below 200, such as the 101 that opens a WebSocket, count with the 200s.')}` : utc;
}

function failureTitle(action: Action): string {
	switch (action) {
		case 'readUsage':
			return l10n.t('The responses cannot be shown.');
		case 'startGateway':
			return l10n.t('The gateway could not be started.');
		case 'copyGatewayUrl':
			return l10n.t('The URL could not be copied.');
		case 'newRequestFile':
			return l10n.t('The request file could not be created.');
	}
}
