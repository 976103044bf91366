import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';
import type { ModuleChoice } from '../../src/models/moduleChoices';
import type { DetailsSnapshot } from '../../src/protocol/detailsMessages';
import { formatNumber } from '../shared/localeFormats';
import { withUnknownModules } from '../shared/unknownModules';
import { fixedPermissionsText } from './actionTexts';

/** The modules that the token can access, and the others on demand. */
export function PermissionsTab({ snapshot, token }: { readonly snapshot: DetailsSnapshot; readonly token: Token }): VNode {
	const { modules, allModules, permissionsFixed } = snapshot;
	const hasAllModules = token.permissions.includes(allModules);
	const allChoices = withUnknownModules(modules, token.permissions, allModules);
	const isEnabled = ({ id }: ModuleChoice) => hasAllModules || token.permissions.includes(id);
	const enabled = allChoices.filter(isEnabled);
	const others = allChoices.filter((choice) => !isEnabled(choice));
	return (
		<>
			<p class="lead">
				{hasAllModules
					? l10n.t('Full: the token can access all modules, including ones added later.')
					: l10n.t('The token can access the enabled modules. Select a module to see its paths.')}{' '}
				{permissionsFixed && fixedPermissionsText()}
			</p>
			<h2 id="enabled-modules">{l10n.t('Enabled ({0})', formatNumber(enabled.length))}</h2>
			{enabled.length > 0 ? (
				<ModuleAccessList modules={enabled} icon="check" labelledBy="enabled-modules" />
			) : (
				<p class="muted">{l10n.t('The token can access only what needs no module.')}</p>
			)}
			{others.length > 0 && (
				<details class="other-modules">
					<summary>
						<h2 id="other-modules">{l10n.t('Not Enabled ({0})', formatNumber(others.length))}</h2>
					</summary>
					<ModuleAccessList modules={others} icon="dash" labelledBy="other-modules" />
				</details>
			)}
		</>
	);
}

interface ModuleAccessListProps {
	readonly modules: readonly ModuleChoice[];
	readonly icon: 'check' | 'dash';
	/** ID of the list's heading. */
	readonly labelledBy: string;
}

/** A list of modules. Each of them shows its paths on demand, if they're known. */
function ModuleAccessList({ modules, icon, labelledBy }: ModuleAccessListProps): VNode {
	return (
		<ul class="module-access" aria-labelledby={labelledBy}>
			{modules.map(({ id, name, paths }) => {
				const label = (
					<>
						<span class={`codicon codicon-${icon}`} aria-hidden="true" />
						{name}
					</>
				);
				return (
					<li key={id}>
						{paths ? (
							<details>
								<summary>{label}</summary>
								<ul class="paths">
									{paths.map((path) => (
										<li key={path}>
											<code>{path}</code>
										</li>
									))}
								</ul>
							</details>
						) : (
							<span class="module-name">{label}</span>
						)}
					</li>
				);
			})}
		</ul>
	);
}
