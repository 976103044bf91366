import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { DetailsSnapshot } from '../../src/protocol/details';
import { Facts } from '../shared/Facts';
import { changesTo, editableFields } from './changes';
import type { DetailsState } from './state';
import { TokenFact } from './TokenFact';

/** What is left of a token: that it is gone, and what its user had entered but not saved. */
export function Deleted({ edit, snapshot }: { readonly edit: DetailsState['edit']; readonly snapshot: DetailsSnapshot }): VNode {
	const entered = edit ? changesTo(edit.seen, edit.entered) : {};
	const lost = editableFields.filter((field) => field in entered);
	return (
		<>
			<h1>{l10n.t('Token deleted')}</h1>
			<p class="lead" role="status">
				{l10n.t('This token no longer exists, and its API key no longer works.')}
			</p>
			{edit && lost.length > 0 && (
				<section aria-labelledby="unsaved">
					<h2 id="unsaved">{l10n.t('Your unsaved changes')}</h2>
					<p class="lead">{l10n.t('They could not be saved. Copy from here what you still need.')}</p>
					<Facts>
						{lost.map((field) => (
							<TokenFact key={field} field={field} token={{ ...edit.seen, ...entered }} snapshot={snapshot} />
						))}
					</Facts>
				</section>
			)}
		</>
	);
}
