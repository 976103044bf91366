import { useEffect, useState } from 'preact/hooks';
import type { Token } from '../../src/domain/token';
import type { EditDraft, SavedEdit } from '../../src/protocol/detailsMessages';
import { useImmediateChangeEffect } from '../shared/useChangeEffect';
import type { DetailsPeer } from './detailsPeer';
import { hasBeenSaved, hasNoChanges } from './editedFields';

export interface EditDraftModel {
	/** The edit from before the page was closed; null if there's none, or once it's continued or discarded. */
	readonly interruptedEdit: SavedEdit | null;
	readonly discardInterruptedEdit: () => void;
}

/** Sends each change of the edit to the host, so that it isn't lost, and provides the one that the host has kept. */
export function useEditDraft(peer: DetailsPeer, edit: EditDraft | null, savedEdit: SavedEdit | null, token: Token | null): EditDraftModel {
	const [isSettled, setIsSettled] = useState(edit !== null);

	const wasSaved = savedEdit !== null && hasBeenSaved(savedEdit, token);

	useEffect(() => {
		if (wasSaved && !edit) {
			keepEdit(null);
		}
	}, []);
	useImmediateChangeEffect(() => {
		setIsSettled(true);
		keepEdit(edit && !hasNoChanges(edit.entered) ? { seen: edit.seen, entered: edit.entered } : null);
	}, edit);

	/** The host logs a failure. It isn't shown, because nothing is lost as long as the page is open. */
	function keepEdit(kept: EditDraft | null): void {
		peer.request('keepEdit', { edit: kept }).catch(() => undefined);
	}

	return {
		interruptedEdit: isSettled || wasSaved ? null : savedEdit,
		discardInterruptedEdit: () => {
			setIsSettled(true);
			keepEdit(null);
		},
	};
}
