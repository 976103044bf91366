import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { RunTool } from './agents/agentServices';
import { askUntilRead } from './broker/askUntilRead';
import { AuditFile } from './broker/auditFile';
import { KeyBroker } from './broker/keyBroker';
import { KeyGrantFile } from './broker/keyGrantFile';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import { checkToken, type HostCheckSource } from './requestFiles/hostCheck';
import type { ClockScheduler } from './models/clockScheduler';
import { authorizationOrThrow } from './models/keyTexts';
import { setLanguage } from './models/localization';
import { currentWorkspaceLocation } from './ui/currentWorkspaceLocation';
import { askForKey, reportSilence } from './ui/keys/askForKey';
import { installCommandLine } from './ui/keys/installCommandLine';
import { registerReferences } from './ui/keys/references/registerReferences';
import { registerAuthentication } from './ui/keys/registerAuthentication';
import { insertDebugKeys } from './ui/keys/debugKeys';
import { resolveInput, resolveTask } from './ui/keys/taskKeys';
import { showKeyAccessLog } from './ui/keys/showKeyAccessLog';
import { startCommandLine, type CommandLineOptions } from './ui/keys/startCommandLine';
import { log } from './ui/log';

/** What the keys that leave the extension need from it. */
export interface KeyHost {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	/** Reads which hosts keys may be sent to. */
	readonly readHosts: HostCheckSource['read'];
	/** Asks one question at a time, together with the others of this window that a program can cause. */
	readonly askInTurn: LimitFunction;
	/** Runs a tool for `connect-tokens mcp`. */
	readonly runTool: RunTool;
	/** Loads what exports the gateway's policy, for `connect-tokens policy`. */
	readonly loadPolicy: CommandLineOptions['loadPolicy'];
}

/** Releases keys to everything outside of this extension. */
export interface Keys extends Disposable {
	readonly broker: KeyBroker;
	/**
	 * Replaces references in the environment of a program that's about to be debugged. Resolves with undefined if it must not be started, after
	 * the user was told why.
	 */
	insertDebugKeys(
		configuration: vscode.DebugConfiguration,
		folder: vscode.WorkspaceFolder | undefined,
	): Promise<vscode.DebugConfiguration | undefined>;
	/** Returns what runs a task of the type of this extension. */
	resolveTask(task: vscode.Task): vscode.Task;
	/**
	 * Returns a key for an input variable.
	 * @throws Error with a message in the user's language if it isn't allowed, or the argument isn't valid
	 */
	resolveInput(argument: unknown): Promise<string>;
	/** *Show Key Access Log* */
	showLog(): Promise<void>;
	/** *Install connect-tokens Command in PATH* */
	installCommandLine(): Promise<void>;
}

/** Connects the broker with the editor, and registers everyone who can ask it for a key. Has a bundle of its own, which main.js loads after startup. */
export function composeKeys({ context, sources, clock, scheduler, readHosts, askInTurn, runTool, loadPolicy }: KeyHost): Keys {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const { folder } = currentWorkspaceLocation(context);
	const grants = new KeyGrantFile(folder, clock, log);
	const audit = new AuditFile(folder, log);
	const broker = new KeyBroker({
		grants,
		ask: (question) =>
			askInTurn(() =>
				askUntilRead(
					() => askForKey(question),
					() => performance.now(),
				),
			),
		reportSilence,
		record: (entry) => audit.append(entry),
		toAuthorization: authorizationOrThrow,
		isTrusted: () => vscode.workspace.isTrusted,
		isTest: context.extensionMode === vscode.ExtensionMode.Test,
		clock,
		log,
	});
	const subscriptions: readonly Disposable[] = [
		grants,
		registerReferences({ sources, clock, scheduler }),
		startCommandLine({
			context,
			sources,
			broker,
			clock,
			checkOrigin: async (found, origin) => checkToken([origin], found, '', await readHosts()),
			runTool,
			loadPolicy,
		}),
		registerAuthentication({ context, sources, broker, clock, scheduler }),
	];
	return {
		broker,
		insertDebugKeys: (configuration, folder) => insertDebugKeys(configuration, folder, { sources, broker }),
		resolveTask: (task) => resolveTask(task, { sources, broker }),
		resolveInput: (argument) => resolveInput(argument, { sources, broker }),
		showLog: () => showKeyAccessLog(audit.path),
		installCommandLine,
		dispose: () => subscriptions.forEach((subscription) => subscription.dispose()),
	};
}
