import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { problem, ProblemError } from '../../../src/domain/problems';
import type { TokenStatus } from '../../../src/domain/token';
import type { TokenAction } from '../../../src/domain/tokenLifecycle';
import { TokenSources, type SourceToken } from '../../../src/domain/tokenSources';
import { CommandTargets, toTokenRef, type PickOptions, type TargetPrompts } from '../../../src/models/commandTargets';
import { TOKENS_WITH_ENDABLE_KEY } from '../../../src/models/eligibleTokens';
import { commandIds } from '../../../src/models/manifestIds';
import type { PickHeading, PickItem } from '../../../src/models/pickItems';
import { SourceNode, TokenNode } from '../../../src/models/treeNodes';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

const NOW = new Date('2030-03-01T09:30:00.000Z');
const DAY_MS = 86_400_000;

/** A user who selects the items with these labels, or cancels if there are none; and the prompts as the user saw them. */
function createUser(...labels: string[]) {
	const shown: { readonly options: PickOptions; readonly labels: readonly string[]; readonly isMany: boolean }[] = [];
	const messages: unknown[] = [];
	const pick = <T>(items: readonly (PickItem<T> | PickHeading)[], options: PickOptions, isMany: boolean): readonly T[] => {
		shown.push({ options, isMany, labels: items.map((item) => ('heading' in item ? `# ${item.heading}` : item.label)) });
		return items.flatMap((item) => ('value' in item && labels.includes(item.label) ? [item.value] : []));
	};
	const prompts: TargetPrompts = {
		pickOne: (items, options) => Promise.resolve(pick(items, options, false)[0]),
		pickMany: (items, options) => Promise.resolve(pick(items, options, true)),
		inform: (text, button) => {
			messages.push(button ? [text, button] : text);
			return Promise.resolve();
		},
	};
	return { targets: new CommandTargets(prompts), shown, messages };
}

const toNames = (tokens: readonly SourceToken[]) => tokens.map(({ token }) => token.name);

describe('The tokens that a command applies to', () => {
	const workspaces = new Workspaces();

	/** Creates a token for each status, named after it. */
	async function createTokensOfEveryStatus() {
		let now = new Date(NOW.getTime() - 60 * DAY_MS);
		const source = workspaces.open({ folder: await workspaces.folder(), clock: () => now });
		const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
		await source.create({ name: 'expired', expirationDate: inDays(-1) });
		await source.create({ name: 'expiring', expirationDate: inDays(3) });
		const { id: renewedId } = await source.create({ name: 'revitalised', expirationDate: inDays(30) });
		const { id: disabledId } = await source.create({ name: 'inactive' });
		await source.create({ name: 'active', expirationDate: inDays(60) });
		now = NOW;
		await source.renew(renewedId);
		await source.disable(disabledId);
		const sources = new TokenSources(source, silentLog);
		const options = { sources, clock: () => NOW, title: 'Title' };
		return { source, sources, options, tokens: await sources.list() };
	}

	it('are the named ones, without a prompt', async () => {
		const { options, tokens } = await createTokensOfEveryStatus();
		const { targets, shown } = createUser();
		const [first, second] = tokens as [SourceToken, SourceToken];
		for (const argument of [toTokenRef(first), { tokenId: first.token.id }, new TokenNode(first, NOW)]) {
			assert.deepEqual(await targets.resolveToken({ argument }, options), first);
		}
		const selection = [first, second].map((found) => new TokenNode(found, NOW));
		assert.deepEqual(await targets.resolveTokens({ argument: selection[0], selection }, options), [first, second]);
		assert.deepEqual(await targets.resolveToken({ argument: selection[0], selection }, options), first);
		assert.deepEqual(shown, []);
	});

	it('are rejected if they do not exist or their status does not allow the action', async () => {
		const { options, tokens } = await createTokensOfEveryStatus();
		const { targets } = createUser();
		await assert.rejects(targets.resolveToken({ argument: { tokenId: 'SU-000-000-000' } }, options), /SU-000-000-000/);
		const inactive = tokens.find(({ token }) => token.name === 'inactive')!;
		await assert.rejects(targets.resolveTokens({ argument: toTokenRef(inactive) }, options, 'disable'), (error) => {
			assert.ok(error instanceof ProblemError);
			assert.equal(error.message, 'This token is already disabled.');
			return true;
		});
	});

	const allowed: Record<TokenAction, readonly TokenStatus[]> = {
		disable: ['active', 'expiring', 'revitalised'],
		enable: ['inactive'],
		rotate: ['active', 'expired', 'expiring', 'inactive', 'revitalised'],
		renew: ['active', 'expiring'],
		edit: ['active', 'expired', 'expiring', 'inactive', 'revitalised'],
		delete: ['active', 'expired', 'expiring', 'inactive', 'revitalised'],
	};
	it('can be picked if their status allows the action', async () => {
		const { options } = await createTokensOfEveryStatus();
		for (const [action, statuses] of Object.entries(allowed) as [TokenAction, readonly TokenStatus[]][]) {
			const { targets, shown } = createUser(statuses[0]!);
			assert.deepEqual(toNames(await targets.resolveTokens({ argument: undefined }, options, action)), [statuses[0]], action);
			assert.deepEqual([...shown[0]!.labels].sort(), statuses, action);
			assert.deepEqual(shown[0]?.options, { title: 'Title', placeHolder: 'Select a token' });
		}
	});

	it('are one or several, depending on the command', async () => {
		const { options } = await createTokensOfEveryStatus();
		const { targets, shown } = createUser('active', 'expired');
		assert.equal(toNames([(await targets.resolveToken({ argument: undefined }, options))!]).length, 1);
		assert.equal((await targets.resolveTokens({ argument: { other: 1 }, selection: [] }, options)).length, 2);
		assert.deepEqual(
			shown.map(({ isMany }) => isMany),
			[false, true],
		);
		const canceled = createUser();
		assert.equal(await canceled.targets.resolveToken({ argument: undefined }, options), undefined);
		assert.deepEqual(await canceled.targets.resolveTokens({ argument: undefined }, options), []);
	});

	it('are offered to be created if there are none', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const options = { sources: new TokenSources(source, silentLog), clock: () => NOW, title: 'Title' };
		const { targets, shown, messages } = createUser();
		assert.equal(await targets.resolveToken({ argument: undefined }, options), undefined);
		assert.deepEqual(await targets.resolveTokens({ argument: undefined }, options), []);
		const message = ['There are no tokens yet.', { title: 'Create Token', command: commandIds.createToken }];
		assert.deepEqual([shown, messages], [[], [message, message]]);
	});

	it('are none if no token allows the action, with a message that says why, and what to do instead', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.create({ name: 'Example' });
		const options = { sources: new TokenSources(source, silentLog), clock: () => NOW, title: 'Title' };
		const { targets, shown, messages } = createUser('Example');
		assert.deepEqual(await targets.resolveTokens({ argument: undefined }, options, 'enable'), []);
		assert.equal(await targets.resolveToken({ argument: undefined }, options, 'renew'), undefined);
		await source.disable(id);
		assert.deepEqual(await targets.resolveTokens({ argument: undefined }, options, 'disable'), []);
		assert.deepEqual(shown, []);
		const [nothingToEnable, notRenewable, nothingToDisable] = messages;
		assert.match(String(nothingToEnable), /nothing to enable/);
		assert.match(String(nothingToDisable), /nothing to disable/);
		const [text, button] = notRenewable as readonly unknown[];
		assert.match(String(text), /Rotate a token to replace its key\.$/);
		assert.deepEqual(button, { title: 'Rotate Token', command: commandIds.rotateToken });
	});

	it('have a key that can be ended, for the command that ends it', async () => {
		const { source, options, tokens } = await createTokensOfEveryStatus();
		const endable = { ...options, eligible: TOKENS_WITH_ENDABLE_KEY };
		const user = createUser('revitalised');
		await user.targets.resolveToken({ argument: undefined }, endable);
		assert.deepEqual(
			user.shown.map(({ labels }) => labels),
			[['revitalised']],
		);
		await source.endPreviousKey(tokens.find(({ token }) => token.status === 'revitalised')!.token.id);
		assert.equal(await user.targets.resolveToken({ argument: undefined }, endable), undefined);
		assert.match(user.messages.join(), /no previous key to end/);
	});

	it("can be picked from accounts if the workspace can't be read", async () => {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const account = workspaces.open({ folder: await workspaces.folder() });
		await account.create({ name: 'Readable' });
		workspace.list = () => Promise.reject(problem('The disk is full.'));
		const sources = new TokenSources(workspace, silentLog);
		sources.setAccounts([account]);
		const found = await createUser('Readable').targets.resolveToken({ argument: undefined }, { sources, clock: () => NOW, title: 'Title' });
		assert.equal(found?.source, account);
	});

	it("can't be picked if the workspace can't be read, and the error says why", async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		source.list = () => Promise.reject(problem('The disk is full.'));
		const options = { sources: new TokenSources(source, silentLog), clock: () => NOW, title: 'Title' };
		await assert.rejects(createUser().targets.resolveToken({ argument: undefined }, options), /The disk is full/);
	});
});

describe('The source that a command applies to', () => {
	const getPlatform = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	async function openSources(accountCount: number) {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const sources = new TokenSources(workspace, silentLog);
		const opened = [];
		for (let index = 0; index < accountCount; index++) {
			const platformAccount = index === 0 ? getPlatform().account : getPlatform().addAccount();
			opened.push(await accounts.open(getPlatform(), { platformAccount }));
		}
		sources.setAccounts(opened);
		return { workspace, sources, accounts: opened };
	}

	it('is the workspace if there is no account', async () => {
		const { workspace, sources } = await openSources(0);
		const { targets, shown } = createUser();
		assert.equal(await targets.resolveSource(undefined, sources, 'Title'), workspace);
		assert.deepEqual(shown, []);
	});

	it('is the named one, or one that the user picks', async () => {
		const { workspace, sources, accounts: opened } = await openSources(1);
		const { targets, shown } = createUser('Account 001');
		assert.equal(await targets.resolveSource(new SourceNode(workspace), sources, 'Title'), workspace);
		assert.equal(await targets.resolveSource({ sourceId: opened[0]!.id }, sources, 'Title'), opened[0]);
		assert.deepEqual(shown, []);
		assert.equal(await targets.resolveSource(undefined, sources, 'Title'), opened[0]);
		assert.deepEqual(shown, [
			{
				options: { title: 'Title', placeHolder: 'Select the workspace or an account' },
				isMany: false,
				labels: ['Workspace', 'Account 001'],
			},
		]);
		await assert.rejects(targets.resolveSource({ sourceId: 'VA-9' }, sources, 'Title'), /Account not found/);
	});

	it('is an account for the commands of accounts', async () => {
		const { workspace, sources, accounts: opened } = await openSources(1);
		const { targets, shown } = createUser();
		assert.equal(await targets.resolveAccount(undefined, sources, 'Title'), opened[0]);
		assert.equal(await targets.resolveAccount(new SourceNode(opened[0]!), sources, 'Title'), opened[0]);
		assert.equal(await targets.resolveAccount(new SourceNode(workspace), sources, 'Title'), undefined);
		assert.deepEqual(shown, []);
	});

	it('is one of several accounts that the user picks', async () => {
		const { sources, accounts: opened } = await openSources(2);
		const { targets, shown } = createUser('Account 002');
		assert.equal(await targets.resolveAccount(undefined, sources, 'Title'), opened[1]);
		assert.deepEqual(shown[0]?.labels, ['Account 001', 'Account 002']);
	});

	it('can be added if a command needs an account and there is none', async () => {
		const { sources } = await openSources(0);
		const { targets, messages } = createUser();
		assert.equal(await targets.resolveAccount(undefined, sources, 'Title'), undefined);
		assert.deepEqual(messages, [['No accounts have been added yet.', { title: 'Add Connect Account', command: commandIds.addAccount }]]);
	});
});
