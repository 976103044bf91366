import * as l10n from '@vscode/l10n';
import type { ConfiguredUpstream } from '../domain/ports';
import { escapeLabel } from './localization';

/** Names the upstream: the account, and the host. Takes the same values as `GatewayOverview.upstream`. */
export function upstreamLabel(upstream: ConfiguredUpstream | null | undefined): string {
	if (upstream === undefined) {
		return l10n.t("Upstream URL isn't valid");
	}
	if (upstream === null) {
		return l10n.t('No upstream set');
	}
	const { url, account } = upstream;
	return [...(account ? [accountLabel(account)] : []), new URL(url).host].join(' · ');
}

/** Says what the gateway does with requests that a token is allowed to make. */
export function forwardingText(upstream: ConfiguredUpstream | null | undefined): string {
	if (upstream === undefined) {
		return l10n.t("The connectTokens.gateway.upstream setting isn't valid.");
	}
	if (upstream === null) {
		return l10n.t('It has no upstream, so it echoes requests.');
	}
	const { url, account } = upstream;
	return account
		? l10n.t('It forwards requests to {0} using the key of account “{1}”.', url, accountLabel(account))
		: l10n.t('It forwards requests to {0}.', url);
}

/** Confirms that the gateway has another upstream. */
export function changedUpstreamText(url: string | undefined, upstream: ConfiguredUpstream | null | undefined): string {
	const gateway = url === undefined ? l10n.t("The gateway isn't running.") : l10n.t('The gateway is listening on {0}.', url);
	return `${gateway} ${forwardingText(upstream)}`;
}

function accountLabel({ sourceId, name }: NonNullable<ConfiguredUpstream['account']>): string {
	return name === undefined ? l10n.t('{0} (removed)', escapeLabel(sourceId)) : escapeLabel(name);
}
