import assert from 'node:assert/strict';
import { MAX_LEASE_MS, type Lease } from '../../../src/domain/lease';
import { createTokenFromRecord, type TokenRecord } from '../../../src/domain/token';
import { getAvailableActions } from '../../../src/domain/tokenLifecycle';
import type { TokenSource } from '../../../src/domain/ports';
import { commandIds } from '../../../src/models/manifestIds';
import { getTokenMenu, menuCommandLabel, type MenuCommand } from '../../../src/models/tokenMenu';
import { TokenNode } from '../../../src/models/treeNodes';
import { groupsInMenu } from '../../support/manifest/offeredCommands';
import { exampleRecord, renewedToken, type ExampleChanges } from '../../support/page/exampleToken';

const NOW = new Date('2030-03-01T09:30:00.000Z');

/** The page that has the menu, its Edit button, and the buttons of its banner and of its Permissions tab. */
const COMMANDS_OF_THE_PAGE: readonly string[] = [
	commandIds.openDetails,
	commandIds.editToken,
	commandIds.endPreviousKey,
	commandIds.endLease,
	commandIds.reducePermissions,
];

const source: Partial<TokenSource> = { id: 'workspace', remote: undefined, getModuleName: (id) => id };

describe("The details page's menu", () => {
	for (const [status, changes, lease] of [
		['active', {}],
		['active', { expires: null }],
		['expiring', { expires: 3 }],
		['revitalised', renewedToken],
		['expired', { expires: -1 }],
		['inactive', { enabled: false }],
		['active', {}, { task: 'Check prices', agent: 'Copilot' }],
	] as const satisfies readonly [string, ExampleChanges, Lease?][]) {
		for (const hasAccounts of [false, true]) {
			it(`has what the tree's menu has for ${lease ? 'a lease' : JSON.stringify(changes)}, ${hasAccounts ? 'with' : 'without'} accounts`, () => {
				const example = exampleRecord(NOW, changes, () => '');
				const times = { issuedAt: NOW.toISOString(), expirationDate: new Date(NOW.getTime() + MAX_LEASE_MS).toISOString() };
				const record: TokenRecord = lease ? { ...example, lease, key: { ...example.key, ...times } } : example;
				const token = createTokenFromRecord(record, NOW, 7);
				assert.equal(token.status, status);
				const { contextValue } = new TokenNode({ source: source as TokenSource, token }, NOW).describe(NOW);
				const context = { view: 'connectTokens.tokens', viewItem: contextValue, 'connectTokens.hasAccounts': hasAccounts };
				const inTree = groupsInMenu('view/item/context', context)
					.map((group) => group.filter((command) => !COMMANDS_OF_THE_PAGE.includes(command)))
					.filter((group) => group.length > 0);
				const onPage = getTokenMenu(getAvailableActions(token), hasAccounts, lease !== undefined).map((group) =>
					group.map((name) => commandIds[name]),
				);
				assert.deepEqual(onPage, inTree);
			});
		}
	}

	it('has a label of its own for each command', () => {
		const commands: readonly MenuCommand[] = getTokenMenu(['rotate', 'renew', 'disable', 'enable', 'delete'], true, false).flat();
		assert.equal(new Set(commands.map(menuCommandLabel)).size, commands.length);
	});
});
