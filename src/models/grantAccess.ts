import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import type { LoggedRequest } from '../domain/loggedRequest';
import { formatPermission, getPermissionLevel, isReadMethod, type Permission } from '../domain/permissions';
import type { SourceToken } from '../domain/tokenSources';
import { hasSelectableModules } from './draftRules';
import { escapeLabel } from './localization';
import { withModuleLevel } from './permissionChoices';
import { fixedPermissionsText, permissionLabel } from './permissionTexts';
import type { PickItem } from './pickItems';

/** What granting access needs from the editor. */
export interface GrantPrompts {
	/** @returns undefined if the user canceled */
	pickOne(
		items: readonly PickItem<Permission>[],
		options: { readonly title: string; readonly placeHolder: string },
	): Promise<Permission | undefined>;
	/** Shows a message. Returns the label of the button that the user has selected. */
	inform(text: string, ...buttons: readonly string[]): Promise<string | undefined>;
}

/**
 * Asks which access to add to a workspace token, so that it's allowed to make a request that it was denied, adds it, and offers to undo that.
 * Resolves when the user has closed that message.
 * @param found the token as it was when the request was shown
 * @throws ProblemError if the token can't be changed
 */
export async function grantAccess(
	{ source, token: shown }: SourceToken,
	{ method, reason }: Pick<LoggedRequest, 'method' | 'reason'>,
	prompts: GrantPrompts,
): Promise<void> {
	if (reason?.kind !== 'missingModule' && reason?.kind !== 'readOnly') {
		return;
	}
	const token = (await source.get(shown.id)) ?? shown;
	const { extensions } = await source.getCatalog();
	if (!hasSelectableModules(token.extension.id, extensions)) {
		await prompts.inform(fixedPermissionsText());
		return;
	}
	const name = escapeLabel(token.name);
	const getLabel = (permission: Permission) => escapeLabel(permissionLabel(formatPermission(permission), (id) => source.getModuleName(id)));
	const levels = isReadMethod(method) ? (['read', 'full'] as const) : (['full'] as const);
	const granted = reason.modules.find((id) => (levels as readonly unknown[]).includes(getPermissionLevel(token.permissions, id)));
	if (granted !== undefined) {
		const level = getPermissionLevel(token.permissions, granted)!;
		await prompts.inform(l10n.t('“{0}” already has access to {1}. Send the request again.', name, getLabel({ moduleId: granted, level })));
		return;
	}
	const choices = reason.modules.flatMap((moduleId) => levels.map((level): Permission => ({ moduleId, level })));
	const picked = await prompts.pickOne(
		choices.map((permission) => ({
			value: permission,
			label: getLabel(permission),
			description: permission.level === 'read' ? l10n.t('Only GET, HEAD, and OPTIONS requests') : l10n.t('All requests'),
			icon: [permission.level === 'read' ? 'eye' : 'edit'],
		})),
		{ title: l10n.t('Grant Access to “{0}”', name), placeHolder: l10n.t('Select what the token may access, too') },
	);
	if (picked === undefined) {
		return;
	}
	const { moduleId, level } = picked;
	const permissions = withModuleLevel(token.permissions, moduleId, level, [ALL_MODULES]);
	const updated = await source.update(token.id, { permissions }, token.updated.at);
	const undo = l10n.t('Undo');
	if ((await prompts.inform(l10n.t('“{0}” can now access {1}. Send the request again.', name, getLabel(picked)), undo)) === undo) {
		await source.update(token.id, { permissions: token.permissions }, updated.updated.at);
	}
}
