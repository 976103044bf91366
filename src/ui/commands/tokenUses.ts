import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { solvableProblem } from '../../domain/problems';
import { logFailure } from '../../domain/log';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import type { TokenUseFile } from '../../models/tokenUseTexts';
import { log } from '../log';
import { pickOne, targets } from './targets';
import { loadOnDemand } from '../loadOnDemand';

/** How long a confirmation waits for a search. */
const MAX_SEARCH_MS = 3000;

/** *Used In*: lists the places in files of the workspace that name a token. */
export async function showUses(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await targets.resolveToken(target, { sources, clock, title: vscode.l10n.t('Used In') });
	if (!found) {
		return;
	}
	const folders = localFolders();
	if (folders.length === 0) {
		throw solvableProblem('noFolder', "There's no folder to search. Open a local folder and try again.");
	}
	const { usePickItems, usesTitle } = await loadOnDemand();
	const title = usesTitle(found);
	const options = {
		location: vscode.ProgressLocation.Notification,
		title: vscode.l10n.t('Searching for uses of the token'),
		cancellable: true,
	};
	const files = await vscode.window.withProgress(options, async (_progress, cancellation) => {
		const matches = await searchUses(found, folders, () => cancellation.isCancellationRequested);
		return cancellation.isCancellationRequested ? undefined : matches;
	});
	if (!files) {
		return;
	}
	if (files.length === 0) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t("No file of this workspace uses {0}. Files that Git ignores aren't searched.", found.token.id),
		);
		return;
	}
	const placeHolder = vscode.l10n.t('Select a place to go to');
	const position = await pickOne(usePickItems(files, toLabel), { title, placeHolder });
	if (position) {
		const start = new vscode.Position(position.line, position.column);
		await vscode.window.showTextDocument(vscode.Uri.file(position.path), { selection: new vscode.Range(start, start) });
	}
}

/** Says when a token was last used, and in which files, before its key ends. Doesn't wait long for either. */
export async function readUsageLines(found: SourceToken, now: Date): Promise<readonly string[]> {
	const deadline = performance.now() + MAX_SEARCH_MS;
	const isLate = () => performance.now() > deadline;
	const folders = localFolders();
	const { usageLines } = await loadOnDemand();
	const [usage, files] = await Promise.all([
		found.source.remote ? undefined : found.source.getUsage(found.token.id).catch(logFailure(log, 'read the usage')),
		folders.length === 0 ? undefined : searchUses(found, folders, isLate).catch(logFailure(log, 'search for uses')),
	]);
	return usageLines(usage?.lastUsed, isLate() ? undefined : files, toLabel, now);
}

function localFolders(): readonly string[] {
	return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

async function searchUses(
	{ source, token }: SourceToken,
	folders: readonly string[],
	isCanceled: () => boolean,
): Promise<readonly TokenUseFile[]> {
	const { findTokenUses, searchFiles } = await loadOnDemand();
	const matches = await searchFiles(folders, {
		search: (text) => {
			const uses = findTokenUses(text, { tokenId: token.id, sourceId: source.id });
			return uses.length === 0 ? undefined : uses;
		},
		isCanceled,
		onRead: () => undefined,
		log,
	});
	return matches.map(({ path, match }) => ({ path, uses: match }));
}

function toLabel(path: string): string {
	return vscode.workspace.asRelativePath(path);
}
