import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { findPlainKeyFindings, type Finding } from '../../requestFiles/findings';
import { searchFiles } from '../../storage/searchFiles';
import { findingText, toDiagnostic } from '../../models/findingTexts';
import { filterTrackedFiles } from '../../storage/trackedFiles';

/**
 * *Find API Keys in Workspace*: looks through all files that no ignore file leaves out, and lists the keys in the Problems panel.
 * @param onResultsListed called once they are
 */
export async function findKeysInWorkspace(
	sources: TokenSources,
	collection: vscode.DiagnosticCollection,
	onResultsListed: () => void,
): Promise<void> {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
	if (folders.length === 0) {
		throw problem('There is no folder to look through. Open a folder of this machine and try again.');
	}
	const tokens = await sources.list('now');
	collection.clear();
	const title = vscode.l10n.t('Looking for API keys');
	const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	const { result, isWhole: isComplete } = await vscode.window.withProgress(progress, async (report, cancellation) => {
		let filesRead = 0;
		const onRead = () => {
			filesRead++;
			if (filesRead % 500 === 0) {
				report.report({ message: vscode.l10n.t('{0} files', filesRead) });
			}
		};
		const locations = await searchFiles(
			folders.map(({ uri }) => uri.fsPath),
			(text) => locateFindings(text, tokens),
			() => cancellation.isCancellationRequested,
			onRead,
		);
		return { result: locations, isWhole: !cancellation.isCancellationRequested };
	});
	const trackedPaths = vscode.workspace.isTrusted ? await filterTrackedFiles(result.map(({ path }) => path)) : new Set<string>();
	for (const { path, match: locations } of result) {
		collection.set(vscode.Uri.file(path), toDiagnostics(locations, trackedPaths.has(path)));
	}
	onResultsListed();
	const keys = result.reduce((sum, { match: found }) => sum + found.length, 0);
	await showSummary({ keyCount: keys, fileCount: result.length, trackedFiles: trackedPaths.size, isComplete });
}

interface SearchSummary {
	readonly keyCount: number;
	readonly fileCount: number;
	/** How many of the files git tracks. */
	readonly trackedFiles: number;
	/** False when the user cancelled the search. */
	readonly isComplete: boolean;
}

async function showSummary({ keyCount: keys, fileCount: files, trackedFiles: tracked, isComplete }: SearchSummary): Promise<void> {
	if (keys === 0) {
		void vscode.window.showInformationMessage(
			isComplete
				? vscode.l10n.t('No file of the workspace holds an API key in plain text.')
				: vscode.l10n.t('The search was cancelled. The files looked through so far hold no API key in plain text.'),
		);
		return;
	}
	const showProblemsLabel = vscode.l10n.t('Show Problems');
	const text =
		tracked > 0
			? vscode.l10n.t(
					'Found API keys: {0}, in {1} files. Git tracks {2} of these files, so that whoever has the repository has their keys: rotate the tokens.',
					keys,
					files,
					tracked,
				)
			: vscode.l10n.t('Found API keys: {0}, in {1} files.', keys, files);
	if ((await vscode.window.showWarningMessage(text, showProblemsLabel)) === showProblemsLabel) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
}

/** A key in a text that is in no document. */
interface FindingLocation {
	readonly finding: Finding;
	readonly range: vscode.Range;
}

function locateFindings(text: string, tokens: readonly SourceToken[]): readonly FindingLocation[] | undefined {
	const findings = findPlainKeyFindings(text, tokens);
	if (findings.length === 0) {
		return undefined;
	}
	const positionAt = createPositionConverter(text);
	return findings.map((finding) => ({ finding, range: new vscode.Range(positionAt(finding.start), positionAt(finding.end)) }));
}

function toDiagnostics(places: readonly FindingLocation[], isTracked: boolean): vscode.Diagnostic[] {
	return places.map(({ finding, range }) => {
		const text = findingText(finding);
		return toDiagnostic(finding, range, isTracked ? `${vscode.l10n.t('Git tracks this file.')} ${text}` : text);
	});
}

/** Line and character of offsets into a text, to be asked for in ascending order. */
function createPositionConverter(text: string): (offset: number) => vscode.Position {
	const lineStarts = [0];
	for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) {
		lineStarts.push(index + lineBreak.length);
	}
	let line = 0;
	return (offset) => {
		while (line + 1 < lineStarts.length && lineStarts[line + 1]! <= offset) {
			line++;
		}
		return new vscode.Position(line, offset - lineStarts[line]!);
	};
}
