import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';

/** How often the token was answered, and how; nothing counts that yet, which is said. */
export function StatisticsTab(): VNode {
	return (
		<>
			<h2>{l10n.t('Responses in the last 30 days')}</h2>
			<div class="empty">
				<span class="codicon codicon-graph" aria-hidden="true" />
				<p>
					<strong>{l10n.t('No responses have been counted.')}</strong>
				</p>
				<p class="muted">
					{l10n.t(
						'Responses are counted when requests with this token go through the local gateway. The gateway is not part of this version; a later version brings it.',
					)}
				</p>
			</div>
		</>
	);
}
