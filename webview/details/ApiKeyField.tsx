import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DetailsSnapshot, ShownKey } from '../../src/protocol/details';
import { textOf } from '../shared/Page';
import { Button } from '../shared/toolkit';
import type { DetailsProps } from './Details';

export interface ApiKeyFieldProps {
	readonly peer: DetailsProps['peer'];
	readonly snapshot: DetailsSnapshot;
	readonly shownKey: ShownKey;
	readonly label: string;
}

/** How long a key stays in plain text, in milliseconds. */
const VIEW_TIME = 30_000;

type Shown = { readonly authorization: string } | { readonly unavailable: string } | undefined;

/** An API key, masked until the user asks for it, and only for a while and as long as this page is looked at. */
export function ApiKeyField({ peer, snapshot, shownKey: { which, masked }, label }: ApiKeyFieldProps): VNode {
	const [shown, setShown] = useState<Shown>();
	const [copied, setCopied] = useState(false);
	// An answer to a question asked before the key was dropped is dropped as well.
	const round = useRef(0);
	const viewed = shown !== undefined && 'authorization' in shown;
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
	// A layout effect: the while begins when the key can be seen, not with some later frame.
	useLayoutEffect(() => {
		const timer = viewed ? setTimeout(drop, VIEW_TIME) : undefined;
		return () => clearTimeout(timer);
	}, [viewed]);

	async function ask(method: 'viewKey' | 'copyKey'): Promise<void> {
		const asked = ++round.current;
		setCopied(false);
		const answer = await peer.ask(method, { which }).catch((error: unknown) => ({ unavailable: textOf(error) }));
		if (asked !== round.current) {
			return;
		}
		if ('copied' in answer) {
			setCopied(true);
		} else {
			setShown(answer);
		}
	}

	return (
		<div class="api-key" role="group" aria-label={label}>
			{shown && 'unavailable' in shown ? (
				<p class="error" role="alert">
					<span class="codicon codicon-error" aria-hidden="true" />
					{shown.unavailable}
				</p>
			) : (
				<code>{broken(viewed ? shown.authorization : masked)}</code>
			)}
			<div class="actions">
				<Button onClick={viewed ? drop : () => void ask('viewKey')}>{viewed ? l10n.t('Hide') : l10n.t('View')}</Button>
				<Button onClick={() => void ask('copyKey')}>{l10n.t('Copy')}</Button>
				<span class="done" role="status">
					{copied && <span class="codicon codicon-check" aria-hidden="true" />}
					{copied && l10n.t('Copied')}
				</span>
			</div>
		</div>
	);
}

/** The text of a key so that a narrow page breaks it before its parts, and the id not at its hyphens. */
function broken(key: string): ComponentChildren {
	const [, scheme, id, secret] = /^(\S+ )(.*:)(.*)$/.exec(key) ?? [];
	return id === undefined ? (
		key
	) : (
		<>
			{scheme}
			<span class="unbroken">{id}</span>
			<wbr />
			{secret}
		</>
	);
}
