import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import type { TokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import { CommandTargets } from '../../../src/models/commandTargets';
import { commandIds, viewIds } from '../../../src/models/manifestIds';
import { PageManager, type PagePanel, type PanelPlace } from '../../../src/models/pageManager';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

/** A panel that records what happens to it. */
class TestPanel implements PagePanel {
	isClosed = false;
	revealCount = 0;
	hasFocus = false;
	readonly #listeners: (() => void)[] = [];

	constructor(
		readonly viewType: string,
		readonly title: string,
		readonly place: PanelPlace<TestPanel> = { beside: undefined, preserveFocus: true },
	) {
		this.hasFocus = !place.preserveFocus;
	}

	reveal(_viewColumn?: undefined, preserveFocus = false): void {
		this.revealCount++;
		this.hasFocus ||= !preserveFocus;
	}

	dispose(): void {
		this.isClosed = true;
		this.#listeners.forEach((listener) => listener());
	}

	onDidDispose(listener: () => void): void {
		this.#listeners.push(listener);
	}
}

interface ShownPage {
	readonly panel: TestPanel;
	readonly source: TokenSource;
	/** ID of the token that's shown, or that a wizard has created. */
	readonly tokenId: string | null;
	readonly started: unknown[];
	isFinished: boolean;
	hasBeenEdited: boolean;
}

describe('The pages of a window', () => {
	const getPlatform = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	async function openWindow() {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const account = await accounts.open(getPlatform());
		const sources = new TokenSources(workspace, silentLog);
		const pages: ShownPage[] = [];
		const show = (panel: TestPanel, source: TokenSource, tokenId: string | null) => {
			const page: ShownPage & { start(action: unknown): void } = {
				...{ panel, source, tokenId, started: [], isFinished: tokenId !== null, hasBeenEdited: false },
				start: (action) => page.started.push(action),
			};
			pages.push(page);
			return page;
		};
		const reviews: TestPanel[] = [];
		const titles: string[] = [];
		const editor = { now: Date.parse('2030-01-01T00:00:00.000Z'), isPreviewEnabled: true };
		const manager = new PageManager<TestPanel>({
			sources,
			clock: () => new Date(editor.now),
			targets: new CommandTargets({
				pickOne: (items, { title }) => {
					titles.push(title);
					const [item] = items.filter((candidate) => 'value' in candidate);
					return Promise.resolve(item?.value);
				},
				pickMany: () => assert.fail('Only one token is needed.'),
				inform: () => Promise.resolve(),
			}),
			createPanel: (viewType, title, place) => new TestPanel(viewType, title, place),
			isPreviewEnabled: () => editor.isPreviewEnabled,
			showWizard: show,
			showDetails: show,
			showReview: (panel) => {
				reviews.push(panel);
				return Promise.resolve();
			},
		});
		const { id: tokenId } = await workspace.create({ name: 'Night [ly](x)', expirationDate: '2090-01-01T00:00:00.000Z' });
		const click = (id: string, afterMs = 10_000) => {
			editor.now += afterMs;
			return manager.commands[commandIds.previewDetails]({ tokenId: id, sourceId: 'workspace' });
		};
		return { workspace, account, sources, manager, pages, reviews, titles, tokenId, editor, click };
	}

	it('show the details of a token in a panel with its name, which is reused', async () => {
		const { manager, pages, tokenId, workspace } = await openWindow();
		const argument = { tokenId, sourceId: 'workspace' };
		await manager.commands[commandIds.openDetails](argument);
		await manager.commands[commandIds.openDetails](argument);
		assert.equal(pages.length, 1);
		const [{ panel, source, started }] = pages as [ShownPage];
		assert.deepEqual([panel.viewType, panel.title, panel.revealCount], [viewIds.details, 'Night [ly]\u200b(x)', 2]);
		assert.deepEqual([source, pages[0]?.tokenId, started], [workspace, tokenId, [null, null]]);
		panel.dispose();
		await manager.commands[commandIds.openDetails](argument);
		assert.equal(pages.length, 2);
	});

	describe('for a token that is clicked in the view', () => {
		/** Opens a window with three tokens. */
		async function openTokens() {
			const window = await openWindow();
			const others = await Promise.all(['Second', 'Third'].map((name) => window.workspace.create({ name })));
			const ids = [window.tokenId, ...others.map(({ id }) => id)] as const;
			const shown = () => window.pages.filter(({ panel }) => !panel.isClosed).map(({ tokenId }) => ids.indexOf(tokenId!));
			return { ...window, ids, shown, first: ids[0], second: ids[1]!, third: ids[2]! };
		}

		it('show one preview after another in the same editor group, without the focus', async () => {
			const { click, first, pages, second, shown } = await openTokens();
			await click(first);
			await click(second);
			assert.deepEqual(shown(), [1]);
			assert.deepEqual(pages[1]!.panel.place, { beside: pages[0]!.panel, preserveFocus: true });
			await click(second);
			assert.deepEqual([shown(), pages[1]!.panel.revealCount, pages[1]!.panel.hasFocus], [[1], 1, false]);
		});

		it('keep the preview after a double-click, which two separate clicks are not', async () => {
			const { click, first, pages, second, shown, third } = await openTokens();
			await click(first);
			await click(first, 501);
			assert.equal(pages[0]!.panel.hasFocus, false);
			await click(first, 500);
			assert.equal(pages[0]!.panel.hasFocus, true);
			await click(second);
			await click(third, 100);
			assert.deepEqual(shown(), [0, 2], 'clicks on two tokens are no double-click');
		});

		it('open one panel if the clicks of a double-click follow each other immediately', async () => {
			const { click, first, pages, second, shown } = await openTokens();
			await Promise.all([click(first), click(first, 50)]);
			assert.deepEqual([shown(), pages.length, pages[0]!.panel.hasFocus], [[0], 1, true]);
			await click(second);
			assert.deepEqual(shown(), [0, 1]);
		});

		it('show only the token that was clicked last', async () => {
			const { click, first, second, shown } = await openTokens();
			await Promise.all([click(first), click(second, 50)]);
			assert.deepEqual(shown(), [1]);
		});

		it('keep the preview once a command opens it', async () => {
			const { click, first, manager, pages, second, shown } = await openTokens();
			for (const id of [commandIds.openDetails, commandIds.editToken, commandIds.rotateToken] as const) {
				await click(first);
				await manager.commands[id]({ tokenId: first });
				await click(second);
				assert.deepEqual([shown(), pages.at(-2)!.panel.hasFocus], [[0, 1], true], id);
				pages.forEach(({ panel }) => !panel.isClosed && panel.dispose());
			}
		});

		it("don't take a click after a command for the second one of a double-click", async () => {
			const { click, first, manager, pages } = await openTokens();
			await click(first);
			await manager.commands[commandIds.editToken]({ tokenId: first });
			const { panel } = pages[0]!;
			panel.hasFocus = false;
			await click(first, 100);
			assert.equal(panel.hasFocus, false);
		});

		it('keep a preview in which something was edited', async () => {
			const { click, first, pages, second, shown, third } = await openTokens();
			await click(first);
			pages[0]!.hasBeenEdited = true;
			await click(second);
			await click(third);
			assert.deepEqual(shown(), [0, 2]);
			await click(first);
			assert.deepEqual([shown(), pages[0]!.panel.revealCount], [[0, 2], 1]);
		});

		it('show another preview after the user has closed one', async () => {
			const { click, first, pages, second, shown } = await openTokens();
			await click(first);
			pages[0]!.panel.dispose();
			await click(second);
			await click(first);
			assert.deepEqual(shown(), [0]);
		});

		it('are all kept if the editor shows no previews', async () => {
			const { click, editor, first, second, shown } = await openTokens();
			editor.isPreviewEnabled = false;
			await click(first);
			await click(second);
			assert.deepEqual(shown(), [0, 1]);
		});
	});

	it('show one review, which the command brings to the front until it is closed', async () => {
		const { manager, reviews } = await openWindow();
		const open = () => manager.commands[commandIds.reviewTokens]();
		await open();
		await open();
		assert.equal(reviews.length, 1);
		const [panel] = reviews as [TestPanel];
		assert.deepEqual([panel.viewType, panel.title, panel.revealCount], [viewIds.review, 'Review Tokens', 1]);
		const restored = new TestPanel(viewIds.review, '');
		await manager.restore[viewIds.review](restored);
		assert.deepEqual([reviews.length, restored.isClosed, panel.revealCount], [1, true, 2]);
		panel.dispose();
		await manager.restore[viewIds.review](new TestPanel(viewIds.review, ''));
		await open();
		assert.equal(reviews.length, 2, 'the restored panel is the only one');
	});

	it('start the action of a command', async () => {
		const { manager, pages, tokenId } = await openWindow();
		for (const id of [commandIds.editToken, commandIds.rotateToken, commandIds.renewToken] as const) {
			await manager.commands[id]({ tokenId });
		}
		assert.deepEqual(
			pages.map(({ started }) => started),
			[['edit', 'rotate', 'renew']],
		);
	});

	it('ask which token a command applies to, under the title of the command', async () => {
		const { manager, pages, titles, tokenId } = await openWindow();
		for (const id of [commandIds.openDetails, commandIds.editToken, commandIds.rotateToken, commandIds.renewToken] as const) {
			await manager.commands[id](undefined);
		}
		assert.deepEqual(titles, ['Open Token Details', 'Edit Token', 'Rotate Token', 'Renew Token']);
		assert.deepEqual(
			pages.map((page) => page.tokenId),
			[tokenId],
		);
	});

	it("don't open for an action that the token's status doesn't allow", async () => {
		const { manager, pages, tokenId, workspace } = await openWindow();
		await workspace.disable(tokenId);
		await assert.rejects(manager.commands[commandIds.renewToken]({ tokenId }), /This token is disabled\. Enable it first\./);
		assert.deepEqual(pages, []);
	});

	it('show tokens with the same ID in different sources in different panels', async () => {
		const { account, manager, pages, sources, tokenId } = await openWindow();
		getPlatform().account.add({ id: tokenId, name: 'In the account' });
		sources.setAccounts([account]);
		await manager.commands[commandIds.openDetails]({ tokenId, sourceId: 'workspace' });
		await manager.commands[commandIds.openDetails]({ tokenId, sourceId: account.id });
		assert.deepEqual(
			pages.map(({ panel }) => panel.title),
			['Night [ly]\u200b(x)', 'In the account'],
		);
	});

	it('return to the wizard of the same source until it has created its token', async () => {
		const { account, manager, pages, sources } = await openWindow();
		sources.setAccounts([account]);
		const openWizard = (sourceId: string) => manager.commands[commandIds.createToken]({ sourceId });
		await openWizard('workspace');
		await openWizard('workspace');
		assert.equal(pages.length, 1);
		assert.deepEqual([pages[0]?.panel.viewType, pages[0]?.panel.title, pages[0]?.panel.revealCount], [viewIds.wizard, 'Create Token', 1]);
		await openWizard(account.id);
		assert.equal(pages.length, 2);
		pages[0]!.isFinished = true;
		await openWizard('workspace');
		assert.equal(pages.length, 3);
		pages[2]!.panel.dispose();
		await openWizard('workspace');
		assert.equal(pages.length, 4);
		assert.deepEqual(
			pages.map(({ source }) => source.id),
			['workspace', account.id, 'workspace', 'workspace'],
		);
	});

	it('are restored with the token that they showed or created', async () => {
		const { manager, pages, tokenId, workspace } = await openWindow();
		manager.restore[viewIds.details](new TestPanel(viewIds.details, ''), { tokenId, sourceId: 'workspace' });
		manager.restore[viewIds.wizard](new TestPanel(viewIds.wizard, ''), { createdId: tokenId });
		assert.deepEqual(
			pages.map((page) => [page.source, page.tokenId, page.panel.isClosed]),
			[
				[workspace, tokenId, false],
				[workspace, tokenId, false],
			],
		);
		await manager.commands[commandIds.openDetails]({ tokenId });
		await manager.commands[commandIds.createToken]({ sourceId: 'workspace' });
		assert.equal(pages[0]!.panel.revealCount, 1);
		assert.equal(pages.length, 3, 'a new wizard, because the restored one has created its token');
	});

	it('are closed instead of restored if their source was removed or their state is not valid', async () => {
		const { manager, pages } = await openWindow();
		const panels = Array.from({ length: 3 }, () => new TestPanel('', ''));
		manager.restore[viewIds.details](panels[0]!, { tokenId: 'SU-000-000-000', sourceId: 'VA-removed' });
		manager.restore[viewIds.details](panels[1]!, 'nonsense');
		manager.restore[viewIds.wizard](panels[2]!, { createdId: null, sourceId: 'VA-removed' });
		assert.deepEqual(pages, []);
		assert.ok(panels.every(({ isClosed }) => isClosed));
	});

	it('close a restored panel if there is another one for the same token already, and show that', async () => {
		const { manager, pages, tokenId } = await openWindow();
		await manager.commands[commandIds.openDetails]({ tokenId });
		const restored = new TestPanel(viewIds.details, '');
		manager.restore[viewIds.details](restored, { tokenId, sourceId: 'workspace' });
		assert.equal(restored.isClosed, true);
		assert.deepEqual([pages.length, pages[0]!.panel.revealCount], [1, 2]);
	});

	it('are closed when their account is removed', async () => {
		const { account, manager, pages, sources, tokenId } = await openWindow();
		sources.setAccounts([account]);
		await manager.commands[commandIds.openDetails]({ tokenId: getPlatform().account.ownToken.id, sourceId: account.id });
		await manager.commands[commandIds.createToken]({ sourceId: account.id });
		await manager.commands[commandIds.openDetails]({ tokenId, sourceId: 'workspace' });
		manager.closeOrphaned();
		assert.ok(pages.every(({ panel }) => !panel.isClosed));
		sources.setAccounts([]);
		manager.closeOrphaned();
		assert.deepEqual(
			pages.map(({ panel }) => panel.isClosed),
			[true, true, false],
		);
	});
});
