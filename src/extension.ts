import type * as vscode from 'vscode';
import { createApi, type ConnectTokensApi } from './api';
import type { Clock } from './domain/ports';
import { registerAttention } from './ui/attention/register';
import { commandRegistrar } from './ui/commands/register';
import { registerTokenCommands } from './ui/commands/tokens';
import { DeferredSource } from './ui/deferredSource';
import { registerPanels } from './ui/panels/register';
import { registerRequestFiles } from './ui/requestFiles/register';
import { registerTree } from './ui/tree/register';
import { createAlarm } from './ui/windowAlarm';

/** Registers what the manifest declares. What lies behind it is loaded when it is first used, and nothing is read before. */
export function activate(context: vscode.ExtensionContext): ConnectTokensApi {
	const clock: Clock = () => new Date();
	const source = new DeferredSource(async () => (await import('./ui/workspaceSource')).openWorkspaceSource(context, clock));
	context.subscriptions.push(source);

	const register = commandRegistrar(context);
	const alarm = createAlarm(context, clock);
	const view = registerTree(context, register, source, clock, alarm);
	registerAttention(context, source, clock, view, alarm);
	registerPanels(context, register, source, clock);
	registerTokenCommands(register, source, clock);
	registerRequestFiles(register, source, clock);
	return createApi(context, source);
}
