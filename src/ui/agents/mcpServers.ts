import * as vscode from 'vscode';
import type { AgentServices } from '../../agents/agentServices';
import { McpServerStarts, OtherUpstreamError } from '../../agents/mcpServerStarts';
import { listMcpServers, type McpServer } from '../../domain/mcpServers';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import { commandIds } from '../../models/manifestIds';
import { FixableError } from '../../models/fixableError';
import type { KeyLoader } from '../keys/keyLoader';
import { showError } from '../errorMessages';
import { readMcpServers, readModules, readUpstreamOrUndefined } from '../settings';

export interface McpServersOptions {
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	readonly accountUse: { isUpstream(sourceId: string): Promise<boolean> };
	readonly keys: Pick<KeyLoader, 'releaseTo'>;
	readonly clock: Clock;
	readonly log: Log;
	readonly askForLease: AgentServices['askForLease'];
}

/** Provides the MCP servers of accounts and of the setting `connectTokens.mcp.servers` to VS Code, through the gateway. */
export class McpServers implements vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>, Disposable {
	readonly #changeEmitter = new vscode.EventEmitter<void>();
	readonly onDidChangeMcpServerDefinitions = this.#changeEmitter.event;
	readonly #starts: McpServerStarts;
	readonly #subscriptions: readonly Disposable[];

	constructor(private readonly options: McpServersOptions) {
		const { sources, gateway, accountUse, keys, clock, log, askForLease } = options;
		this.#starts = new McpServerStarts({
			source: sources.workspace,
			gateway,
			clock,
			log,
			readUpstream: readUpstreamOrUndefined,
			isUpstream: (sourceId) => accountUse.isUpstream(sourceId),
			readModulePaths: () => readModules().paths,
			askForLease: (proposal) => askForLease(proposal, { kind: 'editor' }),
			releaseKey: (token, label) => keys.releaseTo({ kind: 'mcpServer', label }, { source: sources.workspace, token }),
		});
		const fire = () => this.#changeEmitter.fire();
		this.#subscriptions = [
			this.#changeEmitter,
			this.#starts,
			this.#starts.onDidChange(fire),
			// The list of accounts has changed.
			sources.onDidChange((source) => !source && fire()),
			vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('connectTokens.mcp.servers') && fire()),
		];
	}

	/**
	 * VS Code asks for the list whenever it wants. The addresses are the servers' own, because the gateway's would change when it's started, and
	 * VS Code would stop the server again.
	 */
	provideMcpServerDefinitions(): vscode.McpHttpServerDefinition[] {
		return this.#list().map(
			(server) => new vscode.McpHttpServerDefinition(server.label, vscode.Uri.parse(server.url, true), {}, this.#starts.getVersion(server)),
		);
	}

	/** VS Code starts the server. The header isn't stored, and isn't sent to other origins. */
	async resolveMcpServerDefinition({
		label,
		version,
	}: vscode.McpHttpServerDefinition): Promise<vscode.McpHttpServerDefinition | undefined> {
		const server = this.#list().find((item) => item.label === label);
		if (!server) {
			return undefined;
		}
		try {
			const connection = await this.#starts.start(server);
			return (
				connection &&
				new vscode.McpHttpServerDefinition(
					label,
					vscode.Uri.parse(connection.url, true),
					{ Authorization: connection.authorization },
					version,
				)
			);
		} catch (error) {
			// VS Code doesn't show errors of extensions here.
			showError(
				error instanceof OtherUpstreamError
					? new FixableError(error.problems[0]!, {
							title: vscode.l10n.t('Use Account in Gateway'),
							command: commandIds.useAccountInGateway,
							argument: { sourceId: error.sourceId },
						})
					: error,
			);
			return undefined;
		}
	}

	dispose(): void {
		this.#subscriptions.forEach((subscription) => subscription.dispose());
	}

	#list(): readonly McpServer[] {
		const accounts = this.options.sources.all.flatMap(({ id, remote }) => (remote ? [{ sourceId: id, account: remote.account }] : []));
		return listMcpServers(accounts, readMcpServers());
	}
}
