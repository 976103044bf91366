import * as vscode from 'vscode';
import * as v from 'valibot';
import { toTokenRef, type CommandTarget } from '../../models/commandTargets';
import { copyFormatLabel, type CopyFormat } from '../../models/copyFormats';
import { commandIds } from '../../models/manifestIds';
import { formatAuthorizationHeader } from '../../requestFiles/authorizationEdits';
import { SNIPPET_KINDS } from '../../requestFiles/codeSnippets';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { inform } from '../commands/messages';
import { targets } from '../commands/targets';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { readModules } from '../settings';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

const COPY_FORMATS = ['header', ...SNIPPET_KINDS] as const satisfies readonly CopyFormat[];

const copyAsArgumentSchema = v.object({ form: v.picklist(COPY_FORMATS) });

/** Returns the format if a caller passed one in addition to the token. */
export function formatFromArgument(argument: unknown): CopyFormat | undefined {
	return v.is(copyAsArgumentSchema, argument) ? argument.form : undefined;
}

/**
 * *Copy As…*: copies a request that uses the token, without its key. For a workspace token, starts the gateway and sends the request
 * there, because no other API knows these tokens.
 * @param format if undefined, the user picks one
 */
export async function copyAs(
	target: CommandTarget,
	format: CopyFormat | undefined,
	{ sources, clock, gateway }: RequestFileServices,
): Promise<void> {
	const title = vscode.l10n.t('Copy As');
	const found = await targets.resolveToken(target, { sources, clock, title });
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
	const endpoint = source.remote?.account.endpoint ?? new URL(await startGatewayFor(gateway)).origin;
	const { createSampleRequests, createSnippet } = await loadOnDemand();
	const [{ path }] = createSampleRequests(found, readModules().paths);
	await vscode.env.clipboard.writeText(createSnippet(chosenFormat, { endpoint, url: new URL(endpoint + path).href }));
	await inform(vscode.l10n.t("Copied. The code reads the API key from CONNECT_API_KEY, which is set in the token's terminal."), {
		title: vscode.l10n.t('Open Terminal with Token'),
		command: commandIds.openTerminal,
		argument: toTokenRef(found),
	});
}

async function pickFormat(title: string): Promise<CopyFormat | undefined> {
	const items = COPY_FORMATS.map((format) => ({ format, ...copyFormatLabel(format) }));
	const placeHolder = vscode.l10n.t('Select what to copy (without the API key)');
	return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.format;
}
