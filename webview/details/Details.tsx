import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { DetailsSnapshot, InitialAction, SavedEdit, UsageSnapshot } from '../../src/protocol/detailsMessages';
import { focusFirstField } from '../shared/Field';
import { formatDate } from '../shared/localeFormats';
import { FailureNotice, Notice } from '../shared/Notice';
import { Tabs } from '../shared/Tabs';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { DeletedToken } from './DeletedToken';
import { EditForm } from './EditForm';
import { GeneralTab } from './GeneralTab';
import { DetailsHeader } from './DetailsHeader';
import { PermissionsTab } from './PermissionsTab';
import { ReplaceKeyDialog } from './ReplaceKeyDialog';
import type { DetailsPeer } from './detailsPeer';
import type { DetailsSectionProps } from './sectionProps';
import { StatisticsTab } from './StatisticsTab';
import { AccountBanner, StatusBanner } from './StatusBanner';
import { useDetails, type DetailsModel } from './useDetails';

export interface DetailsProps {
	readonly peer: DetailsPeer;
	readonly snapshot: DetailsSnapshot;
	readonly usage: UsageSnapshot;
	/** How often a copied key was removed from the clipboard. */
	readonly keyClearCount: number;
	/** The action that the user started outside the page; a new object each time. */
	readonly initialAction: { readonly action: InitialAction } | null;
	/** The edit that the host has kept; null if there's none. */
	readonly savedEdit: SavedEdit | null;
}

export function Details({ peer, snapshot, usage, keyClearCount, initialAction, savedEdit }: DetailsProps): VNode {
	const details = useDetails(peer, snapshot, initialAction, savedEdit);
	const { edit, interruptedEdit, replacement, failure } = details;
	const { token } = snapshot;
	const editButton = useRef<HTMLElement>(null);
	const menuButton = useRef<HTMLButtonElement>(null);

	const bannerButton = useRef<HTMLElement>(null);
	const isStartedFromBanner = useRef(false);

	useChangeEffect(() => {
		if (!replacement) {
			const opener = isStartedFromBanner.current ? bannerButton.current : null;
			(opener ?? menuButton.current)?.focus();
			isStartedFromBanner.current = false;
		}
	}, replacement === null);
	useChangeEffect(() => {
		// The focused button of a banner was removed.
		if (document.activeElement === document.body && document.hasFocus()) {
			menuButton.current?.focus();
		}
	}, token?.status);
	useChangeEffect(() => (edit ? focusFirstField() : editButton.current?.focus()), edit === null);

	if (!token) {
		return <DeletedToken edit={edit ?? interruptedEdit} snapshot={snapshot} />;
	}
	const sectionProps: DetailsSectionProps = { details, snapshot, token };
	return (
		<>
			<DetailsHeader {...sectionProps} editButton={editButton} menuButton={menuButton} />
			<AccountBanner {...sectionProps} />
			{!edit && (
				<StatusBanner
					{...sectionProps}
					button={bannerButton}
					onDialog={() => {
						isStartedFromBanner.current = true;
					}}
				/>
			)}
			<StatusLine details={details} />
			{!edit && <InterruptedEdit details={details} canEdit={snapshot.actions.includes('edit')} />}
			{failure && !edit && !replacement && <FailureNotice failure={failure} onRetry={details.retry} />}
			{edit ? (
				<EditForm {...sectionProps} edit={edit} />
			) : (
				<Tabs
					label={l10n.t('Token')}
					selected={details.tab}
					onSelect={details.selectTab}
					tabs={[
						{
							id: 'general',
							label: l10n.t('General'),
							content: () => <GeneralTab peer={peer} snapshot={snapshot} usage={usage} keyClearCount={keyClearCount} token={token} />,
						},
						{
							id: 'statistics',
							label: l10n.t('Statistics'),
							content: () => <StatisticsTab peer={peer} usage={usage} view={details.statistics} onChangeView={details.showStatistics} />,
						},
						{ id: 'permissions', label: l10n.t('Permissions'), content: () => <PermissionsTab {...sectionProps} usage={usage} /> },
					]}
				/>
			)}
			{replacement && <ReplaceKeyDialog key={replacement.action} {...sectionProps} peer={peer} replacement={replacement} />}
		</>
	);
}

/** Offers to continue the edit from before the page was closed. */
function InterruptedEdit({ details, canEdit }: { readonly details: DetailsModel; readonly canEdit: boolean }): VNode | null {
	const { interruptedEdit, startAction, discardInterruptedEdit } = details;
	return !interruptedEdit || interruptedEdit.savedAt === null ? null : (
		<Notice
			kind="info"
			title={l10n.t('You have unsaved changes from {0}.', formatDate(interruptedEdit.savedAt))}
			actions={
				<>
					{canEdit && <Button onClick={() => startAction('edit')}>{l10n.t('Continue Editing')}</Button>}
					<Button onClick={discardInterruptedEdit}>{l10n.t('Discard')}</Button>
				</>
			}
		/>
	);
}

/** The result of the last action. */
function StatusLine({ details: { status, dismissStatus } }: { readonly details: DetailsModel }): VNode {
	return (
		<>
			<p class="success" role="status">
				{status?.kind === 'success' && <span class="codicon codicon-check" aria-hidden="true" />}
				{status?.kind === 'success' && status.text}
				{status?.undo && <Button onClick={status.undo}>{l10n.t('Undo')}</Button>}
			</p>
			{status?.kind === 'unavailable' && <Notice kind="info" title={status.text} onDismiss={dismissStatus} />}
		</>
	);
}
