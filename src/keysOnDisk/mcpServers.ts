import type { Node } from 'jsonc-parser';
import { findConnectReferences } from '../domain/connectReference';
import type { TextReplacement } from '../requestFiles/authorizationEdits';
import type { FoundKey, JsonPath, PlaceKind, Remedy } from './foundKey';
import {
	applyReplacements,
	getString,
	getValue,
	insertFirst,
	insertMemberAfter,
	mayContainComment,
	parseJson,
	removeItem,
	replaceInString,
} from './jsonText';

/** The places that start MCP servers, with the names under which they list them. */
const SERVER_LISTS: Partial<Record<PlaceKind, readonly string[]>> = {
	claudeCode: ['mcpServers'],
	claudeDesktop: ['mcpServers'],
	cursor: ['mcpServers'],
	vscode: ['servers'],
};
/** The command line, which inserts keys into the environment of the program that it starts. */
const COMMAND = 'connect-tokens';
const COMMAND_PATH_PATTERN = /(?:^|[\\/])connect-tokens(?:\.cmd)?$/;

/** A value of an MCP server. */
interface ServerValue {
	/** Path of the server. */
	readonly server: JsonPath;
	readonly section: string | number;
	readonly name: string | number;
}

/**
 * Returns what can replace a key in the definition of an MCP server. Only Claude Code has a helper for headers, and VS Code stores what an
 * input of the type `command` returns in plain text. Everyone on the machine can read the arguments of a program.
 * @param key as in the value, and its form
 */
export function getServerRemedy(
	kind: PlaceKind,
	root: Node,
	path: JsonPath,
	key: { readonly text: string } & Pick<FoundKey, 'form'>,
): Remedy | undefined {
	const found = findServerValue(kind, path);
	const value = getString(root, path);
	if (!found || value === undefined || key.form === undefined) {
		return undefined;
	}
	const { server, section, name } = found;
	if (section === 'headers' && kind === 'claudeCode') {
		const isReplaceable = getString(root, [...server, 'url']) !== undefined && !getValue(root, [...server, 'headersHelper']);
		return isReplaceable && /^authorization$/i.test(String(name)) && key.form === 'authorization' && value.trim() === key.text
			? 'headersHelper'
			: undefined;
	}
	const args = getValue(root, [...server, 'args']);
	const canRun = getString(root, [...server, 'command']) !== undefined && (!args || args.children?.every(({ type }) => type === 'string'));
	return section === 'env' && canRun === true && canStandFor(value, key.text) ? 'run' : undefined;
}

/**
 * Replaces an `Authorization` header with a helper that returns it.
 * @param reference to the token
 */
export function useHeadersHelper(text: string, path: JsonPath, reference: string): string | undefined {
	const header = getValue(parseJson(text), path)?.parent;
	const headers = header?.parent;
	const member = headers?.parent;
	if (!header || !headers || member?.type !== 'property') {
		return undefined;
	}
	const helper = `${COMMAND} header ${reference} --json`;
	if (headers.children!.length === 1 && !mayContainComment(text, headers)) {
		const [name, value] = member.children!;
		return applyReplacements(text, [
			{ start: name!.offset, end: name!.offset + name!.length, text: '"headersHelper"' },
			{ start: value!.offset, end: value!.offset + value!.length, text: JSON.stringify(helper) },
		]);
	}
	return applyReplacements(text, [...removeItem(text, header), insertMemberAfter(text, member, 'headersHelper', helper)]);
}

/**
 * Replaces a key in the environment of a server with a reference, and starts the server's program with `connect-tokens run`, unless it
 * already is.
 * @param key as in the value
 * @param program path or name of the command line
 */
export function runWithReference(text: string, path: JsonPath, key: string, reference: string, program: string): string | undefined {
	const root = parseJson(text);
	const value = getValue(root, path);
	const server = path.slice(0, -2);
	const command = getValue(root, [...server, 'command']);
	if (!value || command?.type !== 'string') {
		return undefined;
	}
	const args = getValue(root, [...server, 'args']);
	const isRunning = COMMAND_PATH_PATTERN.test(String(command.value)) && args?.children?.[0]?.value === 'run';
	return applyReplacements(text, [
		replaceInString(text, value, key, reference),
		...(isRunning ? [] : runProgram(text, command, args, program)),
	]);
}

function runProgram(text: string, command: Node, args: Node | undefined, program: string): readonly TextReplacement[] {
	const start = ['run', '--', String(command.value)];
	return [
		{ start: command.offset, end: command.offset + command.length, text: JSON.stringify(program) },
		args ? insertFirst(text, args, start) : insertMemberAfter(text, command.parent!, 'args', start),
	];
}

function findServerValue(kind: PlaceKind, path: JsonPath): ServerValue | undefined {
	const names = SERVER_LISTS[kind] ?? [];
	// Claude Code also lists servers for each project.
	const listAt = kind === 'claudeCode' && path[0] === 'projects' ? 2 : 0;
	const [list, , section, name, ...rest] = path.slice(listAt);
	return section !== undefined && name !== undefined && rest.length === 0 && names.includes(String(list))
		? { server: path.slice(0, -2), section, name }
		: undefined;
}

/** Whether the command line would find a reference in place of the key. */
function canStandFor(value: string, key: string): boolean {
	const reference = 'connect://SU-000-000-000#secret';
	const [found, ...others] = findConnectReferences(value.replace(key, reference));
	return others.length === 0 && found?.reference !== undefined && found.end - found.start === reference.length;
}
