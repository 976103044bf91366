import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import { parsePermission, READ_SUFFIX, type PermissionLevel } from '../domain/permissions';

/** The name of the module that a permission is for and, if that's all it allows, that it's read-only. */
export function permissionLabel(permission: string, getModuleName: (id: string) => string): string {
	const { moduleId, level } = parsePermission(permission);
	return moduleId === ALL_MODULES ? allModulesLabel(level) : accessLabel(getModuleName(moduleId), level);
}

/** Why the modules of a token can't be chosen. */
export function fixedPermissionsText(): string {
	return l10n.t("Modules are determined by the extension and can't be changed.");
}

/** What access to all modules is called in a list of modules. */
export function allModulesLabel(level: PermissionLevel): string {
	return accessLabel(l10n.t('All modules'), level);
}

/** The name of a module and, if that's all that's allowed, that it's read-only. */
export function accessLabel(name: string, level: PermissionLevel | undefined): string {
	return level === 'read' ? l10n.t('{0} (read-only)', name) : name;
}

/** The modules a token can access, in short: "Full", or how many modules there are and how many of them are read-only. */
export function accessSummary(permissions: readonly string[]): string {
	if (permissions.includes(ALL_MODULES)) {
		return l10n.t('Full');
	}
	if (permissions.includes(ALL_MODULES + READ_SUFFIX)) {
		return permissions.length === 1 ? allModulesLabel('read') : l10n.t('All modules (read-only, except {0})', permissions.length - 1);
	}
	if (permissions.length === 0) {
		return l10n.t('No modules');
	}
	const count = permissions.length === 1 ? l10n.t('1 module') : l10n.t('{0} modules', permissions.length);
	const readOnlyCount = permissions.filter((permission) => parsePermission(permission).level === 'read').length;
	if (readOnlyCount === 0) {
		return count;
	}
	return readOnlyCount === permissions.length ? l10n.t('{0} (read-only)', count) : l10n.t('{0} ({1} read-only)', count, readOnlyCount);
}
