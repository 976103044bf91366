import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { errorMessage } from '../shared/requestFailure';
import type { DetailsPeer } from './detailsPeer';

/** When the token was last used, and in which files, so that the user knows what stops working with its key. */
export function TokenUses({ peer }: { readonly peer: DetailsPeer }): VNode {
	const [lines, setLines] = useState<readonly string[]>([l10n.t('Searching for uses of the token…')]);
	useEffect(() => {
		peer.request('describeUses', {}).then(
			(uses) => setLines(uses.lines),
			(error: unknown) => setLines([l10n.t("Couldn't find out where the token is used."), errorMessage(error)]),
		);
	}, []);
	return (
		<div class="token-uses" role="status">
			{lines.map((line) => (
				<div key={line}>{line}</div>
			))}
		</div>
	);
}
