import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { listModuleAccess, type ModuleAccess } from '../../src/models/moduleChoices';
import { getAllModulesLevel } from '../../src/models/permissionChoices';
import { fixedPermissionsText } from '../../src/models/permissionTexts';
import type { UsageSnapshot } from '../../src/protocol/detailsMessages';
import { formatNumber } from '../shared/localeFormats';
import { ReductionSection, usedModuleText, UsedModules } from './ModuleUsage';
import { RequestRules } from './RequestRules';
import type { DetailsSectionProps } from './sectionProps';

interface PermissionsTabProps extends DetailsSectionProps {
	readonly usage: UsageSnapshot;
}

/** The token's limits and approval, the modules that it can access and how it used them, and the others on demand. */
export function PermissionsTab({ details, snapshot, token, usage }: PermissionsTabProps): VNode {
	const moduleUsage = usage.modules;
	const { modules, permissionsFixed } = snapshot;
	const hasAllModules = getAllModulesLevel(token.permissions) !== undefined;
	const access = listModuleAccess(modules, token.permissions);
	const enabled = access.filter(({ level }) => level !== undefined);
	const others = access.filter(({ level }) => level === undefined);
	return (
		<>
			{snapshot.hasRequestRules && <RequestRules token={token} remaining={usage.remaining} />}
			<p class="lead">
				{leadText(token.permissions)} {permissionsFixed && fixedPermissionsText()}
			</p>
			{moduleUsage && <ReductionSection details={details} snapshot={snapshot} token={token} usage={moduleUsage} />}
			{moduleUsage && hasAllModules && <UsedModules modules={modules} usage={moduleUsage} />}
			<h2 id="enabled-modules">{l10n.t('Enabled ({0})', formatNumber(enabled.length))}</h2>
			{enabled.length > 0 ? (
				<ModuleAccessList modules={enabled} icon="check" labelledBy="enabled-modules" usage={hasAllModules ? undefined : moduleUsage} />
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

function leadText(permissions: readonly string[]): string {
	switch (getAllModulesLevel(permissions)) {
		case 'full':
			return l10n.t('Full: the token can access all modules, including ones added later.');
		case 'read':
			return permissions.length === 1
				? l10n.t('Read-only: the token can read all modules, including ones added later.')
				: l10n.t("The token can read all modules, including ones added later, and change those that aren't labeled Read-only.");
		case undefined:
			return l10n.t('The token can access the enabled modules. Select a module to see its paths.');
	}
}

interface ModuleAccessListProps {
	readonly modules: readonly ModuleAccess[];
	readonly icon: 'check' | 'dash';
	/** ID of the list's heading. */
	readonly labelledBy: string;
	/** Says for each module how it was used. */
	readonly usage?: UsageSnapshot['modules'];
}

/** A list of modules. Each of them shows its paths on demand, if they're known. */
function ModuleAccessList({ modules, icon, labelledBy, usage }: ModuleAccessListProps): VNode {
	return (
		<ul class="module-access" aria-labelledby={labelledBy}>
			{modules.map(({ id, name, paths, level }) => {
				const label = (
					<>
						<span class={`codicon codicon-${icon}`} aria-hidden="true" />
						{name}
						{level === 'read' && <span class="access-level">{l10n.t('Read-only')}</span>}
						{usage && <span class="module-usage">{usedModuleText(usage, id)}</span>}
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
