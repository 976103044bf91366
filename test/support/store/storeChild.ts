/**
 * A window in its own process: node storeChild.js MODE FOLDER VAULT [COUNT]
 *   churn   creates and deletes tokens until it is killed
 *   create  creates COUNT tokens one by one once it receives input, and waits until twice as many are listed
 *   fill    creates tokens until that fails
 *   blind   creates a token while a second window is open, on a system that can't watch files
 * It reports each event on its own line, after it happened.
 */
import { once } from 'node:events';
import { readdirSync, watch, writeSync } from 'node:fs';
import { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import { FileVault } from '../fileVault';
import { DEFAULT_OPTIONS } from './sourceOptions';
import type { Report } from './reportingProcess';

const [mode, folder = '', vaultFolder = '', count] = process.argv.slice(2);
const vault = new FileVault(vaultFolder);
const source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault });
const modes: Record<string, () => Promise<void>> = {
	churn: changeRepeatedly,
	create: () => create(Number(count)),
	fill,
	blind: listWithoutWatching,
};

// When a file exceeds its size limit, some versions of Node are terminated by the signal that comes with the error.
process.on('SIGXFSZ', () => undefined);
void modes[mode ?? '']?.();

/** Keeps a few tokens, so creations and deletions alternate. */
async function changeRepeatedly(): Promise<void> {
	// Exits with its parent, which would otherwise kill it.
	process.stdin.resume().on('end', () => process.exit());
	const ids = (await source.list()).map(({ id }) => id);
	report({ ready: true });
	for (;;) {
		const { id } = await source.create({ name: 'churned' });
		report({ created: id });
		ids.push(id);
		if (ids.length > 3) {
			const oldest = ids.shift()!;
			report({ deleting: oldest });
			await source.delete(oldest);
			report({ deleted: oldest });
		}
	}
}

async function create(tokenCount: number): Promise<void> {
	let changeEvents = 0;
	const complete = new Promise<void>((resolve) => {
		source.onDidChange(() => {
			changeEvents++;
			void source.list().then((tokens) => tokens.length === 2 * tokenCount && resolve());
		});
	});
	report({ ready: true });
	await once(process.stdin, 'data');
	// One by one, because concurrent creations are written together and would rarely conflict with the other process.
	for (let index = 0; index < tokenCount; index++) {
		await source.create({ name: `${process.pid} ${index}` });
	}
	await complete;
	report({ listed: (await source.list()).length, changeEvents });
	process.stdin.destroy();
}

async function fill(): Promise<void> {
	for (;;) {
		try {
			const { id } = await source.create({ name: 'filling', description: 'x'.repeat(200) });
			report({ created: id });
		} catch (error) {
			const tokens = await new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault }).list();
			const keys = await Promise.all(tokens.map(({ id }) => source.readKey(id)));
			report({
				failure: String(error),
				whole: tokens.flatMap(({ id }, index) => ('authorization' in keys[index]! ? [id] : [])),
				names: readdirSync(folder).sort(),
				keys: (await vault.keyIds()).length,
			});
			return source.dispose();
		}
	}
}

async function listWithoutWatching(): Promise<void> {
	try {
		watch('.').close();
	} catch (error) {
		report({ failure: String(error) });
	}
	const other = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault });
	let changeEvents = 0;
	other.onDidChange(() => changeEvents++);
	await other.list();
	await source.create({ name: 'unseen' });
	const listed = (await other.list()).length;
	report({ listed, changeEvents });
}

/** Synchronous, so that a report isn't lost when the process is killed. */
function report(line: Report): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
