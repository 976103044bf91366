import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot } from '../../src/protocol/details';
import { knownAndLost } from '../shared/modules';

/** Every module, and whether the token reaches it. */
export function PermissionsTab({ snapshot, token }: { readonly snapshot: DetailsSnapshot; readonly token: Token }): VNode {
	const { modules, allModules, permissionsFixed } = snapshot;
	const all = token.permissions.includes(allModules);
	return (
		<>
			<p class="lead">
				{all
					? l10n.t('Full: the token can access every module, also those to come.')
					: l10n.t('The token can access the modules that are enabled.')}{' '}
				{permissionsFixed && fixedText()}
			</p>
			<table class="permissions">
				<thead>
					<tr>
						<th scope="col">{l10n.t('Module')}</th>
						<th scope="col">{l10n.t('Access')}</th>
					</tr>
				</thead>
				<tbody>
					{knownAndLost(modules, token.permissions, allModules).map(({ id, name }) => (
						<tr key={id}>
							<th scope="row">{name}</th>
							<td>
								<Access enabled={all || token.permissions.includes(id)} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}

function Access({ enabled }: { readonly enabled: boolean }): VNode {
	return (
		<span class={enabled ? 'access enabled' : 'access muted'}>
			<span class={`codicon codicon-${enabled ? 'check' : 'dash'}`} aria-hidden="true" />
			{enabled ? l10n.t('Enabled') : l10n.t('Not enabled')}
		</span>
	);
}

export function fixedText(): string {
	return l10n.t('The extension decides about the modules, so they cannot be changed.');
}
