import * as vscode from 'vscode';
import type { AgentCaller } from '../../agents/agentServices';
import type { ToolPreview } from '../../agents/agentTool';
import { maskFullSecrets } from '../../domain/maskFullSecrets';
import type { Token } from '../../domain/token';
import type { ConfirmationText } from '../../models/lifecycleTexts';
import type { AgentToolName } from '../../models/manifestIds';
import { quotableName } from '../../models/quotableName';

/** Says what a tool does while it runs. */
export function invocationText(name: AgentToolName, { token = '', request, file = '' }: ToolPreview): string {
	switch (name) {
		case 'connect_tokens_list':
			return vscode.l10n.t('Listing tokens');
		case 'connect_tokens_request_lease':
			return vscode.l10n.t('Requesting a lease');
		case 'connect_tokens_call':
			return request ? vscode.l10n.t('Sending {0} as {1}', requestText(request), token) : vscode.l10n.t('Sending a request');
		case 'connect_tokens_explain':
			return vscode.l10n.t('Explaining access');
		case 'connect_tokens_insert_authorization':
			return vscode.l10n.t('Inserting a reference into {0}', quotableName(file));
		case 'connect_tokens_statistics':
			return vscode.l10n.t('Reading the statistics of {0}', token);
	}
}

/** Asks about a request that can change data, of a token about which the gateway doesn't ask. */
export function confirmationText({ token = '', request }: ToolPreview): ConfirmationText {
	return {
		message: vscode.l10n.t('Allow a request that can change data?'),
		detail: vscode.l10n.t(
			'{0} as {1}. The token allows it without approval, so the gateway forwards it.',
			request ? requestText(request) : '',
			token,
		),
	};
}

/** Asks about a reference that an agent wants to insert into a file. */
export function insertionText({ id, name }: Token, file: string, line: number, caller: AgentCaller): ConfirmationText {
	const place = quotableName(file);
	return {
		message: vscode.l10n.t('Insert a reference to the token “{0}” ({1}) into line {2} of {3}?', quotableName(name), id, line, place),
		detail: [
			caller.kind === 'editor'
				? vscode.l10n.t('A language model or an extension in this window asks for it.')
				: vscode.l10n.t(
						'A program that calls itself “{0}” asks for it, started in “{1}”. Any program can claim that.',
						quotableName(caller.name),
						quotableName(caller.folder),
					),
			vscode.l10n.t("The file won't contain the API key: the HTTP client replaces the reference when you send the request."),
		].join(' '),
	};
}

/** With the query, which can change the method. */
function requestText({ method, path }: { readonly method: string; readonly path: string }): string {
	return `${method} ${quotableName(maskFullSecrets(path))}`;
}
