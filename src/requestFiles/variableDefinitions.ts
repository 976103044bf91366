/** A value to define as a variable of a request file. */
export interface VariableDefinition {
	readonly tokenId: string;
	/** Name of the token, which the variable's name is derived from. */
	readonly name: string;
	readonly value: string;
}

const MAX_NAME_LENGTH = 40;

/**
 * Formats file variables such as `@nightly_import = ApiKey {{…}}`, one per line, followed by an empty line.
 * @param text of the file they're for; names that it already defines aren't used again
 */
export function formatVariableDefinitions(definitions: readonly VariableDefinition[], text: string): string {
	const usedNames = new Set(Array.from(text.matchAll(/^[ \t]*@([^\s=]+)/gm), ([, name]) => name));
	const lines = definitions.map((definition) => {
		const name = uniqueVariableName(definition, usedNames);
		usedNames.add(name);
		return `@${name} = ${definition.value}\n`;
	});
	return `${lines.join('')}\n`;
}

/** Reduces the token's name to ASCII letters, digits, and underscores, which every client supports. */
function uniqueVariableName({ tokenId, name }: VariableDefinition, usedNames: ReadonlySet<string | undefined>): string {
	const asciiName = name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^[_\d]+|_$/g, '')
		.slice(0, MAX_NAME_LENGTH);
	const baseName = asciiName === '' ? tokenId.toLowerCase().replaceAll('-', '_') : asciiName;
	for (let attempt = 1; ; attempt++) {
		const candidate = attempt === 1 ? baseName : `${baseName}_${attempt}`;
		if (!usedNames.has(candidate)) {
			return candidate;
		}
	}
}
