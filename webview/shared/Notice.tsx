import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from './toolkit';

export interface NoticeProps {
	readonly title: string;
	readonly text: string;
	readonly onRetry: () => void;
}

/** Something failed as a whole; the user can try again. */
export function Notice({ title, text, onRetry }: NoticeProps): VNode {
	const retry = useRef<HTMLElement>(null);
	useEffect(() => retry.current?.focus(), []);
	return (
		<div class="notice" role="alert">
			<span class="codicon codicon-error" aria-hidden="true" />
			<div class="notice-text">
				<strong>{title}</strong>
				<p>{text}</p>
			</div>
			<Button elementRef={retry} onClick={onRetry}>
				{l10n.t('Try Again')}
			</Button>
		</div>
	);
}
