import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot, MaskedKey, UsageSnapshot } from '../../src/protocol/detailsMessages';
import { DescriptionItem, DescriptionList } from '../shared/DescriptionList';
import { formatDate, formatPast, formatRelative } from '../shared/localeFormats';
import { TEST_TIMEOUT_MS, TokenTest } from '../shared/TokenTest';
import { useNow } from '../shared/useNow';
import { AllowedHosts } from './AllowedHosts';
import { ApiKeyField } from './ApiKeyField';
import type { DetailsPeer } from './detailsPeer';
import { HistoryList } from './HistoryList';
import { keyLabel } from './keyLabel';

export interface GeneralTabProps {
	readonly peer: DetailsPeer;
	readonly snapshot: DetailsSnapshot;
	readonly usage: UsageSnapshot;
	readonly keyClearCount: number;
	readonly token: Token;
}

export function GeneralTab({ peer, snapshot, usage, keyClearCount, token }: GeneralTabProps): VNode {
	const { keys, extensionDescription } = snapshot;
	return (
		<DescriptionList>
			{token.lease && (
				<DescriptionItem label={l10n.t('Task')}>
					<span dir="auto">{token.lease.task}</span>
				</DescriptionItem>
			)}
			{keys.map((key) => {
				const label = keys.length > 1 ? keyLabel(key.which) : l10n.t('API key');
				return (
					<DescriptionItem key={key.which} label={label}>
						<ApiKeyField peer={peer} snapshot={snapshot} keyInfo={key} label={label} clearCount={keyClearCount} />
						{keys.length > 1 && <KeyExpiry keyInfo={key} />}
					</DescriptionItem>
				);
			})}
			<DescriptionItem label={l10n.t('Try it')}>
				<TokenTest
					key={token.updated.at}
					test={() => peer.request('testToken', {}, TEST_TIMEOUT_MS)}
					fix={(fix) => peer.request('fixTest', { fix }, TEST_TIMEOUT_MS)}
				/>
			</DescriptionItem>
			<DescriptionItem label={l10n.t('Allowed hosts')}>
				<AllowedHosts peer={peer} hosts={snapshot.hosts} />
			</DescriptionItem>
			<DescriptionItem label={l10n.t('External ID')}>{token.externalId ?? '–'}</DescriptionItem>
			<DescriptionItem label={l10n.t('Description')}>{token.description || '–'}</DescriptionItem>
			<DescriptionItem label={l10n.t('Extension')}>
				{token.extension.name} <span class="muted">({token.extension.id})</span>
				{extensionDescription && <div class="muted">{extensionDescription}</div>}
			</DescriptionItem>
			{usage.problem === null && usage.lastUsed !== undefined && (
				<DescriptionItem label={usage.team ? l10n.t('Last used on this machine') : l10n.t('Last used')}>
					<LastUsed at={usage.lastUsed} />
				</DescriptionItem>
			)}
			<DescriptionItem label={l10n.t('History')}>
				<HistoryList history={snapshot.history} />
			</DescriptionItem>
		</DescriptionList>
	);
}

function KeyExpiry({ keyInfo: { expirationDate } }: { readonly keyInfo: MaskedKey }): VNode {
	const now = useNow();
	return (
		<p class="hint">
			{expirationDate === null
				? l10n.t("Doesn't expire")
				: l10n.t('Valid until {0} ({1})', formatDate(expirationDate), formatRelative(expirationDate, now))}
		</p>
	);
}

function LastUsed({ at }: { readonly at: string | null }): VNode {
	const now = useNow();
	return at === null ? (
		<>{l10n.t('Never')}</>
	) : (
		<>
			{formatDate(at)} <span class="muted">({formatPast(at, now)})</span>
		</>
	);
}
