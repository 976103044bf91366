import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies extensions to where VS Code finds them when it starts. */
export async function installExtensions(folders: readonly string[], extensionsDir: string): Promise<void> {
	await mkdir(extensionsDir, { recursive: true });
	for (const folder of folders) {
		const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<'publisher' | 'name' | 'version', string>;
		const installed = join(extensionsDir, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
		await cp(folder, installed, { recursive: true, dereference: true });
	}
}
