import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import { formatAuthorizationHeader } from '../../requestFiles/authorizationEdits';
import { createSnippet, SNIPPET_KINDS } from '../../requestFiles/codeSnippets';
import { toTokenRef, resolveToken, type CommandTarget } from '../commands/pickToken';
import { commandIds } from '../../models/manifestIds';
import { createSampleRequests } from './sampleRequests';
import { referenceValueFor } from '../../requestFiles/tokenVariables';

const copyFormats = ['header', ...SNIPPET_KINDS] as const;
type CopyFormat = (typeof copyFormats)[number];

const copyAsArgumentSchema = v.object({ form: v.picklist(copyFormats) });

/** The form that a caller in code names beside the token; undefined where it names none. */
export function formatFromArgument(argument: unknown): CopyFormat | undefined {
	return v.is(copyAsArgumentSchema, argument) ? argument.form : undefined;
}

/**
 * *Copy As…*: a call as a token, without its key. A workspace token's is aimed at the gateway, which is started for it: nobody else knows these tokens.
 * @param format the user is asked where it is left out
 */
export async function copyAs(
	target: CommandTarget,
	sources: TokenSources,
	clock: Clock,
	gateway: GatewayController,
	format: CopyFormat | undefined,
): Promise<void> {
	const title = vscode.l10n.t('Copy As');
	const found = await resolveToken(target, { sources, clock, title });
	const chosenFormat = found && (format ?? (await pickFormat(title)));
	if (!chosenFormat) {
		return;
	}
	const { source, token } = found;
	if (chosenFormat === 'header') {
		await vscode.env.clipboard.writeText(formatAuthorizationHeader(await referenceValueFor(found, sources)));
		vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied header that references {0}', token.id), 5000);
		return;
	}
	const endpoint = source.remote?.account.endpoint ?? (await gateway.start());
	const { href: url } = new URL(endpoint + createSampleRequests(found)[0]!.path);
	await vscode.env.clipboard.writeText(createSnippet(chosenFormat, { endpoint, url }));
	const openTerminalLabel = vscode.l10n.t('Open Terminal with Token');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t("Copied. The code reads the API key from CONNECT_API_KEY, which is set in the token's terminal."),
		openTerminalLabel,
	);
	if (answer === openTerminalLabel) {
		await vscode.commands.executeCommand(commandIds.openTerminal, toTokenRef(found));
	}
}

async function pickFormat(title: string): Promise<CopyFormat | undefined> {
	const items = copyFormats.map((form) => ({ form, ...formatLabel(form) }));
	const picked = await vscode.window.showQuickPick(items, {
		title,
		placeHolder: vscode.l10n.t('Select what to copy (without the API key)'),
	});
	return picked?.form;
}

function formatLabel(form: CopyFormat): { label: string; description: string } {
	switch (form) {
		case 'header':
			return { label: vscode.l10n.t('Header'), description: vscode.l10n.t('Reference for request files') };
		case 'curl':
			return { label: 'cURL', description: vscode.l10n.t('Terminal command') };
		case 'fetch':
			return { label: 'fetch', description: 'JavaScript' };
		case 'python':
			return { label: 'requests', description: 'Python' };
		case 'sdk':
			return { label: 'Connect SDK', description: 'JavaScript' };
	}
}
