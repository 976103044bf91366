import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { Token } from '../../domain/token';
import { findKeys } from './findings';
import { searchFiles } from './searchFiles';
import { findingText, toDiagnostic } from './texts';

/** *Find API Keys in Workspace*: looks through all files that no ignore file leaves out, and lists the keys in the Problems panel. */
export async function findKeysInWorkspace(source: TokenSource, collection: vscode.DiagnosticCollection): Promise<void> {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
	if (folders.length === 0) {
		throw problem('There is no folder to look through. Open a folder of this machine and try again.');
	}
	const tokens = await source.list().catch(() => []);
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
			(text) => findKeys(text, []).length > 0,
			() => cancellation.isCancellationRequested,
			onRead,
		);
		return { result: found, isWhole: !cancellation.isCancellationRequested };
	});
	const tracked = await trackedAmong(folders.map(({ uri }) => uri.fsPath), result.map(({ path }) => path));
	let keys = 0;
	for (const { path, text } of result) {
		const diagnostics = diagnosticsOf(text, tokens, tracked.has(path));
		keys += diagnostics.length;
		collection.set(vscode.Uri.file(path), diagnostics);
	}
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
			? vscode.l10n.t('Found API keys: {0}, in {1} files. Git tracks {2} of these files, so that whoever has the repository has their keys: rotate the tokens.', keys, files, tracked)
			: vscode.l10n.t('Found API keys: {0}, in {1} files.', keys, files);
	if ((await vscode.window.showWarningMessage(text, show)) === show) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
}

function diagnosticsOf(text: string, tokens: readonly Token[], isTracked: boolean): vscode.Diagnostic[] {
	const positionAt = positions(text);
	return findKeys(text, tokens).map((finding) => {
		const said = findingText(finding);
		const range = new vscode.Range(positionAt(finding.start), positionAt(finding.end));
		return toDiagnostic(finding, range, isTracked ? `${said} ${vscode.l10n.t('Git tracks this file.')}` : said);
	});
}

/** Those of the paths that git tracks; none where there is no git. */
async function trackedAmong(folders: readonly string[], paths: readonly string[]): Promise<ReadonlySet<string>> {
	const tracked = await Promise.all(
		folders.map(async (folder) => {
			const below = paths.filter((path) => path.startsWith(join(folder, '/')));
			if (below.length === 0) {
				return [];
			}
			const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--', ...below.map((path) => path.slice(folder.length + 1))], {
				cwd: folder,
				maxBuffer: 1e8,
			}).catch(() => ({ stdout: '' }));
			return stdout.split('\0').filter(Boolean).map((name) => join(folder, name));
		}),
	);
	return new Set(tracked.flat());
}

/** Line and character of offsets into a text that is in no document. */
function positions(text: string): (offset: number) => vscode.Position {
	const starts = [0];
	for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) {
		starts.push(index + lineBreak.length);
	}
	return (offset) => {
		const line = starts.findLastIndex((start) => start <= offset);
		return new vscode.Position(line, offset - starts[line]!);
	};
}
