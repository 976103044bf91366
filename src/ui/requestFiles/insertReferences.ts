import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { isUsable } from '../../domain/token';
import { resolveSource } from '../commands/pickSource';
import { escapeLabel } from '../../models/localization';
import { isRequestFile } from './requestDocuments';
import { referenceValuesFor } from '../../requestFiles/tokenVariables';
import { statusText } from '../../models/statusTexts';
import { statusThemeIcon } from '../statusThemeIcon';

/** So many tokens are meant unless the user says otherwise; of a longer list hardly all. */
const MAX_PRESELECTED_TOKENS = 20;

/**
 * *Insert References to Tokens*: variables of a request file, one for each token that the user picks, for its requests to use. They go
 * above everything else of the request file in front, or into a new one.
 */
export async function insertReferences(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Insert Token References');
	const source = await resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = (await source.list('complete')).map((token) => ({ source, token }));
	if (tokens.length === 0) {
		throw problem('There are no tokens to reference.');
	}
	const items = tokens.map((found) => ({
		found,
		label: escapeLabel(found.token.name),
		description: `${found.token.id} · ${statusText(found.token)}`,
		iconPath: statusThemeIcon(found.token.status),
		picked: tokens.length <= MAX_PRESELECTED_TOKENS && isUsable(found.token),
	}));
	const options = { title, placeHolder: vscode.l10n.t('Select tokens'), matchOnDescription: true, canPickMany: true as const };
	const picked = await vscode.window.showQuickPick(items, options);
	if (picked && picked.length > 0) {
		const editor = await openRequestEditor();
		const text = await variableDefinitions(
			picked.map(({ found }) => found),
			sources,
			editor.document.getText(),
		);
		if (!(await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), text)))) {
			throw problem("Couldn't insert the references because the file changed or is read-only. Try again.");
		}
		const start = new vscode.Position(0, 0);
		await vscode.window.showTextDocument(editor.document, {
			...(editor.viewColumn && { viewColumn: editor.viewColumn }),
			selection: new vscode.Range(start, start),
		});
	}
}

async function openRequestEditor(): Promise<vscode.TextEditor> {
	const active = vscode.window.activeTextEditor;
	return active && isRequestFile(active.document)
		? active
		: vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'http', content: '' }));
}

/** Lines like `@nightly_import = ApiKey {{…}}`, and an empty one. Names that the file has are not given again. */
async function variableDefinitions(tokens: readonly SourceToken[], sources: TokenSources, text: string): Promise<string> {
	const usedNames = new Set(Array.from(text.matchAll(/^[ \t]*@([^\s=]+)/gm), ([, name]) => name));
	const values = await referenceValuesFor(tokens, sources);
	const lines = tokens.map((found, index) => {
		const name = uniqueVariableName(found, usedNames);
		usedNames.add(name);
		return `@${name} = ${values[index]!}\n`;
	});
	return `${lines.join('')}\n`;
}

/** The token's name as a variable's: letters and digits of ASCII, which every client reads. */
function uniqueVariableName({ token }: SourceToken, usedNames: ReadonlySet<string | undefined>): string {
	const asciiName = token.name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^[_\d]+|_+$/g, '')
		.slice(0, 40);
	const name = asciiName === '' ? token.id.toLowerCase().replaceAll('-', '_') : asciiName;
	for (let attempt = 1; ; attempt++) {
		const candidate = attempt === 1 ? name : `${name}_${attempt}`;
		if (!usedNames.has(candidate)) {
			return candidate;
		}
	}
}
