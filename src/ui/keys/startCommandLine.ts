import { realpath } from 'node:fs/promises';
import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { RunTool } from '../../agents/agentServices';
import { answerCommandLine, type CommandLineServices } from '../../broker/answerCommandLine';
import { environmentNames } from '../../broker/commandLineProtocol';
import { CommandLineServer } from '../../broker/commandLineServer';
import type { KeyBroker } from '../../broker/keyBroker';
import { createLaunchers, getLauncherFolder, writeLaunchers } from '../../broker/launchers';
import { getUserFolder, listWindows } from '../../broker/openWindows';
import { registerWindow } from '../../broker/windowRegistry';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayPolicy } from '../../gatewayPolicy';
import { log } from '../log';

export interface CommandLineOptions extends Pick<CommandLineServices, 'checkOrigin'> {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly broker: KeyBroker;
	readonly clock: Clock;
	readonly runTool: RunTool;
	/** Loads what exports the gateway's policy. */
	readonly loadPolicy: () => Promise<Pick<GatewayPolicy, 'answerPolicy' | 'addCounts'>>;
}

/**
 * Opens the socket that the `connect-tokens` command line uses, and adds the command to the PATH of new terminals. Failures are logged,
 * because everything else works without it.
 */
export function startCommandLine(options: CommandLineOptions): Disposable {
	const subscriptions: Disposable[] = [];
	let isDisposed = false;
	const own = (subscription: Disposable) => {
		subscriptions.push(subscription);
		if (isDisposed) {
			subscription.dispose();
		}
	};
	void start(options, own).catch(logFailure(log, 'start the command line'));
	return {
		dispose: () => {
			isDisposed = true;
			subscriptions.forEach((subscription) => subscription.dispose());
		},
	};
}

async function start(
	{ context, sources, broker, clock, checkOrigin, runTool, loadPolicy }: CommandLineOptions,
	own: (subscription: Disposable) => void,
): Promise<void> {
	const server = await CommandLineServer.open({
		answer: (request, client) =>
			answerCommandLine(
				request,
				{
					...{ sources, broker, checkOrigin, findTerminal },
					runTool: ({ name, input, caller, folder }, signal) => runTool(name, input, { kind: 'commandLine', name: caller, folder }, signal),
					createPolicy: async (policyRequest) => (await loadPolicy()).answerPolicy(policyRequest),
					addCounts: async (counts) => (await loadPolicy()).addCounts(counts),
				},
				client,
			),
		log,
	});
	own(server);
	const userFolder = getUserFolder();
	const program = { node: process.execPath, script: context.asAbsolutePath('out/cli.js') };
	const launcherFolder = getLauncherFolder(userFolder);
	await writeLaunchers(launcherFolder, createLaunchers(program));
	own(addToTerminals(context.environmentVariableCollection, server, program, launcherFolder));
	own(
		vscode.window.onDidCloseTerminal((terminal) => {
			void terminal.processId.then((processId) => broker.endSession(getSessionId(processId)));
		}),
	);
	await keepRegistered(userFolder, server, clock, own);
}

/** Terminals get the handle, never a key. Nothing is stored: VS Code keeps the variables in memory, and the next window has others. */
function addToTerminals(
	variables: vscode.EnvironmentVariableCollection,
	{ path, handle }: CommandLineServer,
	{ node, script }: { readonly node: string; readonly script: string },
	launcherFolder: string,
): Disposable {
	variables.persistent = false;
	variables.description = vscode.l10n.t('Adds the command `connect-tokens`, which asks you before it provides an API key to a program.');
	const values = { socket: path, handle, node, script } satisfies Record<keyof typeof environmentNames, string>;
	for (const [name, value] of Object.entries(values)) {
		variables.replace(environmentNames[name as keyof typeof environmentNames], value);
	}
	// Profiles of shells can replace PATH, so it's also changed after they ran.
	variables.prepend('PATH', `${launcherFolder}${delimiter}`, { applyAtProcessCreation: true, applyAtShellIntegration: true });
	return { dispose: () => variables.clear() };
}

/** Lets the command line find this window by its folders. */
async function keepRegistered(
	userFolder: string,
	{ path, handle }: CommandLineServer,
	clock: Clock,
	own: (subscription: Disposable) => void,
): Promise<void> {
	// Removes windows that ended without doing so.
	await listWindows(userFolder);
	let entry: Disposable | undefined;
	const register = async () => {
		const previous = entry;
		entry = await registerWindow(userFolder, { socket: path, handle, folders: await getFolders() }, clock());
		previous?.dispose();
	};
	await register();
	own({ dispose: () => entry?.dispose() });
	own(vscode.workspace.onDidChangeWorkspaceFolders(() => void register().catch(logFailure(log, 'register the window'))));
}

/** The paths of the workspace's folders, also without symbolic links: shells report one or the other. */
async function getFolders(): Promise<string[]> {
	const paths = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
	const realPaths = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
	return [...new Set([...paths, ...realPaths])];
}

/**
 * *Allow for This Terminal* applies to what the shell of an open terminal has started. The command line says which processes those are, and
 * can lie: it prevents mistakes, not programs that have the handle.
 */
async function findTerminal(processIds: readonly number[]): Promise<string | undefined> {
	// The process ID of a shell that couldn't be started is never known. That of a shell that has started a command is known already.
	const shells = await Promise.all(
		vscode.window.terminals.map(({ processId }) =>
			Promise.race([processId, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]),
		),
	);
	const shell = shells.find((processId) => processId !== undefined && processIds.includes(processId));
	return shell === undefined ? undefined : getSessionId(shell);
}

function getSessionId(processId: number | undefined): string {
	return `terminal:${processId ?? ''}`;
}
