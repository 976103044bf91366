import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { findKeyReferences, formatAuthorizationReference } from '../../requestFiles/keyReferences';
import { resolveToken } from '../commands/pickToken';
import { variableReferenceFor } from '../../requestFiles/tokenVariables';

const locationArgumentSchema = v.object({ uri: v.string(), line: v.number(), character: v.number() });

/** *Replace Token of Reference*: lets a reference name another token, which the user picks. */
export async function changeReferencedToken(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const location = await resolveLocation(argument);
	const offset = location?.document.offsetAt(location.position);
	const reference =
		location && offset !== undefined
			? findKeyReferences(location.document.getText()).find(({ start, end }) => start <= offset && offset <= end)
			: undefined;
	if (!location || !reference) {
		throw problem('Place the cursor in a token reference, such as {0}, and try again.', formatAuthorizationReference('SU-000-000-000'));
	}
	const { document } = location;
	const { version } = document;
	const found = await resolveToken({ argument: undefined }, { sources, clock, title: vscode.l10n.t('Change Referenced Token') });
	const replacement = found && (await variableReferenceFor(found, sources));
	if (replacement === undefined || replacement === document.getText().slice(reference.start, reference.end)) {
		return;
	}
	const edit = new vscode.WorkspaceEdit();
	const range = new vscode.Range(document.positionAt(reference.start), document.positionAt(reference.end));
	edit.replace(document.uri, range, replacement);
	if (document.version !== version || !(await vscode.workspace.applyEdit(edit))) {
		throw problem("Couldn't change the reference because the file changed or is read-only. Try again.");
	}
}

/** Where a link says, or else at the cursor. */
async function resolveLocation(argument: unknown): Promise<{ document: vscode.TextDocument; position: vscode.Position } | undefined> {
	if (v.is(locationArgumentSchema, argument)) {
		const { uri, line, character } = argument;
		return { document: await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)), position: new vscode.Position(line, character) };
	}
	const editor = vscode.window.activeTextEditor;
	return editor && { document: editor.document, position: editor.selection.active };
}
