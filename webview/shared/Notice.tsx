import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from './toolkit';
import type { RequestFailure } from './requestFailure';

export interface NoticeProps {
	readonly kind?: 'error' | 'info';
	readonly title: string;
	/** Whether the notice is all that the page shows, so its title is a first-level heading. */
	readonly isPageTitle?: boolean;
	readonly children?: ComponentChildren;
	/** Buttons in front of the others. */
	readonly actions?: ComponentChildren;
	/** Shows a Try Again button, which gets the focus. */
	readonly onRetry?: () => void;
	readonly onDismiss?: () => void;
}

/** An error or a message about the page as a whole. */
export function Notice({ kind = 'error', title, isPageTitle = false, children, actions, onRetry, onDismiss }: NoticeProps): VNode {
	const retryButton = useRef<HTMLElement>(null);
	const hasButtons = actions !== undefined || onRetry !== undefined || onDismiss !== undefined;
	useEffect(() => retryButton.current?.focus(), []);
	return (
		<div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
			<span class={`codicon codicon-${kind}`} aria-hidden="true" />
			<div class="notice-text">
				{isPageTitle ? <h1>{title}</h1> : <strong>{title}</strong>}
				{children}
			</div>
			{hasButtons && (
				<div class="actions">
					{actions}
					{onRetry && (
						<Button elementRef={retryButton} onClick={onRetry}>
							{l10n.t('Try Again')}
						</Button>
					)}
					{onDismiss && <Button onClick={onDismiss}>{l10n.t('Dismiss')}</Button>}
				</div>
			)}
		</div>
	);
}

/** A failed request to the host, which the user can retry. */
export function FailureNotice({ failure, onRetry }: { readonly failure: RequestFailure<unknown>; readonly onRetry: () => void }): VNode {
	return (
		<Notice title={failure.title} onRetry={onRetry}>
			<p>{failure.text}</p>
		</Notice>
	);
}
