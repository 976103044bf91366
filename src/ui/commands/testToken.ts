import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import { BUILT_IN_MODULE_PATHS } from '../../domain/modulePaths';
import type { SourceToken } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import { toTokenRef, type CommandTarget } from '../../models/commandTargets';
import { localizeError } from '../../models/localization';
import { commandIds, contextKeys } from '../../models/manifestIds';
import { testFixTitle } from '../../models/testFixTitle';
import { TEST_FIX_COMMANDS, testResultText } from '../../models/tokenTestTexts';
import type { TokenTestResult } from '../../protocol/tokenTestMessages';
import { sendTestRequest } from '../../sources/connect/testRequest';
import { showError } from '../errorMessages';
import { log } from '../log';
import { readModules, readUpstreamOrUndefined } from '../settings';
import type { KeyLoader } from '../keys/keyLoader';
import type { KeyCommandServices } from './keyCommands';
import { runCommand, setContext, type CommandButton } from './messages';
import { targets } from './targets';
import { loadOnDemand } from '../loadOnDemand';

export interface TokenTestServices extends Pick<KeyCommandServices, 'sources' | 'clock' | 'keys'> {
	readonly gateway: GatewayController;
}

/**
 * *Test Token*: makes one request with the token, and shows the result. Doesn't ask before it uses the key, which is sent only to where the token
 * is valid, and the caller gets nothing.
 */
export async function testTokenCommand(target: CommandTarget, { sources, clock, gateway, keys }: TokenTestServices): Promise<void> {
	const title = vscode.l10n.t('Test Token');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (!found) {
		return;
	}
	const result = await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Testing token…') },
		() => testToken(found, gateway, keys),
	);
	void showResult(found, result).catch(showError);
}

/**
 * Makes one harmless request with a token: to the gateway, which is started if necessary, or to the token's account.
 * @throws ProblemError if the gateway can't be started or the key can't be read
 */
export async function testToken(
	found: SourceToken,
	gateway: Pick<GatewayController, 'start' | 'url'>,
	keys: KeyLoader,
): Promise<TokenTestResult> {
	const { source, token } = found;
	const authorization = await keys.releaseTo({ kind: 'test' }, found);
	const hasStartedGateway = !source.remote && gateway.url === undefined;
	const baseUrl = source.remote?.account.endpoint ?? (await gateway.start());
	const { chooseTestRequest, describeTestFailure, describeTestResponse } = await loadOnDemand();
	const request = chooseTestRequest(baseUrl, token, source.remote ? BUILT_IN_MODULE_PATHS : readModules().paths);
	const context = { found, request, upstream: readUpstreamOrUndefined(), hasStartedGateway };
	try {
		const response = await sendTestRequest({ url: request.baseUrl + request.path, authorization });
		log.info(`Tested ${token.id}: ${response.status} in ${Math.round(response.durationMs)} ms`);
		const result = describeTestResponse(response, context);
		if (result.outcome === 'accepted') {
			setContext({ [contextKeys.hasTestedToken]: true });
		}
		return result;
	} catch (error) {
		logFailure(log, `test ${token.id}`)(error);
		return describeTestFailure(localizeError(error), context);
	}
}

async function showResult(found: SourceToken, result: TokenTestResult): Promise<void> {
	const { outcome, fix } = result;
	const argument = toTokenRef(found);
	const buttons: readonly CommandButton[] =
		outcome === 'accepted'
			? [{ title: vscode.l10n.t('New Request File'), command: commandIds.newRequestFile, argument }]
			: fix
				? [{ title: testFixTitle(fix), command: TEST_FIX_COMMANDS[fix], argument }]
				: [];
	const show = outcome === 'accepted' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
	const selected = await show(testResultText(found.token, result), ...buttons);
	if (selected) {
		await runCommand(selected.command, selected.argument);
	}
}
