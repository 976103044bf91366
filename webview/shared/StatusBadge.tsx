import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import { statusIcon, statusText } from '../../src/models/statusTexts';

export function StatusBadge({ token }: { readonly token: Pick<Token, 'status' | 'platformStatus' | 'lease'> }): VNode {
	const [icon] = statusIcon(token);
	const appearance = token.lease && token.status === 'expired' ? 'inactive' : token.status;
	return (
		<span class={`status status-${appearance}`}>
			<span class={`codicon codicon-${icon}`} aria-hidden="true" />
			{statusText(token)}
		</span>
	);
}
