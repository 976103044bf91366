import type * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { Alarm } from '../alarm';
import type { DeferredSource } from '../deferredSource';
import type { Attention } from './attention';

/**
 * Badge, status bar and notices about tokens that are about to end, which must be there before the user opens anything of ours.
 * For this alone the extension is activated once the editor has started. It then looks for the workspace's tokens after `activate` has
 * returned; where there are none, nothing is loaded before the user's first token.
 */
export function registerAttention(
	context: vscode.ExtensionContext,
	source: DeferredSource,
	clock: Clock,
	view: vscode.TreeView<unknown>,
	alarm: Alarm,
): void {
	const load = async () => {
		const [{ Attention }, { Notices }, { ReminderFile }, { openLocation }] = await Promise.all([
			import('./attention'),
			import('../notices/notices'),
			import('../notices/reminderFile'),
			import('../location'),
		]);
		const notices = new Notices(new ReminderFile(openLocation(context).folder), source, clock);
		return new Attention(source, clock, view, notices, alarm);
	};
	let attention: Promise<Attention> | undefined;
	const open = () => (attention ??= load());
	const begin = async () => {
		if (await hasTokens(context)) {
			await (await open()).remind();
		}
	};
	void source.used.then(open).then((opened) => opened.update());
	const beginning = setImmediate(() => void begin());
	context.subscriptions.push({
		dispose: () => {
			clearImmediate(beginning);
			void attention?.then((opened) => opened.dispose());
		},
	});
}

async function hasTokens(context: vscode.ExtensionContext): Promise<boolean> {
	const [{ existsSync }, { openLocation }, { storeFiles }] = await Promise.all([
		import('node:fs'),
		import('../location'),
		import('../../sources/workspace/files'),
	]);
	const { main, backup } = storeFiles(openLocation(context).folder);
	return existsSync(main) || existsSync(backup);
}
