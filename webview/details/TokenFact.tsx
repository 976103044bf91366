import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot } from '../../src/protocol/details';
import { Expiry } from '../shared/Expiry';
import { Fact } from '../shared/Facts';
import { ModuleList } from '../shared/ModuleList';
import { StatusBadge } from '../shared/StatusBadge';
import type { ShownField } from './changes';

export interface TokenFactProps {
	readonly field: ShownField;
	readonly token: Token;
	readonly snapshot: DetailsSnapshot;
	readonly children?: VNode | false;
}

/** One field of a token: its name and its value; what is empty is shown as a dash. */
export function TokenFact({ field, token, snapshot, children }: TokenFactProps): VNode {
	return (
		<Fact label={fieldName(field)}>
			<FieldValue field={field} token={token} snapshot={snapshot} />
			{children}
		</Fact>
	);
}

function fieldName(field: ShownField): string {
	switch (field) {
		case 'name':
			return l10n.t('Name');
		case 'externalId':
			return l10n.t('External ID');
		case 'description':
			return l10n.t('Description');
		case 'permissions':
			return l10n.t('Permissions');
		case 'status':
			return l10n.t('Status');
		case 'expirationDate':
			return l10n.t('Expires');
		case 'renewedExpirationDate':
			return l10n.t('New key expires');
	}
}

function FieldValue({ field, token, snapshot: { modules, allModules } }: TokenFactProps): VNode {
	switch (field) {
		case 'permissions':
			return <ModuleList permissions={token.permissions} modules={modules} allModules={allModules} />;
		case 'status':
			return <StatusBadge {...token} />;
		case 'expirationDate':
			return <Expiry date={token.expirationDate} />;
		case 'renewedExpirationDate':
			return token.renewedExpirationDate === null ? <>–</> : <Expiry date={token.renewedExpirationDate} />;
		default:
			return <>{(token[field] ?? '') || '–'}</>;
	}
}
