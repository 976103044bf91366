import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { AddedHost, DetailsSnapshot } from '../../src/protocol/detailsMessages';
import { errorMessage } from '../shared/requestFailure';
import { Button } from '../shared/toolkit';
import type { DetailsPeer } from './detailsPeer';

export interface AllowedHostsProps {
	readonly peer: DetailsPeer;
	readonly hosts: DetailsSnapshot['hosts'];
}

/** Where the token's key may be sent, with a button for each host that the user allowed. */
export function AllowedHosts({ peer, hosts: { builtIn, added } }: AllowedHostsProps): VNode {
	const [failure, setFailure] = useState<string>();
	useLayoutEffect(() => setFailure(undefined), [added]);

	async function revoke({ allowance }: AddedHost): Promise<void> {
		setFailure(undefined);
		await peer.request('revoke', { allowance }).catch((error: unknown) => setFailure(errorMessage(error)));
	}

	return (
		<>
			<ul class="allowed-hosts">
				{builtIn.map((label) => (
					<li key={label}>{label}</li>
				))}
				{added.map((host) => (
					<li key={JSON.stringify(host.allowance)}>
						<div>
							{host.label}
							{hostNote(host) !== undefined && <div class="muted">{hostNote(host)}</div>}
						</div>
						<Button onClick={() => void revoke(host)}>
							{l10n.t('Revoke')}
							<div class="visually-hidden"> {host.label}</div>
						</Button>
					</li>
				))}
			</ul>
			{failure !== undefined && (
				<p class="error" role="alert">
					<span class="codicon codicon-error" aria-hidden="true" />
					{failure}
				</p>
			)}
		</>
	);
}

function hostNote({ allowance, isEncrypted }: AddedHost): string | undefined {
	if ('file' in allowance) {
		return l10n.t("File whose requests' hosts can't be determined");
	}
	return isEncrypted ? undefined : l10n.t('Not encrypted');
}
