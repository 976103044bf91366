import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { problem, ProblemError } from '../../domain/problems';
import { getBasePath } from '../../gateway/basePath';
import { importResultSchema, type ImportRequest, type ImportResult } from '../../openApi/workerMessages';
import { pickMany } from '../commands/targets';
import { loadOnDemand } from '../loadOnDemand';
import { readModulesOrThrow, readUpstreamOrUndefined } from '../settings';

/** GitHub's document, one of the largest, has 12 MB. */
const MAX_FILE_BYTES = 32_000_000;

/** What the worker may use, so that no document can make the extension host fail. */
const MAX_WORKER_MEMORY_MB = 2048;

const SETTING = 'modules';

/** *Import Modules from OpenAPI File…*: adds the modules that the user picks to the setting `connectTokens.modules`. */
export async function importModules(extensionPath: string): Promise<void> {
	// The modules couldn't be added to an invalid setting.
	readModulesOrThrow();
	const title = vscode.l10n.t('Import Modules from OpenAPI File');
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const [uri] =
		(await vscode.window.showOpenDialog({
			title,
			openLabel: vscode.l10n.t('Import'),
			filters: { OpenAPI: ['json', 'yaml', 'yml'] },
			...(folder && { defaultUri: folder }),
		})) ?? [];
	const result = uri && (await readModules(uri, extensionPath, title));
	if (!result) {
		return;
	}
	if (result.modules.length === 0) {
		throw problem('The OpenAPI document has no operations, so there are no modules to import. Choose another one.');
	}
	const configuration = vscode.workspace.getConfiguration('connectTokens');
	const { importedModuleItems, addModules, importedModulesText } = await loadOnDemand();
	const existing = configuration.get<Record<string, string[]>>(SETTING, {});
	const picked = await pickMany(importedModuleItems(result.modules, existing), {
		title,
		placeHolder: vscode.l10n.t('Select the modules to import. Each covers its paths and those below.'),
	});
	if (picked.length === 0) {
		return;
	}
	const before = configuration.inspect(SETTING)?.globalValue;
	await configuration.update(SETTING, addModules(existing, picked), vscode.ConfigurationTarget.Global);
	const undoLabel = vscode.l10n.t('Undo');
	const text = importedModulesText(picked.length, result.title);
	if ((await vscode.window.showInformationMessage(text, undoLabel)) === undoLabel) {
		await configuration.update(SETTING, before, vscode.ConfigurationTarget.Global);
	}
}

/**
 * Reads the modules from a file in a worker thread, which the user can cancel. Undefined if they do.
 * @throws ProblemError if it isn't an OpenAPI document
 */
async function readModules(
	uri: vscode.Uri,
	extensionPath: string,
	title: string,
): Promise<Extract<ImportResult, { kind: 'modules' }> | undefined> {
	if ((await vscode.workspace.fs.stat(uri)).size > MAX_FILE_BYTES) {
		throw problem('The file is too large. Choose an OpenAPI document with at most {0} MB.', MAX_FILE_BYTES / 1_000_000);
	}
	const workerData: ImportRequest = {
		bytes: await vscode.workspace.fs.readFile(uri),
		basePath: getBasePath(readUpstreamOrUndefined() ?? null),
	};
	const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	const result = await vscode.window.withProgress(options, (_, cancellation) => runWorker(workerData, extensionPath, cancellation));
	if (result?.kind === 'problem') {
		throw new ProblemError([{ field: null, template: result.template, args: result.args }]);
	}
	return result;
}

function runWorker(
	workerData: ImportRequest,
	extensionPath: string,
	cancellation: vscode.CancellationToken,
): Promise<ImportResult | undefined> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(join(extensionPath, 'out', 'openApi.js'), {
			workerData,
			resourceLimits: { maxOldGenerationSizeMb: MAX_WORKER_MEMORY_MB },
		});
		cancellation.onCancellationRequested(() => {
			void worker.terminate();
			resolve(undefined);
		});
		const fail = () => reject(problem("Couldn't read the OpenAPI document, because it's too large. Choose a smaller one."));
		worker.once('message', (message: unknown) => {
			const { success, output } = v.safeParse(importResultSchema, message);
			if (success) {
				resolve(output);
			} else {
				fail();
			}
		});
		// Running out of memory is an error. After a message, these have no effect.
		worker.once('error', fail).once('exit', fail);
	});
}
