import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Stamp } from '../../src/domain/token';
import type { detailsHost, detailsPage, DetailsSnapshot } from '../../src/protocol/details';
import type { Peer } from '../../src/protocol/peer';
import { Expiry } from '../shared/Expiry';
import { Fact, Facts } from '../shared/Facts';
import { keepState } from '../shared/host';
import { useDates } from '../shared/language';
import { ModuleList } from '../shared/ModuleList';
import { StatusBadge } from '../shared/StatusBadge';
import { ApiKeyField } from './ApiKeyField';

export interface DetailsProps {
	readonly peer: Peer<typeof detailsPage, typeof detailsHost>;
	readonly snapshot: DetailsSnapshot;
}

export function Details({ peer, snapshot }: DetailsProps): VNode {
	const { token, modules, allModules } = snapshot;
	const tokenId = token?.id;
	useEffect(() => {
		// By its id the host finds the token again after a reload of the window.
		if (tokenId !== undefined) {
			keepState({ tokenId });
		}
	}, [tokenId]);
	if (!token) {
		return (
			<>
				<h1>{l10n.t('Token deleted')}</h1>
				<p role="status">{l10n.t('This token no longer exists, and its API key no longer works.')}</p>
			</>
		);
	}
	return (
		<>
			<h1 dir="auto">{token.name}</h1>
			<Facts inline>
				<Fact label={l10n.t('ID')}>{token.id}</Fact>
				<Fact label={l10n.t('Status')}>
					<StatusBadge status={token.status} />
				</Fact>
				<Fact label={l10n.t('Extension')}>{token.extension.name}</Fact>
				<Fact label={l10n.t('Permissions')}>{reachText(token.permissions, allModules)}</Fact>
				<Fact label={l10n.t('Expires')}>
					<Expiry date={token.expirationDate} />
				</Fact>
			</Facts>
			<section aria-labelledby="general">
				<h2 id="general">{l10n.t('General')}</h2>
				<Facts>
					<Fact label={l10n.t('API Key')}>
						<ApiKeyField peer={peer} snapshot={snapshot} />
					</Fact>
					<Fact label={l10n.t('External ID')}>{token.externalId ?? '–'}</Fact>
					<Fact label={l10n.t('Description')}>{token.description || '–'}</Fact>
					<Fact label={l10n.t('Extension')}>
						{token.extension.name} <span class="muted">({token.extension.id})</span>
					</Fact>
					<Fact label={l10n.t('Created')}>
						<StampText stamp={token.created} />
					</Fact>
					<Fact label={l10n.t('Updated')}>
						<StampText stamp={token.updated} />
					</Fact>
				</Facts>
			</section>
			<section aria-labelledby="permissions">
				<h2 id="permissions">{l10n.t('Permissions')}</h2>
				<ModuleList permissions={token.permissions} modules={modules} allModules={allModules} />
			</section>
		</>
	);
}

function reachText(permissions: readonly string[], allModules: string): string {
	if (permissions.includes(allModules)) {
		return l10n.t('Full');
	}
	return permissions.length === 1 ? l10n.t('1 module') : l10n.t('{0} modules', permissions.length);
}

function StampText({ stamp: { at, by } }: { readonly stamp: Stamp }): VNode {
	const { date } = useDates();
	return <>{l10n.t('{0} by {1}', date(at), by)}</>;
}
