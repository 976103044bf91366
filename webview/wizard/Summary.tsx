import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { WizardSnapshot } from '../../src/protocol/wizard';
import { Expiry } from '../shared/Expiry';
import { Fact, Facts } from '../shared/Facts';
import { ModuleList } from '../shared/ModuleList';

/** Everything the new token was given; what was left empty is shown as a dash. */
export function Summary({ token, snapshot }: { readonly token: Token; readonly snapshot: WizardSnapshot }): VNode {
	return (
		<Facts>
			<Fact label={l10n.t('Name')}>{token.name}</Fact>
			<Fact label={l10n.t('ID')}>{token.id}</Fact>
			<Fact label={l10n.t('External ID')}>{token.externalId ?? '–'}</Fact>
			<Fact label={l10n.t('Description')}>{token.description || '–'}</Fact>
			<Fact label={l10n.t('Expires')}>
				<Expiry date={token.expirationDate} />
			</Fact>
			<Fact label={l10n.t('Extension')}>{token.extension.name}</Fact>
			<Fact label={l10n.t('Permissions')}>
				<ModuleList permissions={token.permissions} modules={snapshot.modules} allModules={snapshot.allModules} />
			</Fact>
		</Facts>
	);
}
