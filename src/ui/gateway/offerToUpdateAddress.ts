import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { GatewayAddress } from '../../domain/tokenHosts';
import { movedGatewayText } from '../../models/gatewayTexts';
import { replaceGatewayPorts } from '../../requestFiles/gatewayAddressEdits';

/** Files that can contain requests. Hidden folders and dependencies are excluded by the user's settings. */
const REQUEST_FILES_PATTERN = '**/*.{http,rest,md}';
const DEPENDENCIES_PATTERN = '**/node_modules/**';
/** Opening more files than this would take too long. */
const MAX_FILES = 500;

/** If request files of the workspace name the gateway at a port where it listened before, offers to update them. */
export async function offerToUpdateAddress({ origin, ports }: GatewayAddress): Promise<void> {
	if (origin === undefined || !vscode.workspace.isTrusted) {
		return;
	}
	const currentPort = Number(new URL(origin).port);
	if (ports.every((port) => port === currentPort)) {
		return;
	}
	const edit = new vscode.WorkspaceEdit();
	for (const uri of await vscode.workspace.findFiles(REQUEST_FILES_PATTERN, DEPENDENCIES_PATTERN, MAX_FILES)) {
		const document = await vscode.workspace.openTextDocument(uri);
		for (const { start, end, text } of replaceGatewayPorts(document.getText(), ports, currentPort)) {
			edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
		}
	}
	const updateLabel = vscode.l10n.t('Update Request Files');
	const names = edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri));
	if (names.length === 0 || (await vscode.window.showWarningMessage(movedGatewayText(origin, names), updateLabel)) !== updateLabel) {
		return;
	}
	if (!(await vscode.workspace.applyEdit(edit))) {
		throw problem("Couldn't update the request files because they changed or are read-only. Try again.");
	}
}
