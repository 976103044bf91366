import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot } from '../../src/protocol/detailsMessages';
import { withUnknownModules } from '../shared/unknownModules';
import { fixedPermissionsText } from './actionTexts';

/** All modules, and whether the token can access them. */
export function PermissionsTab({ snapshot, token }: { readonly snapshot: DetailsSnapshot; readonly token: Token }): VNode {
	const { modules, allModules, permissionsFixed } = snapshot;
	const hasAllModules = token.permissions.includes(allModules);
	return (
		<>
			<p class="lead">
				{hasAllModules
					? l10n.t('Full: the token can access all modules, including ones added later.')
					: l10n.t('The token can access the enabled modules.')}{' '}
				{permissionsFixed && fixedPermissionsText()}
			</p>
			<table class="permissions">
				<thead>
					<tr>
						<th scope="col">{l10n.t('Module')}</th>
						<th scope="col">{l10n.t('Access')}</th>
					</tr>
				</thead>
				<tbody>
					{withUnknownModules(modules, token.permissions, allModules).map(({ id, name }) => (
						<tr key={id}>
							<th scope="row">{name}</th>
							<td>
								<ModuleAccess isEnabled={hasAllModules || token.permissions.includes(id)} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}

function ModuleAccess({ isEnabled }: { readonly isEnabled: boolean }): VNode {
	return (
		<span class={isEnabled ? 'access enabled' : 'access muted'}>
			<span class={`codicon codicon-${isEnabled ? 'check' : 'dash'}`} aria-hidden="true" />
			{isEnabled ? l10n.t('Enabled') : l10n.t('Not enabled')}
		</span>
	);
}
