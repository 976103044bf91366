import * as l10n from '@vscode/l10n';
import type { TokenAction } from '../domain/tokenLifecycle';
import type { PageCommand } from '../protocol/detailsMessages';

/** A command in the menu of a token, by its name in `commandIds`. */
export type MenuCommand =
	| Exclude<PageCommand, 'endPreviousKey' | 'endLease' | 'reducePermissions' | 'startGateway' | 'copyGatewayUrl' | 'reloadAccount'>
	| 'rotateToken'
	| 'renewToken';

/**
 * The groups of the details page's menu, in the order of the Tokens view's context menu. It has the same commands, except those that the page
 * has a button for or that open the page. A test compares it to the manifest.
 */
const GROUPS: readonly (readonly MenuCommand[])[] = [
	['showUses'],
	[
		'testToken',
		'copyApiKey',
		'copySecret',
		'copyTokenId',
		'insertAuthorization',
		'openTerminal',
		'newRequestFile',
		'copyAs',
		'copyToAccount',
	],
	['rotateToken', 'renewToken'],
	['disableToken', 'enableToken'],
	['duplicateToken'],
	['deleteToken'],
];

/** The action that a command carries out; commands without one are available in every status. */
const ACTIONS: Partial<Record<MenuCommand, TokenAction>> = {
	rotateToken: 'rotate',
	renewToken: 'renew',
	disableToken: 'disable',
	enableToken: 'enable',
	deleteToken: 'delete',
};

/**
 * Returns the commands of a token's menu by group.
 * @param actions the actions that the token's status allows
 * @param hasAccounts whether any account has been added
 * @param isLease whether it's a lease, which can't be copied
 */
export function getTokenMenu(actions: readonly TokenAction[], hasAccounts: boolean, isLease: boolean): readonly (readonly MenuCommand[])[] {
	const isAvailable = (command: MenuCommand) => {
		const action = ACTIONS[command];
		return (
			(action === undefined || actions.includes(action)) &&
			(command !== 'copyToAccount' || hasAccounts) &&
			!(isLease && (command === 'copyToAccount' || command === 'duplicateToken'))
		);
	};
	return GROUPS.map((group) => group.filter(isAvailable)).filter((group) => group.length > 0);
}

/** Label of a command in the menu. The page shows one token, so that some are shorter than in the Command Palette. */
export function menuCommandLabel(command: MenuCommand): string {
	switch (command) {
		case 'testToken':
			return l10n.t('Test Token');
		case 'copyApiKey':
			return l10n.t('Copy API Key');
		case 'copySecret':
			return l10n.t('Copy Secret Only');
		case 'copyTokenId':
			return l10n.t('Copy ID');
		case 'showUses':
			return l10n.t('Used In');
		case 'duplicateToken':
			return l10n.t('Duplicate…');
		case 'insertAuthorization':
			return l10n.t('Insert Authorization Header');
		case 'openTerminal':
			return l10n.t('Open Terminal with Token');
		case 'newRequestFile':
			return l10n.t('New Request File');
		case 'copyAs':
			return l10n.t('Copy As…');
		case 'copyToAccount':
			return l10n.t('Copy to Account…');
		case 'rotateToken':
			return l10n.t('Rotate…');
		case 'renewToken':
			return l10n.t('Renew…');
		case 'disableToken':
			return l10n.t('Disable');
		case 'enableToken':
			return l10n.t('Enable');
		case 'deleteToken':
			return l10n.t('Delete');
	}
}
