import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTools } from '../../../src/agents/agentTools';
import { agentToolNames, commandIds, contextKeys, viewIds } from '../../../src/models/manifestIds';
import { getAvailableActions } from '../../../src/domain/tokenLifecycle';
import { commandsInline } from '../../support/manifest/offeredCommands';
import { repositoryRoot } from '../../host/paths';

interface Manifest {
	readonly icon: string;
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly title: string }[];
		readonly menus: Record<string, readonly { readonly command?: string }[]>;
		readonly walkthroughs: readonly [{ readonly steps: readonly WalkthroughStep[] }];
		readonly languageModelTools: readonly {
			readonly name: string;
			readonly modelDescription: string;
			readonly inputSchema: {
				readonly additionalProperties: boolean;
				readonly properties: Record<string, { readonly description?: string }>;
			};
		}[];
		readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
	};
}

interface WalkthroughStep {
	readonly media: { readonly markdown: string } | { readonly image: Record<'dark' | 'light' | 'hc' | 'hcLight', string> };
	readonly completionEvents: readonly string[];
}

const readText = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const manifest = JSON.parse(readText('package.json')) as Manifest;
const [{ steps }] = manifest.contributes.walkthroughs;

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

	it('declares exactly the tools for language models that the code defines, each with its texts and input', () => {
		const { languageModelTools } = manifest.contributes;
		const names = languageModelTools.map(({ name }) => name);
		assert.deepEqual(names, [...agentToolNames]);
		assert.deepEqual(
			names,
			agentTools.map(({ name }) => name),
		);
		for (const { name, modelDescription, inputSchema } of languageModelTools) {
			assert.match(name, /^(?!copilot_|vscode_)[\w-]+$/);
			assert.ok(modelDescription.length < 1024, name);
			assert.equal(inputSchema.additionalProperties, false, name);
			for (const [property, { description }] of Object.entries(inputSchema.properties)) {
				assert.ok(description, `${name}: ${property}`);
			}
		}
	});

	it('completes the steps of the walkthrough by what has been done, not by a command that ran', () => {
		const known: readonly string[] = [...Object.values(contextKeys), `view.${viewIds.tokens}.visible`];
		for (const event of steps.flatMap(({ completionEvents }) => completionEvents)) {
			const [, expression] = /^onContext:(.+)$/.exec(event) ?? assert.fail(event);
			for (const part of expression!.split(' && ')) {
				assert.ok(known.includes(part.replace(/ == \w+$/, '')), part);
			}
		}
	});

	it('shows at most two buttons in a row of the Tokens view, where they hide the name', () => {
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

	it('links only to declared commands in texts', () => {
		for (const file of ['package.nls.json', 'package.nls.es.json']) {
			const linked = Array.from(readText(file).matchAll(/\(command:(connectTokens\.[\w.]+)/g), ([, command]) => command!);
			assert.ok(linked.length > 0);
			assert.deepEqual(
				linked.filter((command) => command !== `${viewIds.tokens}.focus` && !Object.values<string>(commandIds).includes(command)),
				[],
			);
		}
	});

	it('references only existing images and texts', () => {
		const media = steps.flatMap((step) =>
			'image' in step.media ? Object.values(step.media.image) : [step.media.markdown, step.media.markdown.replace(/\.md$/, '.nls.es.md')],
		);
		const icons = manifest.contributes.viewsContainers.activitybar.map(({ icon }) => icon);
		for (const path of [manifest.icon, ...icons, ...media]) {
			assert.ok(existsSync(join(repositoryRoot, path)), path);
		}
	});
});
