import * as vscode from 'vscode';
import type { GatewayController } from '../../gateway/gatewayController';

/**
 * Starts the gateway unless it's running, which the status bar then says, and returns its URL.
 * @throws ProblemError if it can't be started
 */
export async function startGatewayVisibly(gateway: Pick<GatewayController, 'url' | 'start'>): Promise<string> {
	const wasRunning = gateway.url !== undefined;
	const url = await gateway.start();
	if (!wasRunning) {
		vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Gateway is listening on {0}', url), 5000);
	}
	return url;
}
