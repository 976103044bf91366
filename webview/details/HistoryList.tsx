import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SnapshotHistoryEntry } from '../../src/protocol/detailsMessages';
import { formatDate } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { fieldLabel } from './TokenDescriptionItem';

/** Number of entries that are shown at first. */
const INITIAL_COUNT = 5;

/** What was done with the token, when, and by whom, newest first. */
export function HistoryList({ history }: { readonly history: readonly SnapshotHistoryEntry[] }): VNode {
	const [isComplete, setIsComplete] = useState(false);
	const list = useRef<HTMLOListElement>(null);
	// The button that had the focus is gone.
	useChangeEffect(() => list.current?.focus(), isComplete);
	const shown = isComplete ? history : history.slice(0, INITIAL_COUNT);
	return (
		<>
			<ol class="history" ref={list} tabIndex={-1}>
				{shown.map((entry, index) => (
					// Entries have no ID, and two can have the same time. They never change, but new ones are added at the start.
					<li key={history.length - index}>
						{entryText(entry)} <span class="muted">{l10n.t('{0} by {1}', formatDate(entry.at), entry.by)}</span>
					</li>
				))}
			</ol>
			{shown.length < history.length && (
				<div class="actions">
					<Button onClick={() => setIsComplete(true)}>{l10n.t('Show All {0} Changes', history.length)}</Button>
				</div>
			)}
		</>
	);
}

function entryText({ kind, fields }: SnapshotHistoryEntry): string {
	switch (kind) {
		case 'created':
			return l10n.t('Created');
		case 'imported':
			return l10n.t('Imported');
		case 'edited':
			return fields ? l10n.t('Edited: {0}', fields.map(fieldLabel).join(', ')) : l10n.t('Edited');
		case 'rotated':
			return l10n.t('Rotated');
		case 'renewed':
			return l10n.t('Renewed');
		case 'previousKeyEnded':
			return l10n.t('Ended the previous key');
		case 'leaseEnded':
			return l10n.t('Ended the lease');
		case 'disabled':
			return l10n.t('Disabled');
		case 'enabled':
			return l10n.t('Enabled');
		case 'changed':
			return l10n.t('Changed');
	}
}
