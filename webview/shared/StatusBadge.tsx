import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import { STATUS_ICONS, statusText } from '../../src/models/statusTexts';

export function StatusBadge({ token }: { readonly token: Pick<Token, 'status' | 'platformStatus'> }): VNode {
	const [icon] = STATUS_ICONS[token.status];
	return (
		<span class={`status status-${token.status}`}>
			<span class={`codicon codicon-${icon}`} aria-hidden="true" />
			{statusText(token)}
		</span>
	);
}
