import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Review } from '../../src/protocol/reviewMessages';
import { Button } from '../shared/toolkit';

export interface SourceNotesProps {
	readonly notes: Review['notes'];
	readonly isBusy: boolean;
	readonly onReload: () => void;
}

/** Which sources couldn't be read completely, or are still loading. */
export function SourceNotes({ notes, isBusy, onReload }: SourceNotesProps): VNode {
	return (
		<>
			{notes.map(({ source, state, text }) =>
				state === 'loading' ? (
					<p key={source} class="caution" role="status">
						<span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" />
						{l10n.t('Loading the tokens of “{0}”…', source ?? l10n.t('Workspace'))}
					</p>
				) : (
					<section key={source} class="notice notice-warning" aria-label={failedTitle(source)}>
						<span class="codicon codicon-warning" aria-hidden="true" />
						<div class="notice-text">
							<strong>{failedTitle(source)}</strong>
							<p>{text}</p>
						</div>
						{source !== null && (
							<Button disabled={isBusy} onClick={onReload}>
								{l10n.t('Reload')}
							</Button>
						)}
					</section>
				),
			)}
		</>
	);
}

function failedTitle(source: string | null): string {
	return source === null
		? l10n.t("The workspace's tokens couldn't be read completely.")
		: l10n.t('The tokens of “{0}” might not be current.', source);
}
