import * as l10n from '@vscode/l10n';
import type { ConfiguredUpstream, TokenSource } from '../domain/ports';
import { escapeLabel } from './localization';
import type { PickItem } from './pickItems';

/** What the gateway can forward requests to. */
export type UpstreamChoice =
	| { readonly kind: 'account'; readonly sourceId: string }
	| { readonly kind: 'url' }
	| { readonly kind: 'none' }
	/** Add an account first. */
	| { readonly kind: 'addAccount' };

/** Creates the items of *Choose Upstream*. The current upstream is marked. */
export function createUpstreamItems(
	sources: readonly TokenSource[],
	upstream: ConfiguredUpstream | null | undefined,
): readonly PickItem<UpstreamChoice>[] {
	const mark = (text: string, isCurrent: boolean) => (isCurrent ? [text, l10n.t('current')].filter(Boolean).join(' · ') : text);
	const accounts = sources.flatMap(({ id, remote }) => {
		if (!remote) {
			return [];
		}
		const { name, endpoint, id: accountId } = remote.account;
		return [
			{
				value: { kind: 'account', sourceId: id } as const,
				label: escapeLabel(name),
				description: mark(`${accountId} · ${new URL(endpoint).host}`, upstream?.account?.sourceId === id),
				detail: l10n.t("Requests are sent with the account's key."),
				icon: ['cloud'] as const,
			},
		];
	});
	const isUrl = upstream !== null && upstream !== undefined && upstream.account === null;
	return [
		...accounts,
		...(accounts.length > 0
			? []
			: [{ value: { kind: 'addAccount' } as const, label: l10n.t('Add Connect Account…'), description: '', icon: ['add'] as const }]),
		{
			value: { kind: 'url' },
			label: l10n.t('Enter URL…'),
			description: isUrl ? mark(upstream.url, true) : '',
			detail: l10n.t("Requests are sent with the gateway credential or, if there's none, with the caller's key."),
			icon: ['link'],
		},
		{
			value: { kind: 'none' },
			label: l10n.t('No Upstream'),
			description: mark('', upstream === null),
			detail: l10n.t('The gateway responds to allowed requests itself, with the method, path, and token.'),
			icon: ['circle-slash'],
		},
	];
}
