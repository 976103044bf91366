import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import { escapeLabel } from './localization';
import { dateTimeText, timeOrDateText } from './tokenTexts';

/** Name of a source in lists. */
export function sourceLabel({ remote }: TokenSource): string {
	return remote ? escapeLabel(remote.account.name) : l10n.t('Workspace');
}

/** Codicon of a source. An account's shows whether it's loading or has a problem. */
export function sourceIconName({ problem, remote }: TokenSource): string {
	if (!remote) {
		return 'folder';
	}
	return remote.syncState.progress ? 'loading~spin' : problem ? 'warning' : 'cloud';
}

/** When an account's tokens were last read completely; empty if that hasn't happened yet, and for the workspace. */
export function lastReadTexts({ remote }: TokenSource): readonly string[] {
	return typeof remote?.syncState.readAt === 'string' ? [l10n.t('Tokens as of {0}', dateTimeText(remote.syncState.readAt))] : [];
}

/** How far an account is loaded, or how old its tokens are if they can't be read; empty if they're current. */
export function syncTexts({ problem, remote }: TokenSource, now: Date): readonly string[] {
	const { progress = null, readAt = null } = remote?.syncState ?? {};
	if (progress) {
		const { loaded, total } = progress;
		return [total === null ? l10n.t('loading…') : l10n.t('loading {0} of {1}', loaded, total)];
	}
	return problem && readAt !== null ? [l10n.t('as of {0}', timeOrDateText(readAt, now))] : [];
}
