import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const EXTENSION_ID = 'connect-tokens.connect-tokens';

/** Makes the extension log everything: for `WorkbenchTarget.logLevel`. */
export const TRACE_LOG_LEVEL = `${EXTENSION_ID}:trace`;

const SECRET = /[0-9a-f]{40}/i;
/** Long enough for a base64-encoded secret. */
const BASE64 = /[\w+/-]{54,}/g;

/** Reads the extension's log files in a profile, by path. Each window writes its own. */
export async function readExtensionLogs(userDataDir: string): Promise<Record<string, string>> {
	const entries = await readdir(join(userDataDir, 'logs'), { recursive: true, withFileTypes: true });
	const paths = entries
		.filter((entry) => entry.isFile() && basename(entry.parentPath) === EXTENSION_ID)
		.map(({ parentPath, name }) => join(parentPath, name));
	return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)));
}

/** Throws if a line in the extension's log files contains a secret. The error doesn't quote the line. */
export async function assertNoSecretsInLogs(userDataDir: string): Promise<void> {
	for (const [path, text] of Object.entries(await readExtensionLogs(userDataDir))) {
		const lines = text.split('\n').flatMap((line, index) => (containsSecret(line) ? [index + 1] : []));
		assert.deepEqual(lines, [], `Lines of ${path} contain an API key.`);
	}
}

/** Whether the text contains the secret of an API key, as it is or in base64. */
export function containsSecret(text: string): boolean {
	return SECRET.test(text) || Array.from(text.matchAll(BASE64), ([run]) => run).some(encodesSecret);
}

/** Other characters in front of the encoded text shift how it decodes, so this tries all four alignments. */
function encodesSecret(run: string): boolean {
	return [0, 1, 2, 3].some((offset) => SECRET.test(Buffer.from(run.slice(offset), 'base64').toString('latin1')));
}
