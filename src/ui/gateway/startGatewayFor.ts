import * as vscode from 'vscode';
import type { GatewayController } from '../../gateway/gatewayController';
import { startedGatewayText } from '../../models/gatewayTexts';
import { commandIds } from '../../models/manifestIds';
import { inform } from '../commands/messages';

/**
 * Starts the gateway for a command that needs it but isn't about it, and says so. Returns its URL.
 * @throws ProblemError if it can't be started
 */
export async function startGatewayFor(gateway: GatewayController): Promise<string> {
	const runningUrl = gateway.url;
	if (runningUrl !== undefined) {
		return runningUrl;
	}
	const url = await gateway.start();
	void inform(startedGatewayText(url), { title: vscode.l10n.t('Stop Gateway'), command: commandIds.stopGateway });
	return url;
}

/** Says in the status bar where the gateway is listening, if something else than a command started it. */
export function showListening(url: string): void {
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Gateway is listening on {0}', url), 5000);
}
