import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Stamp, Token } from '../../src/domain/token';
import type { DetailsSnapshot, ShownKey, Usage } from '../../src/protocol/details';
import { Fact, Facts } from '../shared/Facts';
import { useDates } from '../shared/language';
import { useNow } from '../shared/useNow';
import { ApiKeyField } from './ApiKeyField';
import type { DetailsProps } from './Details';
import { keyName } from './keyName';

export interface GeneralTabProps {
	readonly peer: DetailsProps['peer'];
	readonly snapshot: DetailsSnapshot;
	readonly usage: Usage;
	readonly token: Token;
}

export function GeneralTab({ peer, snapshot, usage, token }: GeneralTabProps): VNode {
	const { keys, extensionDescription } = snapshot;
	return (
		<Facts>
			{keys.map((key) => {
				const label = keys.length > 1 ? keyName(key.which) : l10n.t('API Key');
				return (
					<Fact key={key.which} label={label}>
						<ApiKeyField peer={peer} snapshot={snapshot} shownKey={key} label={label} />
						{keys.length > 1 && <KeyExpiry shownKey={key} />}
					</Fact>
				);
			})}
			<Fact label={l10n.t('External ID')}>{token.externalId ?? '–'}</Fact>
			<Fact label={l10n.t('Description')}>{token.description || '–'}</Fact>
			<Fact label={l10n.t('Extension')}>
				{token.extension.name} <span class="muted">({token.extension.id})</span>
				{extensionDescription && <div class="muted">{extensionDescription}</div>}
			</Fact>
			{usage.problem === null && usage.lastUsed !== undefined && (
				<Fact label={l10n.t('Last used')}>
					<LastUse at={usage.lastUsed} />
				</Fact>
			)}
			<Fact label={l10n.t('Created')}>
				<StampText stamp={token.created} />
			</Fact>
			<Fact label={l10n.t('Updated')}>
				<StampText stamp={token.updated} />
			</Fact>
		</Facts>
	);
}

function KeyExpiry({ shownKey: { expirationDate } }: { readonly shownKey: ShownKey }): VNode {
	const now = useNow();
	const { date, relative } = useDates();
	return (
		<p class="hint">
			{expirationDate === null
				? l10n.t('Does not expire')
				: l10n.t('Works until {0} ({1})', date(expirationDate), relative(expirationDate, now))}
		</p>
	);
}

function LastUse({ at }: { readonly at: string | null }): VNode {
	const now = useNow();
	const { date, ago } = useDates();
	return at === null ? (
		<>{l10n.t('Never')}</>
	) : (
		<>
			{date(at)} <span class="muted">({ago(at, now)})</span>
		</>
	);
}

function StampText({ stamp: { at, by } }: { readonly stamp: Stamp }): VNode {
	const { date } = useDates();
	return <>{l10n.t('{0} by {1}', date(at), by)}</>;
}
