import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { WizardSnapshot } from '../../src/protocol/wizardMessages';
import { ExpirationDate } from '../shared/ExpirationDate';
import { DescriptionItem, DescriptionList } from '../shared/DescriptionList';
import { approvalText } from '../../src/models/requestRuleTexts';
import { ModuleList } from '../shared/ModuleList';
import { LimitList } from '../shared/LimitList';

/** The properties of the new token. Empty ones are shown as a dash, and limits and approval only if there are any. */
export function SummaryStep({ token, snapshot }: { readonly token: Token; readonly snapshot: WizardSnapshot }): VNode {
	return (
		<DescriptionList>
			<DescriptionItem label={l10n.t('Name')}>{token.name}</DescriptionItem>
			<DescriptionItem label={l10n.t('ID')}>{token.id}</DescriptionItem>
			<DescriptionItem label={l10n.t('External ID')}>{token.externalId ?? '–'}</DescriptionItem>
			<DescriptionItem label={l10n.t('Description')}>{token.description || '–'}</DescriptionItem>
			<DescriptionItem label={l10n.t('Expires')}>
				<ExpirationDate iso={token.expirationDate} />
			</DescriptionItem>
			<DescriptionItem label={l10n.t('Extension')}>{token.extension.name}</DescriptionItem>
			<DescriptionItem label={l10n.t('Permissions')}>
				<ModuleList permissions={token.permissions} modules={snapshot.modules} />
			</DescriptionItem>
			{token.limits && (
				<DescriptionItem label={l10n.t('Limits')}>
					<LimitList limits={token.limits} />
				</DescriptionItem>
			)}
			{token.approval && <DescriptionItem label={l10n.t('Approval')}>{approvalText(token.approval)}</DescriptionItem>}
		</DescriptionList>
	);
}
