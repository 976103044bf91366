import { isUnknownText } from './destinations';
import { findVariableNames } from './keyReferences';
import { findPlaceholders } from './placeholders';

/** A `@name = value` line. */
export interface VariableDefinition {
	/** What a placeholder can contain to use it: REST Client keeps the prefix `global.` that httpYac removes. */
	readonly names: readonly string[];
	readonly value: string;
}

/** REST Client requires `=`; httpYac also accepts `:=` or only a space, and removes quotes. */
const DEFINITION_PATTERN = /^@(global\.)?([^\s=:]+)\s*:?=*\s*(.*)$/;

/** Names in a placeholder: all that REST Client supports, and those in an expression of httpYac. `%` in REST Client encodes the value. */
const NAME_PATTERNS = [/[\p{L}\p{N}_$]+(?:[.-][\p{L}\p{N}_$]+)+/gu, /[\p{L}\p{N}_$]+/gu];

/** Variables may use other variables. Deeper nesting isn't resolved. */
const MAX_DEPTH = 8;

/** Longer texts, in UTF-16 units, aren't resolved: a short file can define a value of any length. */
const MAX_EXPANDED_LENGTH = 10_000;

/** How many UTF-16 units are read to resolve the variables of a file. A real file's lines are read a few times each. */
const MAX_READ_LENGTH = 10_000_000;

/** A variable that REST Client replaces with an environment variable that a setting names. */
const NAME_IN_SETTING_PATTERN = /\{\{\s*\$processEnv\s+%/;

/** The start of a line that clients replace with a file and its references, also together with a variable. */
const FILE_LINE_PATTERN = /^<(?:@|\{\{)/;

/** A value that could start such a line, or contain one after a line break. */
const FILE_VALUE_PATTERN = /<(?:@|\{\{|$)/;

/** Stands for any environment variable. */
const ANY_VARIABLE = '*';

/** Stands for text that only the client knows. */
const UNKNOWN_TEXT = '?';

/** How often definitions may be visited to find the tokens that they use. A real file needs about one visit for each definition. */
const MAX_VISITS = 200_000;

/** Parses a line that defines a variable; undefined for any other line. */
export function parseVariableDefinition(line: string): VariableDefinition | undefined {
	const [, prefix, name, rest] = DEFINITION_PATTERN.exec(line.trim()) ?? [];
	if (name === undefined) {
		return undefined;
	}
	return { names: prefix === undefined ? [name] : [name, prefix + name], value: rest!.replace(/^"|"$/g, '') };
}

/** Returns whether a text uses an environment variable that a setting names. */
export function isNamedInSetting(text: string): boolean {
	return NAME_IN_SETTING_PATTERN.test(text);
}

/** The values of variables. */
export class VariableValues {
	/**
	 * By name; undefined if a name has several, because clients differ in which of them a request uses, or if the value could become a
	 * placeholder together with the text after it, which clients don't replace.
	 */
	readonly #values = new Map<string, string | undefined>();
	#readLength = 0;

	constructor(definitions: readonly VariableDefinition[]) {
		for (const { names, value } of definitions) {
			for (const name of names) {
				const isKnown = !this.#values.has(name) || this.#values.get(name) === value;
				this.#values.set(name, isKnown && !canStartPlaceholder(value) ? value : undefined);
			}
		}
	}

	/**
	 * Replaces variables in a line with their values. What only the client knows stays in braces. Returns undefined for a text that's too long,
	 * and if too many texts were long.
	 * @param isInEffect returns whether a variable has a value; all do by default
	 */
	expand(line: string, isInEffect: (name: string) => boolean = () => true): string | undefined {
		let result = line;
		for (let depth = 0; depth < MAX_DEPTH && result.length <= MAX_EXPANDED_LENGTH && this.#readLength <= MAX_READ_LENGTH; depth++) {
			this.#readLength += result.length;
			const expanded = this.#expandOnce(result, isInEffect);
			if (expanded === result) {
				break;
			}
			result = expanded;
		}
		return result.length <= MAX_EXPANDED_LENGTH && this.#readLength <= MAX_READ_LENGTH ? result : undefined;
	}

	/** Stops at the maximum length. The result is incomplete in that case, and too long. */
	#expandOnce(text: string, isInEffect: (name: string) => boolean): string {
		let result = '';
		let end = 0;
		for (const placeholder of findPlaceholders(text)) {
			const name = placeholder.content.trim();
			const value = isInEffect(name) ? this.#values.get(name) : undefined;
			result += text.slice(end, placeholder.start) + (value ?? text.slice(placeholder.start, placeholder.end));
			end = placeholder.end;
			if (result.length > MAX_EXPANDED_LENGTH) {
				return result;
			}
		}
		return result + text.slice(end);
	}
}

/** The variables that a file defines. */
export class FileVariables extends VariableValues {
	/**
	 * What the variable with a name uses, directly or through others: environment variables of tokens, `ANY_VARIABLE`, and `UNKNOWN_TEXT`.
	 * Undefined if there are too many definitions.
	 */
	readonly #uses: ReadonlyMap<string, ReadonlySet<string>> | undefined;

	constructor(definitions: readonly VariableDefinition[]) {
		super(definitions);
		this.#uses = findUsesByName(definitions);
	}

	/** Whether there are too many definitions to find out which tokens they use. */
	get isTooComplex(): boolean {
		return this.#uses === undefined;
	}

	/** Environment variables of tokens that any definition uses. */
	get tokenVariables(): readonly string[] {
		return [...new Set([...(this.#uses?.values() ?? [])].flatMap((uses) => [...uses].filter(isTokenVariable)))];
	}

	/** Finds the environment variables of tokens that a line uses in placeholders, directly or through variables at any level. */
	findTokenVariables(line: string): readonly string[] {
		return findPlaceholders(line).flatMap(({ content }) => this.findTokenVariablesInCode(content));
	}

	/** Like `findTokenVariables`, for the content of a placeholder or a line of a script. */
	findTokenVariablesInCode(code: string): readonly string[] {
		return [...findVariableNames(code), ...this.#findUses(code).filter(isTokenVariable)];
	}

	/** Returns whether a line could use any environment variable, directly or through variables. */
	usesAnyVariable(line: string): boolean {
		return FILE_LINE_PATTERN.test(line) || NAME_IN_SETTING_PATTERN.test(line) || this.#usesInPlaceholder(line, ANY_VARIABLE);
	}

	/** Returns whether a line contains a variable whose value depends on text that only the client knows. */
	usesUnknownText(line: string): boolean {
		return this.#usesInPlaceholder(line, UNKNOWN_TEXT);
	}

	#usesInPlaceholder(line: string, used: string): boolean {
		return findPlaceholders(line).some(({ content }) => this.#findUses(content).includes(used));
	}

	#findUses(code: string): readonly string[] {
		const names = this.#uses && this.#uses.size > 0 ? findNames(code) : [];
		return [...names].flatMap((name) => [...(this.#uses?.get(name) ?? [])]);
	}
}

function isTokenVariable(used: string): boolean {
	return used !== ANY_VARIABLE && used !== UNKNOWN_TEXT;
}

function canStartPlaceholder(value: string): boolean {
	const end = findPlaceholders(value).at(-1)?.end ?? 0;
	return /\{\{|\{$/.test(value.slice(end));
}

function findNames(code: string): ReadonlySet<string> {
	return new Set([code.trim(), ...NAME_PATTERNS.flatMap((pattern) => Array.from(code.matchAll(pattern), ([name]) => name))]);
}

/** Follows the definitions backward from what they use, so cycles don't matter. Returns undefined if that takes too long. */
function findUsesByName(definitions: readonly VariableDefinition[]): ReadonlyMap<string, ReadonlySet<string>> | undefined {
	/** Names that are defined by using another name. */
	const users = new Map<string, string[]>();
	/** Names that are defined by using something that isn't a variable of the file. */
	const directUsers = new Map<string, string[]>();
	const ownNames = new Set(definitions.flatMap(({ names }) => names));
	for (const { names, value } of definitions) {
		// REST Client removes backslashes.
		if (NAME_IN_SETTING_PATTERN.test(value) || FILE_VALUE_PATTERN.test(value.replaceAll('\\', ''))) {
			append(directUsers, ANY_VARIABLE, names);
		}
		for (const { content } of findPlaceholders(value)) {
			findVariableNames(content).forEach((variable) => append(directUsers, variable, names));
			findNames(content).forEach((used) => append(users, used, names));
			if (!ownNames.has(content.trim()) && isUnknownText(content)) {
				append(directUsers, UNKNOWN_TEXT, names);
			}
		}
	}
	const result = new Map<string, Set<string>>();
	let visits = 0;
	for (const [used, names] of directUsers) {
		const pending = [...names];
		for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
			const found = result.get(name) ?? new Set();
			if (!found.has(used)) {
				result.set(name, found.add(used));
				for (const user of users.get(name) ?? []) {
					pending.push(user);
				}
			}
			if (++visits + pending.length > MAX_VISITS) {
				return undefined;
			}
		}
	}
	return result;
}

function append(map: Map<string, string[]>, key: string, values: readonly string[]): void {
	const list = map.get(key) ?? [];
	list.push(...values);
	map.set(key, list);
}
