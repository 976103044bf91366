import { homedir } from 'node:os';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { getRequesterId, type KeyRequester } from '../../broker/keyRequest';
import { releaseReferencedKeys, type ReferencedKeysOptions } from '../../broker/referencedKeys';
import { parseResolveArgument } from '../../broker/resolveArgument';
import { findTaskReferences, parseTaskProgram, replaceTaskReferences } from '../../broker/taskProgram';
import { getSecret } from '../../domain/apiKey';
import { localizeError } from '../../models/localization';
import { withoutInternalVariables } from '../../models/terminalShell';
import { currentWorkspaceUri } from '../currentWorkspaceLocation';
import { showError } from '../errorMessages';
import { ProgramTerminal, type Program } from './programTerminal';
import { requesterFolder } from './requesterFolder';

type KeyOptions = Pick<ReferencedKeysOptions, 'sources' | 'broker'>;

/**
 * Returns a key for `${input:…}` in any file that can have input variables.
 * @throws Error with a message in the user's language, which VS Code shows before it cancels what needs the input
 */
export async function resolveInput(argument: unknown, options: KeyOptions): Promise<string> {
	try {
		const reference = parseResolveArgument(argument);
		return (await releaseReferencedKeys([reference], { ...options, requester: { kind: 'window' } }))(reference);
	} catch (error) {
		throw new Error(localizeError(error), { cause: error });
	}
}

/** Returns a task of this extension's type with what runs it: a program that gets keys in its environment. */
export function resolveTask(task: vscode.Task, options: KeyOptions): vscode.Task {
	const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
	const requester: KeyRequester = { kind: 'task', name: task.name, ...requesterFolder(getDefinitionUri(task.scope)) };
	const execution = new vscode.CustomExecution((definition) => {
		const prepare = async () => prepareProgram(definition, folder, { ...options, requester, sessionId: getRequesterId(requester) });
		return Promise.resolve(new ProgramTerminal(prepare, explain));
	});
	// The definition must be the same object.
	return new vscode.Task(
		task.definition,
		task.scope ?? vscode.TaskScope.Workspace,
		task.name,
		task.source,
		execution,
		task.problemMatchers,
	);
}

/** Returns the folder or the workspace file that defines a task; undefined if it's one of the user's settings. */
function getDefinitionUri(scope: vscode.Task['scope']): vscode.Uri | undefined {
	return typeof scope === 'object' ? scope.uri : scope === vscode.TaskScope.Workspace ? currentWorkspaceUri() : undefined;
}

async function prepareProgram(
	definition: vscode.TaskDefinition,
	folder: vscode.WorkspaceFolder | undefined,
	options: ReferencedKeysOptions,
): Promise<Program> {
	const program = parseTaskProgram(definition);
	const references = findTaskReferences(program);
	const getKey = await releaseReferencedKeys(references, options);
	return {
		command: program.command,
		args: program.args,
		cwd: resolve(folder?.uri.fsPath ?? homedir(), program.cwd ?? ''),
		env: { ...withoutInternalVariables(process.env), ...replaceTaskReferences(program, getKey) },
		secrets: references.map((reference) => getSecret(getKey(reference))),
	};
}

function explain(error: unknown): string {
	showError(error);
	return localizeError(error);
}
