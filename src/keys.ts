import * as vscode from 'vscode';
import { AuditFile } from './broker/auditFile';
import { KeyBroker } from './broker/keyBroker';
import { KeyGrantFile } from './broker/keyGrantFile';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import { authorizationOrThrow } from './models/keyTexts';
import { setLanguage } from './models/localization';
import { currentWorkspaceLocation } from './ui/currentWorkspaceLocation';
import { askForKey, reportSilence } from './ui/keys/askForKey';
import { startCommandLine } from './ui/keys/startCommandLine';
import { log } from './ui/log';

export { installCommandLine } from './ui/keys/installCommandLine';

/** What the keys that leave the extension need from it. */
export interface KeyHost {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly clock: Clock;
}

/** Releases keys to everything outside of this extension. */
export interface Keys extends Disposable {
	readonly broker: KeyBroker;
	readonly grants: KeyGrantFile;
	readonly audit: AuditFile;
}

/** Connects the broker with the editor, and registers everyone who can ask it for a key. Has a bundle of its own, which main.js loads after startup. */
export function composeKeys({ context, sources, clock }: KeyHost): Keys {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const { folder } = currentWorkspaceLocation(context);
	const grants = new KeyGrantFile(folder, clock, log);
	const audit = new AuditFile(folder, log);
	const broker = new KeyBroker({
		grants,
		ask: askForKey,
		reportSilence,
		record: (entry) => audit.append(entry),
		toAuthorization: authorizationOrThrow,
		isTrusted: () => vscode.workspace.isTrusted,
		isTest: context.extensionMode === vscode.ExtensionMode.Test,
		clock,
		log,
	});
	const subscriptions: readonly Disposable[] = [grants, startCommandLine({ context, sources, broker, clock })];
	return { broker, grants, audit, dispose: () => subscriptions.forEach((subscription) => subscription.dispose()) };
}
