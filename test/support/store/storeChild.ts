/**
 * A window in a process of its own: node storeChild.js MODE FOLDER VAULT [COUNT]
 *   churn   creates and deletes tokens until it is killed
 *   create  creates COUNT tokens one by one once its input says so, waits until twice as many are listed
 *   fill    creates tokens until that fails
 *   blind   creates a token beside a second window, where the system cannot watch files
 * It reports each thing that happened with a line of its own, after it happened.
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

// Where a file may not grow, some versions of Node die of the signal that comes with the error.
process.on('SIGXFSZ', () => undefined);
void modes[mode ?? '']?.();

/** Keeps a handful of tokens, so that creations and deletions take turns. */
async function changeRepeatedly(): Promise<void> {
	// Nobody is left to kill it once its parent has gone.
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

async function create(many: number): Promise<void> {
	let notices = 0;
	const complete = new Promise<void>((resolve) => {
		source.onDidChange(() => {
			notices++;
			void source.list().then((tokens) => tokens.length === 2 * many && resolve());
		});
	});
	report({ ready: true });
	await once(process.stdin, 'data');
	// One by one: what is created at once is written together, and would leave the other process little to meet.
	for (let index = 0; index < many; index++) {
		await source.create({ name: `${process.pid} ${index}` });
	}
	await complete;
	report({ listed: (await source.list()).length, notices });
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
	let notices = 0;
	other.onDidChange(() => notices++);
	await other.list();
	await source.create({ name: 'unseen' });
	const listed = (await other.list()).length;
	report({ listed, notices });
}

/** Written at once: what is reported must not be lost with the process. */
function report(line: Report): void {
	writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
