import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';

/** Says where a source's tokens are valid. `account` is the account's name; null for the workspace. */
export function ValidAt({ account }: { readonly account: string | null }): VNode {
	return <p class="lead">{account === null ? l10n.t('Valid at your local gateway') : l10n.t('Valid at {0}', account)}</p>;
}
