import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { AdoptionFlow } from '../../models/adoptionFlow';
import { commandIds, contextKeys } from '../../models/manifestIds';
import type { WorkspaceSource } from '../../sources/workspace/workspaceSource';
import { claimOnce } from '../../storage/claimOnce';
import type { CommandHandler } from '../commands/commandHandlers';
import { pickOne } from '../commands/targets';
import { openVault } from '../configuredVault';
import { showError } from '../errorMessages';
import { log } from '../log';
import { loadOnDemand } from '../loadOnDemand';

/** Sets up the offer of tokens whose workspace was moved or whose list was lost, and the command that adopts them. */
export function setUpAdoption(context: vscode.ExtensionContext, workspace: WorkspaceSource) {
	let creatingFlow: Promise<AdoptionFlow> | undefined;
	const getFlow = () => (creatingFlow ??= createFlow(context, workspace));
	return {
		actions: { [commandIds.adoptTokens]: async () => (await getFlow()).run() } satisfies Record<string, CommandHandler>,
		/** Offers tokens if the workspace is empty. Settles when the user has closed the notification. */
		start: async () => {
			try {
				// The Tokens view shows why a list can't be read.
				const tokens = await workspace.list().catch(logFailure(log, 'list tokens'));
				if (tokens?.length === 0) {
					await (await getFlow()).start();
				}
			} catch (error) {
				showError(error);
			}
		},
	};
}

async function createFlow(context: vscode.ExtensionContext, workspace: WorkspaceSource): Promise<AdoptionFlow> {
	const { AdoptionFlow, askUntilRead } = await loadOnDemand();
	const claimsFolder = vscode.Uri.joinPath(context.globalStorageUri, 'offered').fsPath;
	const flow = new AdoptionFlow({
		adoption: workspace.createAdoption((location) => openVault(context, location)),
		workspace,
		prompts: {
			pickOne,
			// A task of the workspace can run the command while the user types.
			ask: ({ message, detail }, ...actions) =>
				askUntilRead(
					async () => (await vscode.window.showInformationMessage(message, { modal: true, detail }, ...actions)) ?? 'deny',
					Date.now,
				),
			notify: async (text, ...actions) => vscode.window.showInformationMessage(text, ...actions),
		},
		claimNotification: (listId) => claimOnce(claimsFolder, listId).catch(logFailure(log, 'remember an offer', false)),
		log,
	});
	context.subscriptions.push(
		flow,
		vscode.Disposable.from(
			flow.onDidChange(() => void vscode.commands.executeCommand('setContext', contextKeys.hasAdoptableTokens, flow.hasOffer)),
		),
	);
	return flow;
}
