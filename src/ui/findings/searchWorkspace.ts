import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { findKeys, type Finding } from './findings';
import { searchFiles } from './searchFiles';
import { findingText, toDiagnostic } from './texts';
import { trackedFiles } from './trackedFiles';

/**
 * *Find API Keys in Workspace*: looks through all files that no ignore file leaves out, and lists the keys in the Problems panel.
 * @param onListed called once they are
 */
export async function findKeysInWorkspace(
	sources: TokenSources,
	collection: vscode.DiagnosticCollection,
	onListed: () => void,
): Promise<void> {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
	if (folders.length === 0) {
		throw problem('There is no folder to look through. Open a folder of this machine and try again.');
	}
	const tokens = await sources.list('now');
	collection.clear();
	const title = vscode.l10n.t('Looking for API keys');
	const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	const { result, isWhole } = await vscode.window.withProgress(progress, async (report, cancellation) => {
		let read = 0;
		const onRead = () => {
			read++;
			if (read % 500 === 0) {
				report.report({ message: vscode.l10n.t('{0} files', read) });
			}
		};
		const found = await searchFiles(
			folders.map(({ uri }) => uri.fsPath),
			(text) => placesIn(text, tokens),
			() => cancellation.isCancellationRequested,
			onRead,
		);
		return { result: found, isWhole: !cancellation.isCancellationRequested };
	});
	const tracked = vscode.workspace.isTrusted ? await trackedFiles(result.map(({ path }) => path)) : new Set<string>();
	for (const { path, found } of result) {
		collection.set(vscode.Uri.file(path), diagnosticsOf(found, tracked.has(path)));
	}
	onListed();
	const keys = result.reduce((sum, { found }) => sum + found.length, 0);
	await sayResult({ keys, files: result.length, tracked: tracked.size, isWhole });
}

interface Result {
	readonly keys: number;
	readonly files: number;
	/** How many of the files git tracks. */
	readonly tracked: number;
	/** False when the user cancelled the search. */
	readonly isWhole: boolean;
}

async function sayResult({ keys, files, tracked, isWhole }: Result): Promise<void> {
	if (keys === 0) {
		void vscode.window.showInformationMessage(
			isWhole
				? vscode.l10n.t('No file of the workspace holds an API key in plain text.')
				: vscode.l10n.t('The search was cancelled. The files looked through so far hold no API key in plain text.'),
		);
		return;
	}
	const show = vscode.l10n.t('Show Problems');
	const text =
		tracked > 0
			? vscode.l10n.t(
					'Found API keys: {0}, in {1} files. Git tracks {2} of these files, so that whoever has the repository has their keys: rotate the tokens.',
					keys,
					files,
					tracked,
				)
			: vscode.l10n.t('Found API keys: {0}, in {1} files.', keys, files);
	if ((await vscode.window.showWarningMessage(text, show)) === show) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
}

/** A key in a text that is in no document. */
interface Place {
	readonly finding: Finding;
	readonly range: vscode.Range;
}

function placesIn(text: string, tokens: readonly SourceToken[]): readonly Place[] | undefined {
	const findings = findKeys(text, tokens);
	if (findings.length === 0) {
		return undefined;
	}
	const positionAt = positions(text);
	return findings.map((finding) => ({ finding, range: new vscode.Range(positionAt(finding.start), positionAt(finding.end)) }));
}

function diagnosticsOf(places: readonly Place[], isTracked: boolean): vscode.Diagnostic[] {
	return places.map(({ finding, range }) => {
		const said = findingText(finding);
		return toDiagnostic(finding, range, isTracked ? `${vscode.l10n.t('Git tracks this file.')} ${said}` : said);
	});
}

/** Line and character of offsets into a text, to be asked for in ascending order. */
function positions(text: string): (offset: number) => vscode.Position {
	const starts = [0];
	for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) {
		starts.push(index + lineBreak.length);
	}
	let line = 0;
	return (offset) => {
		while (line + 1 < starts.length && starts[line + 1]! <= offset) {
			line++;
		}
		return new vscode.Position(line, offset - starts[line]!);
	};
}
