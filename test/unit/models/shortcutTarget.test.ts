import assert from 'node:assert/strict';
import { resolveShortcut } from '../../../src/models/shortcutTarget';
import { SourceNode, TokenNode, toTarget } from '../../../src/models/treeNodes';
import { Workspaces } from '../../support/store/workspaces';

const SHORTCUT = { argument: { useSelection: true } };

describe('A keyboard shortcut of the Tokens view', () => {
	const workspaces = new Workspaces();

	async function createNodes() {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const tokens = await Promise.all(['One', 'Two'].map((name) => source.create({ name })));
		return { sourceNode: new SourceNode(source), tokenNodes: tokens.map((token) => new TokenNode({ source, token }, new Date())) };
	}

	it('applies to the selected tokens', async () => {
		const { sourceNode, tokenNodes } = await createNodes();
		const target = resolveShortcut(SHORTCUT, [sourceNode, ...tokenNodes])!;
		assert.equal(toTarget(target.argument), tokenNodes[0]!.target);
		assert.deepEqual(target.selection, tokenNodes);
	});

	it('lets the command ask for a token if nothing is selected, and does nothing for other nodes', async () => {
		const { sourceNode } = await createNodes();
		assert.deepEqual(resolveShortcut(SHORTCUT, []), { argument: undefined, selection: [] });
		assert.equal(resolveShortcut(SHORTCUT, [sourceNode]), undefined);
	});

	it('is not what menus, links, and the Command Palette pass', async () => {
		const { tokenNodes } = await createNodes();
		for (const argument of [undefined, tokenNodes[0], { tokenId: 'SU-000-000-000' }, { useSelection: false }]) {
			const target = { argument, selection: undefined };
			assert.equal(resolveShortcut(target, tokenNodes), target);
		}
	});
});
