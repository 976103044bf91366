import type { TokenStatus } from '../../../src/domain/token';
import { TOKEN_ACTIONS, type TokenAction } from '../../../src/domain/tokenLifecycle';

/** The command of each action, without its prefix. */
export const ACTION_COMMANDS = Object.fromEntries(TOKEN_ACTIONS.map((action) => [action, `${action}Token`])) as Record<TokenAction, string>;

/** Commands that don't change a token, so that every status allows them, without their prefix. */
export const KEY_COMMANDS: readonly string[] = [
	'openDetails',
	'copyApiKey',
	'copySecret',
	'copyTokenId',
	'copyAs',
	'newRequestFile',
	'insertAuthorization',
	'openTerminal',
	'duplicateToken',
	'showUses',
	'testToken',
];

/** Actions that the menu of several selected tokens has. */
export const ACTIONS_ON_SEVERAL_TOKENS: readonly TokenAction[] = ['disable', 'enable', 'delete'];

/** The statuses that a token can have, by where it's from. */
export const STATUSES: Record<'workspace' | 'account', readonly TokenStatus[]> = {
	workspace: ['active', 'expiring', 'revitalised', 'expired', 'inactive'],
	account: ['active', 'expiring', 'revitalised', 'expired', 'inactive', 'other'],
};

/** Adds the prefix to the names of commands, and sorts them. */
export function toCommands(names: readonly string[]): string[] {
	return names.map((name) => `connectTokens.${name}`).sort();
}
