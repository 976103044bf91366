import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { Finding } from '../../domain/finding';
import { findPlainKeyFindings } from '../../requestFiles/findings';
import { searchFiles } from '../../storage/searchFiles';
import { findingText } from '../../models/findingTexts';
import { log } from '../log';
import { toDiagnostic } from './toDiagnostic';
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
		throw problem("There's no folder to search. Open a local folder and try again.");
	}
	const tokens = await sources.list('available');
	collection.clear();
	const title = vscode.l10n.t('Searching for API keys');
	const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	const { result, isWhole: isComplete } = await vscode.window.withProgress(progress, async (report, cancellation) => {
		let filesRead = 0;
		const onRead = () => {
			filesRead++;
			if (filesRead % 500 === 0) {
				report.report({ message: vscode.l10n.t('{0} files searched', filesRead) });
			}
		};
		const locations = await searchFiles(
			folders.map(({ uri }) => uri.fsPath),
			(text) => locateFindings(text, tokens),
			{ isCancelled: () => cancellation.isCancellationRequested, onRead, log },
		);
		return { result: locations, isWhole: !cancellation.isCancellationRequested };
	});
	const trackedPaths = vscode.workspace.isTrusted
		? await filterTrackedFiles(
				result.map(({ path }) => path),
				log,
			)
		: new Set<string>();
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
				? vscode.l10n.t('No plain-text API keys found in this workspace.')
				: vscode.l10n.t('Search canceled. No plain-text API keys found so far.'),
		);
		return;
	}
	const showProblemsLabel = vscode.l10n.t('Show Problems');
	const text = tracked === 0 ? foundText(keys, files) : foundTrackedText(keys, files, tracked);
	if ((await vscode.window.showWarningMessage(text, showProblemsLabel)) === showProblemsLabel) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
}

function foundText(keys: number, files: number): string {
	if (keys === 1) {
		return vscode.l10n.t('Found 1 API key in 1 file.');
	}
	return files === 1
		? vscode.l10n.t('Found {0} API keys in 1 file.', keys)
		: vscode.l10n.t('Found {0} API keys in {1} files.', keys, files);
}

function foundTrackedText(keys: number, files: number, tracked: number): string {
	if (keys === 1) {
		return vscode.l10n.t(
			'Found 1 API key in 1 file, which is tracked by Git. Anyone with access to the repository can read the key. Rotate the affected token.',
		);
	}
	if (files === 1) {
		return vscode.l10n.t(
			'Found {0} API keys in 1 file, which is tracked by Git. Anyone with access to the repository can read the keys. Rotate the affected tokens.',
			keys,
		);
	}
	return tracked === 1
		? vscode.l10n.t(
				'Found {0} API keys in {1} files. 1 of these files is tracked by Git, so anyone with access to the repository can read the keys. Rotate the affected tokens.',
				keys,
				files,
			)
		: vscode.l10n.t(
				'Found {0} API keys in {1} files. {2} of these files are tracked by Git, so anyone with access to the repository can read the keys. Rotate the affected tokens.',
				keys,
				files,
				tracked,
			);
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
		return toDiagnostic(finding, range, isTracked ? `${vscode.l10n.t('This file is tracked by Git.')} ${text}` : text);
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
