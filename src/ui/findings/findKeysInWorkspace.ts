import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { FINDING_SEVERITIES, searchFindingText, searchSummaryText, type SearchSummary } from '../../models/findingTexts';
import { locatePlainKeys, type LocatedFinding } from '../../requestFiles/findings';
import type * as onDemand from '../../onDemand';
import type { FileMatch } from '../../storage/searchFiles';
import { log } from '../log';
import { createDiagnostic } from './createDiagnostic';
import { loadOnDemand } from '../loadOnDemand';

/** Number of files after which progress is reported. */
const PROGRESS_STEP = 500;

interface SearchResult {
	readonly matches: readonly FileMatch<readonly LocatedFinding[]>[];
	readonly isComplete: boolean;
}

/**
 * *Find API Keys in Workspace*: searches all files that Git doesn't ignore, and lists plain-text keys in the Problems panel.
 * @param onResultsListed called before the summary is shown
 */
export async function findKeysInWorkspace(
	sources: TokenSources,
	collection: vscode.DiagnosticCollection,
	onResultsListed: () => void,
): Promise<void> {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
	if (folders.length === 0) {
		throw solvableProblem('noFolder', "There's no folder to search. Open a local folder and try again.");
	}
	const tokens = await sources.list('available');
	collection.clear();
	const { searchFiles, filterIgnoredFiles, filterTrackedFiles } = await loadOnDemand();
	const { matches: allMatches, isComplete } = await searchWithProgress(searchFiles, folders, tokens);
	const paths = allMatches.map(({ path }) => path);
	const { isTrusted } = vscode.workspace;
	const ignoredPaths = isTrusted ? await filterIgnoredFiles(paths, log) : new Set<string>();
	const trackedPaths = isTrusted ? await filterTrackedFiles(paths, log) : new Set<string>();
	const matches = allMatches.filter(({ path }) => !ignoredPaths.has(path));
	for (const { path, match } of matches) {
		collection.set(
			vscode.Uri.file(path),
			match.map((located) => toDiagnostic(located, trackedPaths.has(path))),
		);
	}
	onResultsListed();
	await showSummary({
		keyCount: matches.reduce((sum, { match }) => sum + match.length, 0),
		fileCount: matches.length,
		trackedFileCount: trackedPaths.size,
		isComplete,
	});
}

async function searchWithProgress(
	searchFiles: typeof onDemand.searchFiles,
	folders: readonly string[],
	tokens: readonly SourceToken[],
): Promise<SearchResult> {
	const title = vscode.l10n.t('Searching for API keys');
	const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	return vscode.window.withProgress(options, async (progress, cancellation) => {
		let filesRead = 0;
		const matches = await searchFiles(folders, {
			search: (text) => locatePlainKeys(text, tokens),
			isCanceled: () => cancellation.isCancellationRequested,
			onRead: () => {
				filesRead++;
				if (filesRead % PROGRESS_STEP === 0) {
					progress.report({ message: vscode.l10n.t('{0} files searched', filesRead) });
				}
			},
			log,
		});
		return { matches, isComplete: !cancellation.isCancellationRequested };
	});
}

function toDiagnostic({ finding, start, end }: LocatedFinding, isTracked: boolean): vscode.Diagnostic {
	const range = new vscode.Range(start.line, start.character, end.line, end.character);
	return createDiagnostic(finding.kind, FINDING_SEVERITIES[finding.kind], range, searchFindingText(finding, isTracked));
}

async function showSummary(summary: SearchSummary): Promise<void> {
	const text = searchSummaryText(summary);
	if (summary.keyCount === 0) {
		void vscode.window.showInformationMessage(text);
		return;
	}
	const showProblemsLabel = vscode.l10n.t('Show Problems');
	if ((await vscode.window.showWarningMessage(text, showProblemsLabel)) === showProblemsLabel) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
}
