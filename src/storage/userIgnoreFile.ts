import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The setting `core.excludesFile`, in the section `[core]` of a configuration file. */
const EXCLUDES_FILE_PATTERN = /^\s*\[core\]\s*(?:[#;].*)?(?:\r?\n(?!\s*\[).*)*?\r?\n\s*excludesfile\s*=\s*"?([^"\r\n]+?)"?\s*$/im;

/**
 * Returns the text of the ignore file that applies to all repositories of the user (gitignore(5)): the one that Git's configuration names, or
 * else the one in its default place. Empty if there is none. Doesn't run Git, so it can be used in workspaces that aren't trusted.
 */
export async function readUserIgnoreFile(): Promise<string> {
	const { XDG_CONFIG_HOME: configHome = '' } = process.env;
	const configurationFolder = join(configHome === '' ? join(homedir(), '.config') : configHome, 'git');
	// The last one takes precedence.
	const configurations = await Promise.all([join(configurationFolder, 'config'), join(homedir(), '.gitconfig')].map(readOrEmpty));
	const [named] = configurations.flatMap((text) => EXCLUDES_FILE_PATTERN.exec(text)?.[1] ?? []).slice(-1);
	return readOrEmpty(named?.replace(/^~(?=\/)/, homedir()) ?? join(configurationFolder, 'ignore'));
}

async function readOrEmpty(path: string): Promise<string> {
	return readFile(path, 'utf8').catch(() => '');
}
