import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DetailsSnapshot, MaskedKey } from '../../src/protocol/detailsMessages';
import { KeyText } from '../shared/KeyText';
import { errorMessage } from '../shared/requestFailure';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import type { DetailsPeer } from './detailsPeer';

export interface ApiKeyFieldProps {
	readonly peer: DetailsPeer;
	readonly snapshot: DetailsSnapshot;
	readonly keyInfo: MaskedKey;
	readonly label: string;
	/** Changes when a copied key was removed from the clipboard. */
	readonly clearCount: number;
}

/** How long a key is shown in plain text. */
const KEY_VISIBLE_MS = 30_000;

type RevealedKey = { readonly authorization: string } | { readonly unavailable: string } | undefined;

/** An API key, masked until the user selects View. It's masked again after a while, and when the page is hidden. */
export function ApiKeyField({ peer, snapshot, keyInfo: { which, masked }, label, clearCount }: ApiKeyFieldProps): VNode {
	const [revealed, setRevealed] = useState<RevealedKey>();
	const [isCopied, setIsCopied] = useState(false);
	// Responses to requests sent before the key was hidden are ignored.
	const requestNumber = useRef(0);
	const isRevealed = revealed !== undefined && 'authorization' in revealed;
	const hideKey = () => {
		requestNumber.current++;
		setRevealed(undefined);
		setIsCopied(false);
	};
	useLayoutEffect(hideKey, [snapshot]);
	useChangeEffect(() => setIsCopied(false), clearCount);
	useEffect(() => {
		const onVisibilityChange = () => document.hidden && hideKey();
		document.addEventListener('visibilitychange', onVisibilityChange);
		return () => document.removeEventListener('visibilitychange', onVisibilityChange);
	}, []);
	// A layout effect, so the time starts when the key becomes visible, not in a later frame.
	useLayoutEffect(() => {
		const timer = isRevealed ? setTimeout(hideKey, KEY_VISIBLE_MS) : undefined;
		return () => clearTimeout(timer);
	}, [isRevealed]);

	async function requestKey(method: 'viewKey' | 'copyKey'): Promise<void> {
		const currentRequest = ++requestNumber.current;
		setIsCopied(false);
		const response = await peer.request(method, { which }).catch((error: unknown) => ({ unavailable: errorMessage(error) }));
		if (currentRequest !== requestNumber.current) {
			return;
		}
		if ('copied' in response) {
			setIsCopied(true);
		} else {
			setRevealed(response);
		}
	}

	return (
		<div class="api-key" role="group" aria-label={label}>
			{revealed && 'unavailable' in revealed ? (
				<p class="error" role="alert">
					<span class="codicon codicon-error" aria-hidden="true" />
					{revealed.unavailable}
				</p>
			) : (
				<KeyText text={isRevealed ? revealed.authorization : masked} />
			)}
			<div class="actions">
				<Button onClick={isRevealed ? hideKey : () => void requestKey('viewKey')}>{isRevealed ? l10n.t('Hide') : l10n.t('View')}</Button>
				<Button onClick={() => void requestKey('copyKey')}>{l10n.t('Copy')}</Button>
				<span class="success" role="status">
					{isCopied && <span class="codicon codicon-check" aria-hidden="true" />}
					{isCopied && l10n.t('Copied')}
				</span>
			</div>
		</div>
	);
}
