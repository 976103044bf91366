import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { storeFiles } from '../../sources/workspace/files';
import type { Alarm } from '../alarm';
import { openLocation } from '../location';
import { Notices } from '../notices/notices';
import { ReminderFile } from '../notices/reminderFile';
import { Attention } from './attention';

/**
 * Badge, status bar and notices about tokens that are about to end, which must be there before the user opens anything of ours.
 * For this alone the extension is activated once the editor has started. Where there are no tokens, none are read.
 */
export async function startAttention(
	context: vscode.ExtensionContext,
	source: TokenSource,
	clock: Clock,
	view: vscode.TreeView<unknown>,
	alarm: Alarm,
): Promise<void> {
	const { folder } = openLocation(context);
	const attention = new Attention(source, clock, view, new Notices(new ReminderFile(folder), source, clock), alarm);
	context.subscriptions.push(attention);
	const { main, backup } = storeFiles(folder);
	if (existsSync(main) || existsSync(backup)) {
		await attention.remind();
	}
}
