import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot } from '../../src/protocol/detailsMessages';
import { ExpirationDate } from '../shared/ExpirationDate';
import { approvalText } from '../../src/models/requestRuleTexts';
import { LimitList } from '../shared/LimitList';
import { DescriptionItem } from '../shared/DescriptionList';
import { ModuleList } from '../shared/ModuleList';
import { StatusBadge } from '../shared/StatusBadge';
import type { ComparedField } from './editedFields';

export interface TokenDescriptionItemProps {
	readonly field: ComparedField;
	readonly token: Token;
	readonly snapshot: DetailsSnapshot;
	readonly children?: VNode | false;
}

/** The label and value of one of the token's fields. An empty value is shown as a dash. */
export function TokenDescriptionItem({ field, token, snapshot, children }: TokenDescriptionItemProps): VNode {
	return (
		<DescriptionItem label={fieldLabel(field)}>
			<FieldValue field={field} token={token} snapshot={snapshot} />
			{children}
		</DescriptionItem>
	);
}

export function fieldLabel(field: ComparedField): string {
	switch (field) {
		case 'name':
			return l10n.t('Name');
		case 'externalId':
			return l10n.t('External ID');
		case 'description':
			return l10n.t('Description');
		case 'permissions':
			return l10n.t('Permissions');
		case 'limits':
			return l10n.t('Limits');
		case 'approval':
			return l10n.t('Approval');
		case 'status':
			return l10n.t('Status');
		case 'expirationDate':
			return l10n.t('Expires');
		case 'renewedExpirationDate':
			return l10n.t('New key expires');
	}
}

function FieldValue({ field, token, snapshot: { modules } }: TokenDescriptionItemProps): VNode {
	switch (field) {
		case 'permissions':
			return <ModuleList permissions={token.permissions} modules={modules} />;
		case 'limits':
			return <LimitList limits={token.limits} />;
		case 'approval':
			return <>{approvalText(token.approval ?? 'never')}</>;
		case 'status':
			return <StatusBadge token={token} />;
		case 'expirationDate':
			return <ExpirationDate iso={token.expirationDate} />;
		case 'renewedExpirationDate':
			return token.renewedExpirationDate === null ? <>–</> : <ExpirationDate iso={token.renewedExpirationDate} />;
		default:
			return <>{(token[field] ?? '') || '–'}</>;
	}
}
