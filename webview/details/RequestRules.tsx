import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { RemainingRequests } from '../../src/domain/tokenLimits';
import { approvalText } from '../../src/models/requestRuleTexts';
import { DescriptionItem, DescriptionList } from '../shared/DescriptionList';
import { LimitList } from '../shared/LimitList';

export interface RequestRulesProps {
	readonly token: Pick<Token, 'limits' | 'approval'>;
	/** What the limits still allow; undefined if that isn't known. */
	readonly remaining: RemainingRequests | undefined;
}

/** What the gateway does with the token's requests beyond checking its permissions. */
export function RequestRules({ token: { limits, approval = 'never' }, remaining }: RequestRulesProps): VNode {
	return (
		<DescriptionList>
			<DescriptionItem label={l10n.t('Limits')}>
				<LimitList limits={limits} remaining={remaining} />
			</DescriptionItem>
			<DescriptionItem label={l10n.t('Approval')}>
				{approvalText(approval)}
				{approval !== 'never' && <div class="muted">{l10n.t('The gateway holds the request and asks in this window.')}</div>}
			</DescriptionItem>
		</DescriptionList>
	);
}
