import type { VNode } from 'preact';
import { fixedPermissionsText } from '../../src/models/permissionTexts';
import { ModuleList, type ModuleListProps } from './ModuleList';

/** The modules of a token whose extension determines them. */
export function FixedModules(props: ModuleListProps): VNode {
	return (
		<div class="field">
			<ModuleList {...props} />
			<p class="hint">{fixedPermissionsText()}</p>
		</div>
	);
}
