import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import { problem } from '../../domain/problems';
import { addTeamCounts, type TeamCountsAdded } from '../../domain/teamCountsPull';
import { localizeError } from '../../models/localization';
import { pulledCountsText } from '../../models/policyTexts';
import { pullCounts as readCounts } from '../../policy/haproxy/pullCounts';
import { parseCountsMessage } from '../../policy/countsMessage';
import { readPolicyFolder } from '../../policy/policyFolder';
import { findInstances } from '../../policy/policyInstances';
import type { GatewayPolicyHost } from './policyHost';
import { folderLabel, resolveFolder } from './policyMemory';
import { assertTrusted } from './workspacePolicy';

/** *Pull Gateway Counts* */
export async function pullCounts(host: GatewayPolicyHost): Promise<void> {
	assertTrusted();
	const folder = await resolveFolder(host.context, vscode.l10n.t('Pull Gateway Counts'));
	if (folder === undefined) {
		return;
	}
	const { instances, missing } = await findInstances(folder, await readPolicyFolder(folder));
	const readAt = host.clock();
	const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Pulling counts…') };
	const { readings, failed } = await vscode.window.withProgress(options, () => readCounts(instances));
	failed.forEach(({ instance, error }) => logFailure(host.log, `read the counts of ${instance}`)(error));
	const added = await addTeamCounts(host.sources.workspace, { readAt, readings }, host.clock);
	const text = pulledCountsText(folderLabel(folder), {
		...added,
		instances: readings.map(({ readFrom }) => readFrom),
		missing,
		failed: failed.map(({ instance, error }) => ({ instance, reason: localizeError(error) })),
	});
	await (failed.length === 0 ? vscode.window.showInformationMessage(text) : vscode.window.showWarningMessage(text));
}

/**
 * Stores counts that the command line has pulled.
 * @throws ProblemError if they aren't valid, or can't be stored
 */
export async function storeCounts({ sources, clock }: GatewayPolicyHost, message: unknown): Promise<TeamCountsAdded> {
	const pull = parseCountsMessage(message);
	if (!pull) {
		throw problem("The counts can't be read. Update the extension and the connect-tokens command, and try again.");
	}
	return addTeamCounts(sources.workspace, pull, clock);
}
