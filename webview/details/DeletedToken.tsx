import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { DetailsSnapshot, EditDraft } from '../../src/protocol/detailsMessages';
import { DescriptionList } from '../shared/DescriptionList';
import { applyEdit, effectiveChanges, editableFields } from './editedFields';
import { TokenDescriptionItem } from './TokenDescriptionItem';

/** Shown once the token has been deleted, with any changes that the user hadn't saved. */
export function DeletedToken({ edit, snapshot }: { readonly edit: EditDraft | null; readonly snapshot: DetailsSnapshot }): VNode {
	const unsavedChanges = edit ? effectiveChanges(edit.seen, edit.entered) : {};
	const unsavedFields = editableFields.filter((field) => field in unsavedChanges);
	return (
		<>
			<h1>{l10n.t('Token deleted')}</h1>
			<p class="lead" role="status">
				{l10n.t('This token no longer exists, and its API key is no longer valid.')}
			</p>
			{edit && unsavedFields.length > 0 && (
				<section aria-labelledby="unsaved">
					<h2 id="unsaved">{l10n.t('Your unsaved changes')}</h2>
					<p class="lead">{l10n.t("Your changes couldn't be saved. Copy anything you still need.")}</p>
					<DescriptionList>
						{unsavedFields.map((field) => (
							<TokenDescriptionItem key={field} field={field} token={applyEdit(edit.seen, unsavedChanges)} snapshot={snapshot} />
						))}
					</DescriptionList>
				</section>
			)}
		</>
	);
}
