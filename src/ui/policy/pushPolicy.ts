import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import { localizeError } from '../../models/localization';
import { pushedPolicyText } from '../../models/policyTexts';
import { pushExportedPolicy } from '../../policy/pushExportedPolicy';
import { readPolicyFolder } from '../../policy/policyFolder';
import type { GatewayPolicyHost } from './policyHost';
import { folderLabel, resolveFolder } from './policyMemory';
import { createWorkspacePolicy } from './workspacePolicy';

/** *Push Gateway Policy* */
export async function pushPolicy(host: GatewayPolicyHost): Promise<void> {
	const title = vscode.l10n.t('Push Gateway Policy');
	const folder = await resolveFolder(host.context, title);
	if (folder === undefined) {
		return;
	}
	const previous = await readPolicyFolder(folder);
	const created = await createWorkspacePolicy(host, previous.deployment.totals ?? 'denied');
	const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Pushing the gateway policy…') };
	const result = await vscode.window.withProgress(options, () => pushExportedPolicy(folder, previous, created));
	result.failed.forEach(({ instance, error }) => logFailure(host.log, `push the policy to ${instance}`)(error));
	const text = pushedPolicyText(folderLabel(folder), {
		...result,
		failed: result.failed.map(({ instance, error }) => ({ instance, reason: localizeError(error) })),
		saveFailure: result.saveFailure && localizeError(result.saveFailure),
	});
	const isComplete = result.failed.length === 0 && result.saveFailure === undefined && !result.needsRestart;
	await (isComplete ? vscode.window.showInformationMessage(text) : vscode.window.showWarningMessage(text));
}
