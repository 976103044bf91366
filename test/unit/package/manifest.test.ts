import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIds } from '../../../src/models/manifestIds';
import { getAvailableActions } from '../../../src/domain/tokenLifecycle';
import { commandsInline } from '../../support/manifest/offeredCommands';
import { repositoryRoot } from '../../host/paths';

interface Manifest {
	readonly icon: string;
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly title: string }[];
		readonly menus: Record<string, readonly { readonly command?: string }[]>;
		readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
	};
}

const readText = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const manifest = JSON.parse(readText('package.json')) as Manifest;

describe('the manifest', () => {
	it('has a text in package.nls.json for every placeholder, and no unused ones', () => {
		const referencedTexts = new Set(Array.from(readText('package.json').matchAll(/%([\w.]+)%/g), ([, key]) => key!));
		const texts = Object.keys(JSON.parse(readText('package.nls.json')) as Record<string, string>);
		assert.deepEqual([...referencedTexts].sort(), texts.sort());
	});

	it('uses only declared commands in menus', () => {
		const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
		const shown = Object.values(manifest.contributes.menus).flat();
		for (const { command } of shown) {
			assert.ok(command === undefined || declared.has(command), command);
		}
	});

	it('declares exactly the commands that the code defines', () => {
		const declared = manifest.contributes.commands.map(({ command }) => command);
		assert.deepEqual(declared.sort(), Object.values(commandIds).sort());
	});

	it('shows at most two buttons in a row of the Connect Tokens view, where they hide the name', () => {
		const tokenItems = (['active', 'expired', 'inactive', 'revitalised'] as const).map((status) =>
			['token', ...getAvailableActions({ status, expirationDate: '2030-01-01T00:00:00.000Z' }), ''].join(';'),
		);
		for (const viewItem of [...tokenItems, 'workspace', 'account', 'problem']) {
			for (const gateway of ['stopped', 'starting', 'running', 'failed']) {
				const context = { view: 'connectTokens.tokens', viewItem, 'connectTokens.gateway': gateway, listMultiSelection: false };
				const shown = commandsInline(context);
				assert.ok(shown.length <= 2, `${viewItem}, ${gateway}: ${shown.join(', ')}`);
			}
		}
	});

	it('references only existing images', () => {
		for (const path of [manifest.icon, ...manifest.contributes.viewsContainers.activitybar.map(({ icon }) => icon)]) {
			assert.ok(existsSync(join(repositoryRoot, path)), path);
		}
	});
});
