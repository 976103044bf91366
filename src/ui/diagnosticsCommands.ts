import { arch, homedir, hostname, release, type } from 'node:os';
import * as vscode from 'vscode';
import type { TokenSources } from '../domain/tokenSources';
import type { GatewayController } from '../gateway/gatewayController';
import { getUserName } from '../sources/workspace/userName';
import type { DiagnosticsSetting } from '../models/diagnostics';
import type { HostInfo } from '../models/hostTexts';
import { commandIds } from '../models/manifestIds';
import type { CommandHandler } from './commands/commandHandlers';
import { getRecentWarnings, showLog } from './log';
import { readVaultName } from './settings';
import { loadOnDemand } from './loadOnDemand';

/** Commands for troubleshooting. */
export function diagnosticsCommands(context: vscode.ExtensionContext, sources: TokenSources, gateway: GatewayController) {
	return {
		[commandIds.showLog]: showLog,
		[commandIds.copyDiagnostics]: async () => {
			await vscode.env.clipboard.writeText(await collectDiagnostics(context, sources, gateway));
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Diagnostics copied to the clipboard, without API keys, names, or hosts. Paste them into your issue report.'),
			);
		},
	} satisfies Record<string, CommandHandler>;
}

/** Reads what *Copy Diagnostics* copies. Makes no network requests. */
async function collectDiagnostics(
	{ extension, globalStorageUri }: vscode.ExtensionContext,
	sources: TokenSources,
	gateway: GatewayController,
): Promise<string> {
	const manifest = extension.packageJSON as ExtensionManifest;
	const sourceTokens = await sources.list('cached');
	const tokensOf = (isRemote: boolean) => sourceTokens.filter(({ source }) => !!source.remote === isRemote).map(({ token }) => token);
	const accounts = sources.all.flatMap(({ remote }) => remote?.account ?? []);
	const tokens = sourceTokens.map(({ token }) => token);
	const { createDiagnostics } = await loadOnDemand();
	return createDiagnostics({
		extensionVersion: manifest.version,
		vsCodeVersion: vscode.version,
		nodeVersion: process.versions.node,
		os: `${type()} ${release()}`,
		architecture: arch(),
		host: getHostInfo(),
		language: vscode.env.language,
		isTrusted: vscode.workspace.isTrusted,
		settings: readSettings(manifest),
		vault: readVaultName() ?? 'invalid',
		workspaceTokens: tokensOf(false),
		accountTokens: tokensOf(true),
		accountCount: accounts.length,
		gateway: gateway.phase,
		warnings: getRecentWarnings(),
		knownValues: [
			homedir(),
			getUserName(),
			hostname(),
			globalStorageUri.fsPath,
			extension.extensionPath,
			...(vscode.workspace.workspaceFolders ?? []).flatMap(({ name, uri }) => [name, uri.fsPath]),
			...accounts.flatMap(({ name, endpoint }) => [name, new URL(endpoint).host]),
			...tokens.flatMap(({ name, externalId, extension }) => [name, externalId ?? '', extension.name]),
		],
	});
}

/** Where the extension runs. */
export function getHostInfo(): HostInfo {
	return { isWeb: vscode.env.uiKind === vscode.UIKind.Web, remoteName: vscode.env.remoteName };
}

/** The parts of package.json that diagnostics need. */
interface ExtensionManifest {
	readonly version: string;
	readonly contributes: {
		readonly configuration: {
			readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly enum?: readonly unknown[] }>>;
		};
	};
}

function readSettings({ contributes }: ExtensionManifest): readonly DiagnosticsSetting[] {
	const configuration = vscode.workspace.getConfiguration();
	return Object.entries(contributes.configuration.properties).map(([name, property]) => ({
		name,
		value: configuration.get(name),
		defaultValue: property.default,
		options: property.enum,
	}));
}
