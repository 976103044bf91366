import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { getRequesterId, type KeyRequester } from '../../broker/keyRequest';
import { findLaunchKeys, getEnvironmentFilePaths } from '../../broker/launchKeys';
import { releaseReferencedKeys, type ReferencedKeysOptions } from '../../broker/referencedKeys';
import { logFailure } from '../../domain/log';
import type { Disposable } from '../../domain/ports';
import { showError } from '../errorMessages';
import { log } from '../log';

/** Replaces references to keys in the environment of each program that's debugged, right before it starts. */
export function registerDebugKeys(options: Pick<ReferencedKeysOptions, 'sources' | 'broker'>): Disposable {
	return vscode.debug.registerDebugConfigurationProvider('*', {
		resolveDebugConfigurationWithSubstitutedVariables: async (folder, configuration) => {
			try {
				return await insertKeys(configuration, folder, options);
			} catch (error) {
				showError(error);
				// The session isn't started.
				return undefined;
			}
		},
	});
}

async function insertKeys(
	configuration: vscode.DebugConfiguration,
	folder: vscode.WorkspaceFolder | undefined,
	options: Pick<ReferencedKeysOptions, 'sources' | 'broker'>,
): Promise<vscode.DebugConfiguration> {
	const root = folder ?? vscode.workspace.workspaceFolders?.[0];
	const paths = getEnvironmentFilePaths(configuration).map((path) => resolve(root?.uri.fsPath ?? '', path));
	// The debugger reports a file that it can't read.
	const files = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(logFailure(log, 'read an environment file', ''))));
	const keys = findLaunchKeys(configuration, files);
	if (!keys) {
		return configuration;
	}
	const requester: KeyRequester = { kind: 'debugSession', name: configuration.name, folder: root?.name ?? '' };
	const getKey = await releaseReferencedKeys(keys.references, { ...options, requester, sessionId: getRequesterId(requester) });
	return keys.replace(getKey) as unknown as vscode.DebugConfiguration;
}
