import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import { formatApiKey } from '../../../domain/apiKey';
import { removeCliAccount } from '../../../keysOnDisk/cliConfiguration';
import type { CliAccount, FoundKey, Place } from '../../../keysOnDisk/foundKey';
import { listPlaces } from '../../../keysOnDisk/places';
import {
	findingItems,
	notChangedText,
	nothingFoundText,
	notSearchedText,
	placeItems,
	removeCliAccountsConfirmation,
	removedCliAccountsText,
	replaceConfirmation,
	replacedText,
} from '../../../models/keysOnDisk';
import { commandIds } from '../../../models/manifestIds';
import { findHistoryFiles } from '../../../storage/restClientHistory';
import { confirm, inform, type CommandButton } from '../../commands/messages';
import { pickMany } from '../../commands/targets';
import { pickFindings } from './pickFindings';
import { changeFile, getCommandPath, replaceFoundKeys, type Replacement } from './replaceFoundKeys';
import { describeKey, searchPlaces, type KeySources, type LocatedFinding, type PlaceSearch } from './searchPlaces';

/** What the search needs from the extension. */
export interface FindKeysOptions extends KeySources {
	readonly context: vscode.ExtensionContext;
	/** *Import Token* for a known key. Resolves with false if the user canceled. */
	importApiKey(apiKey: string): Promise<boolean>;
	/** *Add Connect Account* with what's known. */
	addAccount(account: Pick<CliAccount, 'endpoint'> & { readonly apiKey: string }): Promise<void>;
	/** *Remove API Keys from REST Client History* */
	cleanHistory(): Promise<void>;
}

/**
 * *Find API Keys Outside the Workspace*: asks which of the well-known places to search, searches them, and offers for each key what the
 * program of its file supports. Opens no file before the user has agreed.
 */
export async function findKeysOutsideWorkspace(options: FindKeysOptions): Promise<void> {
	const places = await pickPlaces(options);
	if (places.length === 0) {
		return;
	}
	const existing = places.filter(({ exists }) => exists);
	const search = await searchWithProgress(existing, options);
	if (search.failures.length > 0) {
		void vscode.window.showWarningMessage(notSearchedText(shorten(search.failures)));
	}
	if (search.findings.length === 0) {
		const searchedCount = existing.length - search.failures.length;
		// If no file could be searched, the warning says why.
		if (search.isComplete && (searchedCount > 0 || existing.length === 0)) {
			void vscode.window.showInformationMessage(nothingFoundText(searchedCount));
		}
		return;
	}
	const selected = await pickFindings(findingItems(search.findings, shortenPath));
	if (selected.length > 0) {
		await resolveFindings(selected, options);
	}
}

async function pickPlaces({ context, log }: FindKeysOptions): Promise<readonly Place[]> {
	const homeFolder = homedir();
	// In Restricted Mode, the files of the workspace are left alone.
	const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
	const places = await listPlaces({
		homeFolder,
		platform: process.platform,
		environment: process.env,
		workspaceFolders: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
		userDataFolder: vscode.Uri.joinPath(context.globalStorageUri, '..', '..').fsPath,
		restClientHistories: await findHistoryFiles({ environment: process.env, homeFolder, log }),
	});
	return pickMany(placeItems(places, shortenPath), {
		title: vscode.l10n.t('Find API Keys Outside the Workspace'),
		placeHolder: vscode.l10n.t('Select the files to search. None has been opened yet.'),
	});
}

function searchWithProgress(places: readonly Place[], options: KeySources): Thenable<PlaceSearch> {
	const title = vscode.l10n.t('Searching for API keys');
	return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_, cancellation) =>
		searchPlaces(places, options, () => cancellation.isCancellationRequested),
	);
}

/** First what asks the user for more, because tokens that are imported can be referenced then. */
async function resolveFindings(selected: readonly LocatedFinding[], options: FindKeysOptions): Promise<void> {
	const findings: LocatedFinding[] = [];
	for (const finding of selected) {
		findings.push(finding.action === 'import' ? await importToken(finding, options) : finding);
	}
	await replaceAll(findings.filter(({ action }) => action === 'replace'));
	if (findings.some(({ action }) => action === 'cleanHistory')) {
		await options.cleanHistory();
	}
	await removeAccounts(findings.filter(({ action }) => action === 'removeAccount'));
	for (const finding of findings) {
		const [key] = finding.keys as [FoundKey];
		if (finding.action === 'addAccount' && key.account) {
			await options.addAccount({ endpoint: key.account.endpoint, apiKey: toApiKey(key) });
		} else if (finding.action === 'open') {
			await openFile(finding);
		}
	}
}

async function importToken(finding: LocatedFinding, options: FindKeysOptions): Promise<LocatedFinding> {
	const [key] = finding.keys as [FoundKey];
	// The same key may be in several files.
	const current = await describeKey(key, options);
	if (current.action !== 'import') {
		return { ...finding, ...current };
	}
	return (await options.importApiKey(toApiKey(key))) ? { ...finding, ...(await describeKey(key, options)) } : finding;
}

async function replaceAll(findings: readonly LocatedFinding[]): Promise<void> {
	if (findings.length === 0 || !(await confirm(replaceConfirmation(findings, shortenPath), vscode.l10n.t('Replace')))) {
		return;
	}
	const { replaced, failures } = await replaceFoundKeys(findings);
	if (failures.length > 0) {
		void vscode.window.showErrorMessage(notChangedText(shorten(failures)));
	}
	if (replaced.length > 0) {
		const isCommandMissing = usesCommand(replaced) && !existsSync(getCommandPath());
		void inform(replacedText(replaced, isCommandMissing), createNextButton(replaced, isCommandMissing));
	}
}

/** Whether programs start the command line for keys that were replaced. */
function usesCommand(replaced: Replacement['replaced']): boolean {
	return replaced.some(({ keys: [key] }) => key?.remedy === 'run' || key?.remedy === 'headersHelper');
}

/** What the user should do next: make the command available that the files now use, or rotate the token. */
function createNextButton(replaced: Replacement['replaced'], isCommandMissing: boolean): CommandButton | undefined {
	if (isCommandMissing) {
		return { title: vscode.l10n.t('Install connect-tokens Command'), command: commandIds.installCommandLine };
	}
	const tokens = new Map(replaced.flatMap(({ owner }) => (owner ? [[`${owner.source.id}/${owner.token.id}`, owner] as const] : [])));
	const [first, ...others] = tokens.values();
	return first && others.length === 0
		? {
				title: vscode.l10n.t('Rotate…'),
				command: commandIds.rotateToken,
				argument: { sourceId: first.source.id, tokenId: first.token.id, isFromLink: true },
			}
		: undefined;
}

/** All accounts are in the same file, which is changed once. */
async function removeAccounts(findings: readonly LocatedFinding[]): Promise<void> {
	const [finding] = findings;
	const accounts = findings.flatMap(({ keys: [key] }) => key?.account ?? []);
	if (!finding) {
		return;
	}
	const path = shortenPath(finding.place.path);
	const names = accounts.map(({ name }) => name);
	if (!(await confirm(removeCliAccountsConfirmation(names, path), vscode.l10n.t('Remove')))) {
		return;
	}
	const failure = await changeFile(finding, (text) =>
		accounts.reduce<string | undefined>((changed, { id }) => (changed === undefined ? undefined : removeCliAccount(changed, id)), text),
	);
	void (failure
		? vscode.window.showErrorMessage(notChangedText([{ path, failure }]))
		: vscode.window.showInformationMessage(removedCliAccountsText(names, path)));
}

async function openFile({ place, keys }: LocatedFinding): Promise<void> {
	const position = new vscode.Position(keys[0]!.line - 1, 0);
	await vscode.window.showTextDocument(vscode.Uri.file(place.path), { preview: false, selection: new vscode.Range(position, position) });
}

function toApiKey({ tokenId = '', secret = '' }: FoundKey): string {
	return formatApiKey({ tokenId, secret });
}

function shorten<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
	return files.map((file) => ({ ...file, path: shortenPath(file.path) }));
}

/** A quick pick cuts off what's next to a long path. */
function shortenPath(path: string): string {
	const home = homedir();
	const inHome = path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
	const inWorkspace = vscode.workspace.asRelativePath(path, true);
	return inWorkspace.length < inHome.length ? inWorkspace : inHome;
}
