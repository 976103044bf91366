import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Token } from '../../src/domain/token';
import type { Beginning, detailsHost, detailsPage, DetailsSnapshot, Usage } from '../../src/protocol/details';
import type { Peer } from '../../src/protocol/peer';
import { focusFirstField } from '../shared/Field';
import { FailureNotice, Notice } from '../shared/Notice';
import { Tabs } from '../shared/Tabs';
import { useChangeEffect } from '../shared/useChangeEffect';
import { Deleted } from './Deleted';
import { EditForm } from './EditForm';
import { GeneralTab } from './GeneralTab';
import { Head } from './Head';
import { PermissionsTab } from './PermissionsTab';
import { ReplaceKeyDialog } from './ReplaceKeyDialog';
import { StatisticsTab } from './StatisticsTab';
import { useDetails, type DetailsModel } from './useDetails';

export interface DetailsProps {
	readonly peer: Peer<typeof detailsPage, typeof detailsHost>;
	readonly snapshot: DetailsSnapshot;
	readonly usage: Usage;
	/** What the user asked for elsewhere; a new object each time. */
	readonly toBegin: { readonly what: Beginning } | null;
}

/** What every part of the page is given while there is a token. */
export interface PartProps {
	readonly details: DetailsModel;
	readonly snapshot: DetailsSnapshot;
	readonly token: Token;
}

export function Details({ peer, snapshot, usage, toBegin }: DetailsProps): VNode {
	const details = useDetails(peer, snapshot, toBegin);
	const { edit, replacement, failure } = details;
	const { token } = snapshot;
	const editButton = useRef<HTMLElement>(null);
	const menuButton = useRef<HTMLButtonElement>(null);

	useChangeEffect(() => {
		if (!replacement) {
			menuButton.current?.focus();
		}
	}, replacement === null);
	useChangeEffect(() => (edit ? focusFirstField() : editButton.current?.focus()), edit === null);

	if (!token) {
		return <Deleted edit={edit} snapshot={snapshot} />;
	}
	const part: PartProps = { details, snapshot, token };
	return (
		<>
			<Head {...part} editButton={editButton} menuButton={menuButton} />
			<NewsLine details={details} />
			{failure && !edit && !replacement && <FailureNotice failure={failure} onRetry={details.retry} />}
			{edit ? (
				<EditForm {...part} edit={edit} />
			) : (
				<Tabs
					label={l10n.t('Token')}
					selected={details.tab}
					onSelect={details.selectTab}
					tabs={[
						{
							id: 'general',
							label: l10n.t('General'),
							content: () => <GeneralTab peer={peer} snapshot={snapshot} usage={usage} token={token} />,
						},
						{ id: 'statistics', label: l10n.t('Statistics'), content: () => <StatisticsTab peer={peer} usage={usage} /> },
						{ id: 'permissions', label: l10n.t('Permissions'), content: () => <PermissionsTab snapshot={snapshot} token={token} /> },
					]}
				/>
			)}
			{replacement && <ReplaceKeyDialog key={replacement.action} {...part} replacement={replacement} />}
		</>
	);
}

/** What the page tells of its own accord. */
function NewsLine({ details: { news, dismissNews } }: { readonly details: DetailsModel }): VNode {
	return (
		<>
			<p class="done" role="status">
				{news?.kind === 'done' && <span class="codicon codicon-check" aria-hidden="true" />}
				{news?.kind === 'done' && news.text}
			</p>
			{news?.kind === 'refused' && <Notice kind="info" title={news.text} onDismiss={dismissNews} />}
		</>
	);
}
