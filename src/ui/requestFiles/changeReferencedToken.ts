import * as vscode from 'vscode';
import * as v from 'valibot';
import { problem } from '../../domain/problems';
import { findKeyReferences, formatAuthorizationReference } from '../../requestFiles/keyReferences';
import type { TextRange } from '../../requestFiles/lines';
import { variableReferenceFor } from '../../requestFiles/tokenVariables';
import { targets } from '../commands/targets';
import { loadOnDemand } from '../loadOnDemand';
import { editDocument } from './editDocument';
import { fileNameOf } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

const locationArgumentSchema = v.object({ uri: v.string(), line: v.number(), character: v.number() });

/** *Change Referenced Token*: replaces a reference with a reference to a token that the user picks. */
export async function changeReferencedToken(argument: unknown, { sources, clock }: RequestFileServices): Promise<void> {
	const location = await resolveLocation(argument);
	const offset = location?.document.offsetAt(location.position);
	const { findFileReferences, formatReferenceTo, getConfigurationFileKind } = await loadOnDemand();
	const isAtCursor = ({ start, end }: TextRange) => offset !== undefined && start <= offset && offset <= end;
	const text = location?.document.getText() ?? '';
	const kind = location && getConfigurationFileKind(location.document.languageId, fileNameOf(location.document));
	const fileReference = kind && findFileReferences(text, kind).find(isAtCursor);
	const reference = fileReference ?? findKeyReferences(text).find(isAtCursor);
	if (!location || !reference) {
		throw problem('Place the cursor in a token reference, such as {0}, and try again.', formatAuthorizationReference('SU-000-000-000'));
	}
	const { document } = location;
	const { version } = document;
	const found = await targets.resolveToken({ argument: undefined }, { sources, clock, title: vscode.l10n.t('Change Referenced Token') });
	const replacement =
		found && fileReference
			? formatReferenceTo(found, fileReference.reference?.form ?? 'authorization')
			: found && (await variableReferenceFor(found, sources));
	if (replacement === undefined) {
		return;
	}
	await editDocument(document, version, [{ start: reference.start, end: reference.end, text: replacement }]);
}

/** Returns the location that a link passes, or the cursor's. */
async function resolveLocation(argument: unknown): Promise<{ document: vscode.TextDocument; position: vscode.Position } | undefined> {
	if (v.is(locationArgumentSchema, argument)) {
		const { uri, line, character } = argument;
		return { document: await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)), position: new vscode.Position(line, character) };
	}
	const editor = vscode.window.activeTextEditor;
	return editor && { document: editor.document, position: editor.selection.active };
}
