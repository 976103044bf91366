import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { textOf } from '../shared/Page';
import { Button } from '../shared/toolkit';
import type { DetailsProps } from './Details';

type Shown = { readonly authorization: string } | { readonly unavailable: string } | undefined;

/** The API key, masked until the user asks for it, and only as long as this page is looked at. */
export function ApiKeyField({ peer, snapshot }: DetailsProps): VNode {
	const [shown, setShown] = useState<Shown>();
	const [copied, setCopied] = useState(false);
	// An answer to a question asked before the key was dropped is dropped as well.
	const round = useRef(0);
	const drop = () => {
		round.current++;
		setShown(undefined);
		setCopied(false);
	};
	useLayoutEffect(drop, [snapshot]);
	useEffect(() => {
		const onVisibility = () => document.hidden && drop();
		document.addEventListener('visibilitychange', onVisibility);
		return () => document.removeEventListener('visibilitychange', onVisibility);
	}, []);

	async function ask(method: 'viewKey' | 'copyKey'): Promise<void> {
		const asked = ++round.current;
		setCopied(false);
		const answer = await peer.ask(method, {}).catch((error: unknown) => ({ unavailable: textOf(error) }));
		if (asked !== round.current) {
			return;
		}
		if ('copied' in answer) {
			setCopied(true);
		} else {
			setShown(answer);
		}
	}

	const viewed = shown !== undefined && 'authorization' in shown;
	return (
		<div class="api-key">
			{shown && 'unavailable' in shown ? (
				<p class="error" role="alert">
					<span class="codicon codicon-error" aria-hidden="true" />
					{shown.unavailable}
				</p>
			) : (
				<code>{viewed ? shown.authorization : snapshot.maskedKey}</code>
			)}
			<div class="actions">
				<Button onClick={viewed ? drop : () => void ask('viewKey')}>{viewed ? l10n.t('Hide') : l10n.t('View')}</Button>
				<Button onClick={() => void ask('copyKey')}>{l10n.t('Copy')}</Button>
				<span class="copied" role="status">
					{copied && <span class="codicon codicon-check" aria-hidden="true" />}
					{copied && l10n.t('Copied')}
				</span>
			</div>
		</div>
	);
}
