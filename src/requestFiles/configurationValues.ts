import type { TextRange } from './lines';

/** A file outside of requests in which references to tokens can be values. */
export type ConfigurationFileKind = 'dotenv' | 'json' | 'yaml';

/** A value, without its quotes and, in a list such as `- NAME=value`, without its name. In JSON, names are values, too. */
export interface ConfigurationValue extends TextRange {
	readonly isQuoted: boolean;
}

const FILE_PATTERNS: readonly (readonly [ConfigurationFileKind, RegExp])[] = [
	// A file such as `.env.ts` is a program.
	['dotenv', /(?:^|\/)(?:\.env(?!.*\.(?:[cm]?[jt]sx?|json|md|py|http|rest)$)[^/]*|[^/]*\.env)$/],
	['json', /(?:^|\/)(?:(?:launch|tasks|settings|\.?mcp)\.json|[^/]*\.code-workspace)$/],
	['yaml', /\.ya?ml$/],
];
const LANGUAGES: Readonly<Record<string, ConfigurationFileKind>> = { dotenv: 'dotenv', yaml: 'yaml', dockercompose: 'yaml' };

/**
 * Returns the kind of a document by its name or language; undefined for any other document.
 * @param path of the document's URI; empty for a notebook's cell
 */
export function getConfigurationFileKind(languageId: string, path: string): ConfigurationFileKind | undefined {
	return FILE_PATTERNS.find(([, pattern]) => pattern.test(path))?.[0] ?? LANGUAGES[languageId];
}

const NAME_PATTERN = /^[ \t\ufeff]*(?:export[ \t]+)?[\w.-]+[ \t]*(?:=|:[ \t])[ \t]*/;
const QUOTED_VALUE_PATTERN = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/y;
/** Strings and comments. A string that isn't terminated ends with its line, so that it's read only once. */
const JSON_PATTERN = /"((?:[^"\\\r\n]|\\.)*)"?|\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)/g;
/** Quoted scalars, comments, and plain scalars. A quote begins a scalar after a name or in a list, but not in other text. */
const YAML_PATTERN = new RegExp(
	[
		'"((?:[^"\\\\\\r\\n]|\\\\.)*)"?',
		"'((?:[^'\\r\\n]|'')*)'?",
		'(?<!\\S)#[^\\r\\n]*',
		':(?=["\'])',
		'([^\\s"\',[\\]{}][^\\s,[\\]{}]*(?:[ \\t]+(?=[^\\s#,[\\]{}])(?!(?<=[:-][ \\t]+)["\'])[^\\s,[\\]{}]+)*)',
	].join('|'),
	'g',
);
/** What precedes a value in a plain scalar: indicators of lists, and a name, which may be quoted. */
const YAML_NAME_PATTERN = /^(?:.*:[ \t]+|(?:-[ \t]+)+)/;
/** The name in a variable of a list, as in Docker Compose's `environment`. */
const LISTED_NAME_PATTERN = /^[\w.-]+=/;

/** Finds the values of a configuration file, in order, and ignores comments. A value ends with its line. Takes linear time. */
export function findConfigurationValues(text: string, kind: ConfigurationFileKind): readonly ConfigurationValue[] {
	switch (kind) {
		case 'dotenv':
			return Array.from(text.matchAll(/[^\r\n]+/g)).flatMap(({ index, 0: line }) => readVariable(line, index));
		case 'json':
			return Array.from(text.matchAll(JSON_PATTERN)).flatMap(({ index, 1: value }) =>
				value === undefined ? [] : [{ start: index + 1, end: index + 1 + value.length, isQuoted: true }],
			);
		case 'yaml':
			return Array.from(text.matchAll(YAML_PATTERN)).flatMap(readScalar);
	}
}

function readVariable(line: string, offset: number): readonly ConfigurationValue[] {
	const name = NAME_PATTERN.exec(line)?.[0];
	if (name === undefined) {
		return [];
	}
	QUOTED_VALUE_PATTERN.lastIndex = name.length;
	const quoted = QUOTED_VALUE_PATTERN.exec(line)?.[0];
	if (quoted !== undefined) {
		return [{ start: offset + name.length + 1, end: offset + name.length + quoted.length - 1, isQuoted: true }];
	}
	// Without white space before it, only some parsers read a comment.
	const commentIndex = line.slice(name.length - 1).search(/[ \t]#/);
	const value = (commentIndex < 0 ? line : line.slice(0, name.length - 1 + commentIndex)).slice(name.length).trimEnd();
	return [{ start: offset + name.length, end: offset + name.length + value.length, isQuoted: false }];
}

function readScalar({
	index,
	1: doubleQuoted,
	2: singleQuoted,
	3: plain,
}: RegExpMatchArray & { index: number }): readonly ConfigurationValue[] {
	const quoted = doubleQuoted ?? singleQuoted;
	if (quoted !== undefined) {
		return [{ start: index + 1 + nameLength(quoted), end: index + 1 + quoted.length, isQuoted: true }];
	}
	if (plain === undefined) {
		return [];
	}
	const prefixLength = YAML_NAME_PATTERN.exec(plain)?.[0].length ?? 0;
	return [{ start: index + prefixLength + nameLength(plain.slice(prefixLength)), end: index + plain.length, isQuoted: false }];
}

function nameLength(value: string): number {
	return LISTED_NAME_PATTERN.exec(value)?.[0].length ?? 0;
}
