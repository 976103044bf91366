import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { readEnvironmentFile } from '../../broker/environmentFile';
import { getRequesterId, type KeyRequester } from '../../broker/keyRequest';
import { findLaunchKeys, getEnvironmentFilePaths } from '../../broker/launchKeys';
import { releaseReferencedKeys, type ReferencedKeysOptions } from '../../broker/referencedKeys';
import { logFailure } from '../../domain/log';
import { showError } from '../errorMessages';
import { log } from '../log';
import { requesterFolder } from './requesterFolder';

/**
 * Replaces references to keys in the environment of a program that's debugged, right before it starts. Resolves with undefined if it must not be
 * started, after the user was told why.
 */
export async function insertDebugKeys(
	configuration: vscode.DebugConfiguration,
	folder: vscode.WorkspaceFolder | undefined,
	options: Pick<ReferencedKeysOptions, 'sources' | 'broker'>,
): Promise<vscode.DebugConfiguration | undefined> {
	try {
		return await insertKeys(configuration, folder, options);
	} catch (error) {
		showError(error);
		return undefined;
	}
}

async function insertKeys(
	configuration: vscode.DebugConfiguration,
	folder: vscode.WorkspaceFolder | undefined,
	options: Pick<ReferencedKeysOptions, 'sources' | 'broker'>,
): Promise<vscode.DebugConfiguration> {
	const root = folder ?? vscode.workspace.workspaceFolders?.[0];
	const paths = getEnvironmentFilePaths(configuration).map((path) => resolve(root?.uri.fsPath ?? '', path));
	// The debugger reports a file that it can't read.
	const files = await Promise.all(paths.map((path) => readEnvironmentFile(path).catch(logFailure(log, 'read an environment file', ''))));
	const keys = findLaunchKeys(configuration, files);
	if (!keys) {
		return configuration;
	}
	const requester: KeyRequester = { kind: 'debugSession', name: configuration.name, ...requesterFolder(folder?.uri) };
	const getKey = await releaseReferencedKeys(keys.references, { ...options, requester, sessionId: getRequesterId(requester) });
	return keys.replace(getKey) as unknown as vscode.DebugConfiguration;
}
