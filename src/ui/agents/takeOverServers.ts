import * as v from 'valibot';
import * as vscode from 'vscode';
import { formatApiKey } from '../../domain/apiKey';
import { findKeyOwner } from '../../domain/keyOwner';
import {
	configuredMcpServerSchema,
	getPathBelowUpstream,
	listMcpServers,
	toServerLabel,
	type ConfiguredMcpServer,
} from '../../domain/mcpServers';
import type { Log } from '../../domain/log';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { findServersWithKeys, removeServer, type ServerWithKey } from '../../keysOnDisk/serversWithKeys';
import { authorizationOrThrow } from '../../models/keyTexts';
import { escapeLabel } from '../../models/localization';
import { inform } from '../commands/messages';
import { editDocument } from '../requestFiles/editDocument';
import { readMcpServers } from '../settings';

/** Files of a workspace folder that define MCP servers. */
const FILES = ['.vscode/mcp.json', '.mcp.json'];

export interface TakeOverHost {
	readonly sources: TokenSources;
	readonly log: Log;
	/** Imports a key to the workspace, and proposes a name for its token. Resolves with false if the user cancels. */
	readonly importApiKey: (apiKey: string, name: string) => Promise<boolean>;
}

interface FoundServer {
	readonly server: ServerWithKey;
	readonly uri: vscode.Uri;
	/** Why it isn't offered. */
	readonly reason: string | undefined;
}

interface ServerItem extends vscode.QuickPickItem {
	readonly found: FoundServer;
}

/**
 * *Use Gateway for MCP Servers…*: moves servers with an API key in plain text from the workspace's files to the setting
 * `connectTokens.mcp.servers`, so that VS Code reaches them through the gateway with a lease.
 */
export async function takeOverServers(host: TakeOverHost): Promise<void> {
	const title = vscode.l10n.t('Use Gateway for MCP Servers');
	const found = await findServers(host);
	const skipped = found.flatMap(({ server, reason }) => (reason === undefined ? [] : [`${escapeLabel(server.name)}: ${reason}`]));
	const items = found
		.filter(({ reason }) => reason === undefined)
		.map((entry): ServerItem => ({
			label: escapeLabel(entry.server.name),
			description: entry.server.url,
			detail: vscode.workspace.asRelativePath(entry.uri),
			picked: true,
			found: entry,
		}));
	if (items.length === 0) {
		throw skipped.length === 0
			? problem(
					'No MCP server with an API key in plain text was found in `.vscode/mcp.json` or `.mcp.json` of this workspace. Add others to the `connectTokens.mcp.servers` setting.',
				)
			: problem('No MCP server can be moved to the gateway. {0}', skipped.join(' '));
	}
	const picked = await vscode.window.showQuickPick(items, {
		title,
		placeHolder: vscode.l10n.t('Select the servers to move to the gateway'),
		canPickMany: true,
		ignoreFocusOut: true,
	});
	const results: ('saved' | 'unsaved')[] = [];
	for (const item of picked ?? []) {
		const result = await moveServer(item.found, host);
		results.push(...(result === undefined ? [] : [result]));
	}
	const movedCount = results.length;
	if (movedCount > 0) {
		const text =
			movedCount === 1
				? vscode.l10n.t('Moved 1 MCP server to the gateway. VS Code asks for a lease when it starts.')
				: vscode.l10n.t('Moved {0} MCP servers to the gateway. VS Code asks for a lease when they start.', movedCount);
		const unsaved = results.includes('unsaved') ? [vscode.l10n.t('Save the changed file to remove the API key from the disk.')] : [];
		void inform([text, ...unsaved, ...skipped].join(' '));
	}
}

async function findServers(host: TakeOverHost): Promise<readonly FoundServer[]> {
	const uris = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => FILES.map((file) => vscode.Uri.joinPath(uri, file)));
	const found = await Promise.all(
		uris.map(async (uri) => {
			const text = await readText(uri);
			return text === undefined
				? []
				: findServersWithKeys(text).map((server): FoundServer => ({ server, uri, reason: findReason(server, host) }));
		}),
	);
	return found.flat();
}

/** Returns undefined if there's no such file. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
	try {
		await vscode.workspace.fs.stat(uri);
	} catch {
		return undefined;
	}
	return (await vscode.workspace.openTextDocument(uri)).getText();
}

function findReason({ obstacle, url }: ServerWithKey, { sources }: TakeOverHost): string | undefined {
	switch (obstacle) {
		case 'variable':
			return vscode.l10n.t('Its URL contains a variable, so its host is unknown.');
		case 'otherHeaders':
			return vscode.l10n.t('It has other headers, which would be lost.');
		case undefined:
			return v.is(configuredMcpServerSchema.entries.url, url) &&
				sources.all.some(({ remote }) => remote && getPathBelowUpstream(url, remote.account.endpoint) !== undefined)
				? undefined
				: vscode.l10n.t("Its host isn't that of a CloudBlue Connect account. Add the account first.");
	}
}

/** Nothing is lost if a step fails: the definition is removed last. Returns undefined if the user cancels, and else whether its file was saved. */
async function moveServer(
	{ server, uri }: FoundServer,
	{ sources, log, importApiKey }: TakeOverHost,
): Promise<'saved' | 'unsaved' | undefined> {
	const owner = await findKeyOwner(server.key, sources, log);
	if (owner) {
		// If the key can't be read, the file may be the only place that still has it.
		authorizationOrThrow(await owner.source.readKey(owner.token.id), owner.token.id);
	} else if (!(await importApiKey(formatApiKey(server.key), toServerLabel(server.name)))) {
		return undefined;
	}
	const configured = readMcpServers();
	const accounts = sources.all.flatMap(({ id, remote }) => (remote ? [{ sourceId: id, account: remote.account }] : []));
	// An account's own server is listed without the setting.
	const isListed = listMcpServers(accounts, configured).some(({ url }) => url === server.url);
	if (!isListed) {
		const added: ConfiguredMcpServer = { label: toServerLabel(server.name), url: server.url };
		await vscode.workspace
			.getConfiguration('connectTokens')
			.update('mcp.servers', [...configured, added], vscode.ConfigurationTarget.Global);
	}
	const document = await vscode.workspace.openTextDocument(uri);
	const { version, isDirty } = document;
	const replacements = removeServer(document.getText(), server);
	if (!replacements) {
		throw problem('The API key is no longer in the file. Check the file and try again.');
	}
	await editDocument(document, version, replacements);
	// Until then, the key is on the disk, and VS Code lists the server twice. What the user has changed before is the user's to save.
	return isDirty || !(await document.save()) ? 'unsaved' : 'saved';
}
