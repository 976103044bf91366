import type { Node } from 'jsonc-parser';
import { parseApiKey, type ApiKey } from '../domain/apiKey';
import type { TextReplacement } from '../requestFiles/authorizationEdits';
import { getValue, parseJson, removeItem } from './jsonText';

/** An MCP server whose definition contains an API key in plain text, in its `Authorization` header. */
export interface ServerWithKey {
	readonly name: string;
	readonly url: string;
	readonly key: ApiKey;
	/** Why the gateway can't be used for it: a part of the definition would be lost, or refers to something that only its editor knows. */
	readonly obstacle: 'variable' | 'otherHeaders' | undefined;
}

/** `${input:key}`, `${env:KEY}`, `${workspaceFolder}`: who reads the file replaces it. */
const VARIABLE_START = '${';

/** Finds the servers of an `mcp.json` or `.mcp.json` that are called with an API key. Ignores files that aren't valid. */
export function findServersWithKeys(text: string): readonly ServerWithKey[] {
	return listServers(parseJson(text)).flatMap((member) => {
		const server = readServer(member);
		return server ? [server] : [];
	});
}

/** Removes the definition of a server that still has this key. Comments stay. Returns undefined if there's none. */
export function removeServer(text: string, { name, url, key }: ServerWithKey): readonly TextReplacement[] | undefined {
	const member = listServers(parseJson(text)).find((candidate) => {
		const server = readServer(candidate);
		return server?.name === name && server.url === url && server.key.tokenId === key.tokenId && server.key.secret === key.secret;
	});
	return member && removeItem(text, member);
}

/** VS Code calls the list `servers`, and the other programs `mcpServers`. */
function listServers(root: Node | undefined): readonly Node[] {
	return ['servers', 'mcpServers'].flatMap((name) => {
		const list = getValue(root, [name]);
		return list?.type === 'object' ? list.children! : [];
	});
}

function readServer({ children }: Node): ServerWithKey | undefined {
	const [name, definition] = children!;
	const url = getValue(definition, ['url']);
	const headers = getValue(definition, ['headers']);
	if (url?.type !== 'string' || headers?.type !== 'object') {
		return undefined;
	}
	const header = headers.children!.find(({ children: [headerName] = [] }) => /^authorization$/i.test(String(headerName?.value)));
	const value = String(header?.children?.[1]?.value);
	const key = /^ApiKey\s/i.test(value.trim()) ? parseApiKey(value) : undefined;
	if (!key) {
		return undefined;
	}
	const hasVariable = String(url.value).includes(VARIABLE_START);
	const obstacle = hasVariable ? 'variable' : headers.children!.length > 1 ? 'otherHeaders' : undefined;
	return { name: String(name!.value), url: String(url.value), key, obstacle };
}
