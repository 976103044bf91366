import * as vscode from 'vscode';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { GrantPrompts } from '../../models/grantAccess';
import { commandIds, viewIds } from '../../models/manifestIds';
import { filterRequests } from '../../models/requestFilterPrompts';
import { NO_REQUEST_FILTER } from '../../models/requestFilter';
import type { RequestList } from '../../models/requestList';
import { RequestRow } from '../../models/requestRows';
import { machineSettingsCommand } from '../../models/settingsCommand';
import { createSnippet } from '../../requestFiles/codeSnippets';
import { formatRequestFile } from '../../requestFiles/newRequestFileText';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import type { CommandHandler } from '../commands/commandHandlers';
import { inputPrompts } from '../commands/inputPrompts';
import { inform, runCommand } from '../commands/messages';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { loadOnDemand } from '../loadOnDemand';
import { openRequestFile } from '../requestFiles/openRequestFile';

export interface RequestCommandServices {
	readonly list: RequestList;
	readonly view: Pick<vscode.TreeView<RequestRow>, 'selection'>;
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	readonly pickOne: GrantPrompts['pickOne'];
}

/** Creates the handlers of the Requests view's commands. Those for one request apply to the selected one if a shortcut runs them. */
export function requestCommands({ list, view, sources, gateway, pickOne }: RequestCommandServices) {
	const changeFilter = async () => {
		await showView();
		await filterRequests(inputPrompts, {
			filter: list.filter,
			requests: list.requests,
			getTokenName: list.getTokenName,
			preview: (filter) => list.previewFilter(filter),
			update: (filter) => list.setFilter(filter),
		});
	};
	const withRow = (handle: (row: RequestRow) => unknown) => async (argument: unknown) => {
		const row = argument instanceof RequestRow ? argument : view.selection[0];
		if (row) {
			await handle(row);
		} else {
			await showView();
			void inform(vscode.l10n.t('Select a request in the Requests view and try again.'));
		}
	};
	return {
		[commandIds.filterRequests]: changeFilter,
		[commandIds.changeRequestFilter]: changeFilter,
		[commandIds.clearRequestFilter]: async () => {
			list.setFilter(NO_REQUEST_FILTER);
			await showView();
		},
		[commandIds.clearRequests]: async () => {
			list.clear();
			await showView();
		},
		[commandIds.goToToken]: withRow((row) => runCommand(commandIds.openDetails, row)),
		[commandIds.addModuleToToken]: withRow((row) => grantDeniedAccess(row, sources, pickOne)),
		[commandIds.openRequestSetting]: withRow(openSetting),
		[commandIds.copyRequestAsCurl]: withRow((row) => copyAsCurl(row, gateway)),
		[commandIds.newFileFromRequest]: withRow((row) => openNewFile(row, sources, gateway)),
	} satisfies Record<string, CommandHandler>;
}

/** Nothing else shows the result of a command from the palette. */
async function showView(): Promise<void> {
	await vscode.commands.executeCommand(`${viewIds.requests}.focus`);
}

async function openSetting({ setting }: RequestRow): Promise<void> {
	if (setting !== undefined) {
		const { command, commandArguments } = machineSettingsCommand(setting, vscode.env.remoteName);
		await vscode.commands.executeCommand(command, ...commandArguments);
	}
}

/** Adds what the request needs to its token. */
async function grantDeniedAccess(
	{ token, request }: RequestRow,
	{ workspace }: TokenSources,
	pickOne: GrantPrompts['pickOne'],
): Promise<void> {
	if (token !== undefined) {
		const { grantAccess } = await loadOnDemand();
		const inform: GrantPrompts['inform'] = async (text, ...buttons) => vscode.window.showInformationMessage(text, ...buttons);
		await grantAccess({ source: workspace, token }, request, { pickOne, inform });
	}
}

/** Copies a command that reads the key from the environment, which is set in the token's terminal. */
async function copyAsCurl({ request: { method, path }, tokenId, sourceId }: RequestRow, gateway: GatewayController): Promise<void> {
	const endpoint = new URL(await startGatewayFor(gateway)).origin;
	const kind = process.platform === 'win32' ? 'curlPowerShell' : 'curl';
	await vscode.env.clipboard.writeText(createSnippet(kind, { endpoint, method, url: endpoint + path }));
	await inform(vscode.l10n.t("Copied. The code reads the API key from CONNECT_API_KEY, which is set in the token's terminal."), {
		title: vscode.l10n.t('Open Terminal with Token'),
		command: commandIds.openTerminal,
		argument: { tokenId, sourceId },
	});
}

async function openNewFile(
	{ request: { method, path }, token }: RequestRow,
	sources: TokenSources,
	gateway: GatewayController,
): Promise<void> {
	if (token === undefined) {
		return;
	}
	const authorization = await referenceValueFor({ source: sources.workspace, token }, sources);
	const baseUrl = { variable: 'gateway', url: new URL(await startGatewayFor(gateway)).origin };
	await openRequestFile(`${token.id}.http`, formatRequestFile(baseUrl, [{ title: `${method} ${path}`, method, path }], authorization));
}
