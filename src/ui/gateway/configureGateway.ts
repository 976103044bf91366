import * as v from 'valibot';
import * as vscode from 'vscode';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { UpstreamSetup } from '../../gateway/upstreamSetup';
import { gatewayAccountText } from '../../models/accountTexts';
import { savedPortText, validatePortInput } from '../../models/gatewayTexts';
import { commandIds } from '../../models/manifestIds';
import { isValidUpstream } from '../../models/settings';
import { changedUpstreamText } from '../../models/upstreamTexts';
import { runCommand } from '../commands/messages';
import { pickOne, targets } from '../commands/targets';
import { showError } from '../errorMessages';
import { showListening } from './startGatewayFor';
import { readGatewayPort, readUpstreamOrUndefined } from '../settings';
import { loadOnDemand } from '../loadOnDemand';

export interface ConfigureGatewayServices {
	readonly controller: GatewayController;
	readonly upstream: UpstreamSetup;
	readonly sources: TokenSources;
}

const argumentSchema = v.object({ startsGateway: v.literal(true), keepsCurrent: v.optional(v.boolean()) });

/** Whether a command's argument comes from a button of an error that kept the gateway from starting. The command starts it when it's done. */
export function isGatewayFix(argument: unknown): argument is v.InferOutput<typeof argumentSchema> {
	return v.is(argumentSchema, argument);
}

/**
 * *Use Account in Gateway*: sets the account's API as the upstream and its key as the credential, so that workspace tokens give access to
 * the account within their own permissions and expiration dates.
 */
export async function useAccountInGateway(argument: unknown, services: ConfigureGatewayServices): Promise<void> {
	const source = await targets.resolveAccount(argument, services.sources, vscode.l10n.t('Use Account in Gateway'));
	if (source) {
		await useAccount(source.id, services);
	}
}

/** *Choose Upstream…*: prompts for an account, a URL, or none. */
export async function chooseUpstream(argument: unknown, services: ConfigureGatewayServices): Promise<void> {
	const { controller, upstream, sources } = services;
	const { createUpstreamItems } = await loadOnDemand();
	const title = vscode.l10n.t('Choose Upstream');
	const placeHolder = vscode.l10n.t('Select what the gateway forwards requests to');
	const choice = await pickOne(createUpstreamItems(sources.all, upstream.current), { title, placeHolder });
	const shouldStart = controller.url !== undefined || isGatewayFix(argument);
	switch (choice?.kind) {
		case 'account':
			await useAccount(choice.sourceId, services);
			break;
		case 'addAccount':
			await runCommand(commandIds.addAccount);
			break;
		case 'url': {
			const url = await promptForUrl(title);
			if (url !== undefined) {
				await upstream.useUrl(url);
				await showChanged(services, shouldStart);
			}
			break;
		}
		case 'none':
			await upstream.useNone();
			await showChanged(services, shouldStart);
			break;
		case undefined:
	}
}

/** *Use No Upstream*: resets the upstream, so that the gateway echoes requests. */
export async function useNoUpstream(argument: unknown, services: ConfigureGatewayServices): Promise<void> {
	const wasRunning = await services.upstream.useNone();
	await showChanged(services, wasRunning || isGatewayFix(argument));
}

/** *Choose Gateway Port…*: prompts for the port, or keeps the one that the gateway moved to. */
export async function chooseGatewayPort(argument: unknown, { controller }: ConfigureGatewayServices): Promise<void> {
	const isFix = isGatewayFix(argument);
	const current = controller.url === undefined ? undefined : Number(new URL(controller.url).port);
	const port = isFix && argument.keepsCurrent === true && current !== undefined ? current : await promptForPort();
	if (port === undefined) {
		return;
	}
	// The running gateway restarts if it's another port.
	await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', port, vscode.ConfigurationTarget.Global);
	if (isFix) {
		showListening(await controller.start());
	} else {
		vscode.window.setStatusBarMessage(savedPortText(port), 5000);
	}
}

/** How removing an account affects the gateway. */
export function createAccountUse({ controller, upstream }: Pick<ConfigureGatewayServices, 'controller' | 'upstream'>) {
	return {
		/** Whether the gateway forwards requests to this account. */
		isUpstream: (sourceId: string) => upstream.usesAccount(sourceId),
		/** Resets the upstream. A running gateway continues without one. */
		resetUpstream: async () => {
			if (await upstream.useNone()) {
				await controller.start().catch(showError);
			}
		},
	};
}

async function useAccount(sourceId: string, services: ConfigureGatewayServices): Promise<void> {
	const account = services.sources.get(sourceId)?.remote?.account;
	if (account) {
		await services.upstream.useAccount({ ...account, sourceId });
		void vscode.window.showInformationMessage(gatewayAccountText(await services.controller.restart(), account));
	}
}

/** Says what the gateway does with requests now. */
async function showChanged({ controller, upstream }: ConfigureGatewayServices, shouldStart: boolean): Promise<void> {
	const url = shouldStart ? await controller.restart() : undefined;
	void vscode.window.showInformationMessage(changedUpstreamText(url, upstream.current));
}

async function promptForUrl(title: string): Promise<string | undefined> {
	const url = await vscode.window.showInputBox({
		title,
		prompt: vscode.l10n.t('Enter the base URL of the API, such as {0}', 'https://api.example.com/v1'),
		value: readUpstreamOrUndefined() ?? '',
		ignoreFocusOut: true,
		validateInput: (text) =>
			text.trim() !== '' && isValidUpstream(text.trim())
				? undefined
				: vscode.l10n.t('Enter a URL that starts with http or https, without a query, fragment, or password.'),
	});
	return url?.trim();
}

async function promptForPort(): Promise<number | undefined> {
	const port = await vscode.window.showInputBox({
		title: vscode.l10n.t('Choose Gateway Port'),
		prompt: vscode.l10n.t("Enter the port on 127.0.0.1 that the gateway listens on. If it's in use, the next free port is used."),
		value: String(readGatewayPort()),
		ignoreFocusOut: true,
		validateInput: validatePortInput,
	});
	return port === undefined ? undefined : Number(port);
}
