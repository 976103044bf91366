import assert from 'node:assert/strict';
import type { TokenStatus } from '../../../src/domain/token';
import { getAvailableActions, type TokenAction } from '../../../src/domain/tokenLifecycle';
import { TokenNode } from '../../../src/models/treeNodes';
import { commandsInline, commandsInMenu } from '../../support/manifest/offeredCommands';
import { ACTION_COMMANDS, ACTIONS_ON_SEVERAL_TOKENS, KEY_COMMANDS, STATUSES, toCommands } from '../../support/manifest/tokenCommands';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const NOW = new Date('2030-03-01T09:30:00.000Z');
const EXPIRATION_DATES: Partial<Record<TokenStatus, string>> = { expiring: '2030-03-04T00:00:00Z', expired: '2030-02-26T00:00:00Z' };

describe('The Tokens view', () => {
	for (const kind of ['workspace', 'account'] as const) {
		for (const status of STATUSES[kind]) {
			for (const expires of [true, false]) {
				it(`offers what the status “${status}” allows for a token of the ${kind} that ${expires ? 'expires' : 'doesn’t expire'}`, () => {
					const expirationDate = expires ? (EXPIRATION_DATES[status] ?? '2030-05-30T00:00:00Z') : null;
					assertOffered(kind, status, expirationDate);
				});
			}
		}
	}
});

function assertOffered(kind: 'workspace' | 'account', status: TokenStatus, expirationDate: string | null): void {
	const hasAccounts = kind === 'account';
	const { source, token } = createSourceToken(
		{ status, expirationDate, permissions: ['MD-0001'], ...(status === 'revitalised' && { renewedExpirationDate: expirationDate }) },
		hasAccounts ? createAccountSource() : {},
	);
	const { contextValue } = new TokenNode({ source, token }, NOW).describe(NOW);
	const context = { view: 'connectTokens.tokens', viewItem: contextValue, 'connectTokens.hasAccounts': hasAccounts };
	const actions = getAvailableActions(token);
	assert.equal(actions.includes('renew'), expirationDate !== null && ['active', 'expiring'].includes(status));
	const toNames = (found: readonly TokenAction[]) => found.map((action) => ACTION_COMMANDS[action]);
	assert.deepEqual(
		commandsInMenu('view/item/context', { ...context, listMultiSelection: false }),
		toCommands([
			...KEY_COMMANDS,
			...(hasAccounts ? ['copyToAccount'] : []),
			...(!hasAccounts && status === 'revitalised' ? ['endPreviousKey'] : []),
			...(!hasAccounts && actions.includes('edit') ? ['reducePermissions'] : []),
			...toNames(actions),
		]),
		'menu',
	);
	assert.deepEqual(
		commandsInMenu('view/item/context', { ...context, listMultiSelection: true }),
		toCommands(['copyTokenId', ...toNames(actions.filter((action) => ACTIONS_ON_SEVERAL_TOKENS.includes(action)))]),
		'menu of several tokens',
	);
	assert.deepEqual(
		commandsInline({ ...context, listMultiSelection: false }),
		toCommands(['copyApiKey', actions.includes('enable') ? 'enableToken' : 'insertAuthorization']),
		'buttons',
	);
}
