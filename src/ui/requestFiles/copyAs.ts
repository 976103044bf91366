import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { GatewayController } from '../../gateway/controller';
import { authorizationHeader } from '../../http/authorization';
import { codeFor, codeForms } from '../../http/copyAs';
import { refTo, tokenFor, type Target } from '../commands/pickToken';
import { commands } from '../ids';
import { samplesFor } from './samples';
import { headerValueFor } from './variables';

const copyForms = ['header', ...codeForms] as const;
type CopyForm = (typeof copyForms)[number];

const argumentSchema = v.object({ form: v.picklist(copyForms) });

/** The form that a caller in code names beside the token; undefined where it names none. */
export function formIn(argument: unknown): CopyForm | undefined {
	return v.is(argumentSchema, argument) ? argument.form : undefined;
}

/**
 * *Copy As…*: a call as a token, without its key. A workspace token's is aimed at the gateway, which is started for it: nobody else knows these tokens.
 * @param form the user is asked where it is left out
 */
export async function copyAs(
	target: Target,
	sources: TokenSources,
	clock: Clock,
	gateway: GatewayController,
	form: CopyForm | undefined,
): Promise<void> {
	const title = vscode.l10n.t('Copy As');
	const found = await tokenFor(target, { sources, clock, title });
	const chosen = found && (form ?? (await pickForm(title)));
	if (!chosen) {
		return;
	}
	const { source, token } = found;
	if (chosen === 'header') {
		await vscode.env.clipboard.writeText(authorizationHeader(await headerValueFor(found, sources)));
		vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied a header that refers to {0}', token.id), 5000);
		return;
	}
	const endpoint = source.account?.endpoint ?? (await gateway.start());
	const { href: url } = new URL(endpoint + samplesFor(found)[0]!.path);
	await vscode.env.clipboard.writeText(codeFor(chosen, { endpoint, url }));
	const open = vscode.l10n.t('Open Terminal with Token');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t('Copied. It takes the key from CONNECT_API_KEY, which the terminal of the token has.'),
		open,
	);
	if (answer === open) {
		await vscode.commands.executeCommand(commands.openTerminal, refTo(found));
	}
}

async function pickForm(title: string): Promise<CopyForm | undefined> {
	const items = copyForms.map((form) => ({ form, ...textOf(form) }));
	const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose what to copy, without the key') });
	return picked?.form;
}

function textOf(form: CopyForm): { label: string; description: string } {
	switch (form) {
		case 'header':
			return { label: vscode.l10n.t('Header'), description: vscode.l10n.t('a reference, for request files') };
		case 'curl':
			return { label: 'cURL', description: vscode.l10n.t('a command of a terminal') };
		case 'fetch':
			return { label: 'fetch', description: 'JavaScript' };
		case 'python':
			return { label: 'requests', description: 'Python' };
		case 'sdk':
			return { label: 'Connect SDK', description: 'JavaScript' };
	}
}
