import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { works } from '../../domain/token';
import { sourceFor } from '../commands/pickSource';
import { verbatim } from '../messages';
import { isRequestFile } from '../requestFiles/documents';
import { headerValuesFor } from '../requestFiles/variables';
import { statusIcon, statusText } from '../tokenText';

/** So many tokens are meant unless the user says otherwise; of a longer list hardly all. */
const FEW = 20;

/**
 * *Insert References to Tokens*: variables of a request file, one for each token that the user picks, for its requests to use. They go
 * above everything else of the request file in front, or into a new one.
 */
export async function insertReferences(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Insert References to Tokens');
	const source = await sourceFor(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = (await source.list('all')).map((token) => ({ source, token }));
	if (tokens.length === 0) {
		throw problem('There are no tokens to refer to.');
	}
	const items = tokens.map((found) => ({
		found,
		label: verbatim(found.token.name),
		description: `${found.token.id} · ${statusText(found.token)}`,
		iconPath: statusIcon(found.token.status),
		picked: tokens.length <= FEW && works(found.token),
	}));
	const options = { title, placeHolder: vscode.l10n.t('Choose the tokens'), matchOnDescription: true, canPickMany: true as const };
	const picked = await vscode.window.showQuickPick(items, options);
	if (picked && picked.length > 0) {
		const editor = await requestEditor();
		const text = await definitions(
			picked.map(({ found }) => found),
			sources,
			editor.document.getText(),
		);
		if (!(await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), text)))) {
			throw problem('The references could not be inserted because the file changed or is read-only. Try again.');
		}
		const top = new vscode.Position(0, 0);
		await vscode.window.showTextDocument(editor.document, {
			...(editor.viewColumn && { viewColumn: editor.viewColumn }),
			selection: new vscode.Range(top, top),
		});
	}
}

async function requestEditor(): Promise<vscode.TextEditor> {
	const active = vscode.window.activeTextEditor;
	return active && isRequestFile(active.document)
		? active
		: vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'http', content: '' }));
}

/** Lines like `@nightly_import = ApiKey {{…}}`, and an empty one. Names that the file has are not given again. */
async function definitions(tokens: readonly SourceToken[], sources: TokenSources, text: string): Promise<string> {
	const taken = new Set(Array.from(text.matchAll(/^[ \t]*@([^\s=]+)/gm), ([, name]) => name));
	const values = await headerValuesFor(tokens, sources);
	const lines = tokens.map((found, index) => {
		const name = freeName(found, taken);
		taken.add(name);
		return `@${name} = ${values[index]!}\n`;
	});
	return `${lines.join('')}\n`;
}

/** The token's name as a variable's: letters and digits of ASCII, which every client reads. */
function freeName({ token }: SourceToken, taken: ReadonlySet<string | undefined>): string {
	const plain = token.name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^[_\d]+|_+$/g, '')
		.slice(0, 40);
	const name = plain === '' ? token.id.toLowerCase().replaceAll('-', '_') : plain;
	for (let count = 1; ; count++) {
		const candidate = count === 1 ? name : `${name}_${count}`;
		if (!taken.has(candidate)) {
			return candidate;
		}
	}
}
