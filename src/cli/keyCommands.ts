import * as v from 'valibot';
import { CommandLineError } from '../broker/commandLineError';
import type { ListedToken } from '../broker/commandLineProtocol';
import { isConfidential, parseOrigin } from '../domain/origins';
import { readOperand, readOptions } from './readOptions';
import { UsageError } from './usageError';
import { getKey, listTokens, toReference } from './windows';

/** Bazel sends a URI. */
const MAX_INPUT_BYTES = 65_536;
/** How long Bazel may use a header without asking again, in milliseconds: half an hour if it isn't told. The key may be rotated meanwhile. */
const HEADER_LIFETIME_MS = 300_000;
const credentialRequestSchema = v.pipe(v.string(), v.parseJson(), v.object({ uri: v.pipe(v.string(), v.url()) }));

/** `list`: prints the tokens, without keys. */
export async function list(args: readonly string[]): Promise<string> {
	const { values, positionals } = readOptions('list', args, { json: { type: 'boolean' } });
	if (positionals.length > 0) {
		throw new UsageError(`Unknown argument: ${positionals[0]!}.`, 'list');
	}
	const tokens = await listTokens();
	if (values.json) {
		return escapeControlCharacters(JSON.stringify(tokens, undefined, 2));
	}
	if (tokens.length === 0) {
		throw new CommandLineError('There are no tokens. Create one in the Tokens view of the editor.');
	}
	return formatTable([
		['ID', 'STATUS', 'EXPIRES', 'ACCOUNT', 'NAME'],
		...tokens.map(({ id, status, expirationDate, account, name }) => [
			id,
			status,
			expirationDate?.slice(0, 10) ?? 'never',
			account ?? '',
			name,
		]),
	]);
}

/** `get`: prints the key that a reference stands for. */
export async function get(args: readonly string[]): Promise<string> {
	const reference = readOperand('get', readOptions('get', args, {}).positionals);
	if (reference === undefined) {
		throw new UsageError('Name a token, like this: connect-tokens get SU-000-000-000', 'get');
	}
	return getKey(toReference(reference, 'get'), 'get');
}

/** `header`: prints the Authorization header, as text or for programs that ask for it. */
export async function header(args: readonly string[]): Promise<string> {
	const { values, positionals } = readOptions('header', args, { json: { type: 'boolean' }, bazel: { type: 'boolean' } });
	if (values.json && values.bazel) {
		throw new UsageError("The options --json and --bazel can't be combined.", 'header');
	}
	// Bazel adds its command to the arguments.
	const operands = values.bazel && positionals.at(-1) === 'get' ? positionals.slice(0, -1) : positionals;
	const operand = readOperand('header', operands);
	const origin = values.bazel ? await readRequestedOrigin() : undefined;
	const reference = operand === undefined ? chooseOnlyToken(await listTokens()).reference : toReference(operand, 'header');
	if (reference.includes('#')) {
		throw new UsageError('A header has the complete key. Leave out # and what follows it.', 'header');
	}
	const key = await getKey(reference, 'header', origin);
	return values.bazel
		? JSON.stringify({ headers: { Authorization: [key] }, expires: new Date(Date.now() + HEADER_LIFETIME_MS).toISOString() })
		: values.json
			? JSON.stringify({ Authorization: key })
			: `Authorization: ${key}`;
}

function chooseOnlyToken(tokens: readonly ListedToken[]): ListedToken {
	const usable = tokens.filter(({ isUsable }) => isUsable);
	const [token] = usable;
	if (!token) {
		throw new CommandLineError('There are no usable tokens. Create one in the Tokens view of the editor.');
	}
	if (usable.length > 1) {
		throw new CommandLineError(`There are ${usable.length} usable tokens. Name one of them, like this: connect-tokens header ${token.id}`);
	}
	return token;
}

/** Reads where Bazel sends the header. A key is never sent without encryption, except to this machine. */
async function readRequestedOrigin(): Promise<string> {
	let input = '';
	for await (const chunk of process.stdin.setEncoding('utf8')) {
		input += chunk as string;
		if (input.length > MAX_INPUT_BYTES) {
			break;
		}
	}
	const parsed = v.safeParse(credentialRequestSchema, input);
	if (!parsed.success) {
		throw new CommandLineError('The standard input isn\'t a request of Bazel. It looks like {"uri": "https://example.com"}.');
	}
	const { uri } = parsed.output;
	const origin = parseOrigin(uri);
	if (origin === undefined || !isConfidential(origin)) {
		throw new CommandLineError(
			`An API key isn't sent to ${new URL(uri).hostname} without encryption. Use a URL that begins with https://.`,
		);
	}
	return origin;
}

/** JSON can contain some of the characters that control a terminal. */
function escapeControlCharacters(json: string): string {
	return json.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, (character) =>
		Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
	);
}

/** Aligns columns. Names can contain characters that control a terminal, so those are replaced. */
function formatTable(rows: readonly (readonly string[])[]): string {
	const cells = rows.map((row) => row.map((cell) => cell.replace(/[\p{Cc}\p{Cf}]/gu, '�')));
	const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
	return cells
		.map((row) =>
			row
				.map((cell, column) => cell.padEnd(widths[column]!))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
