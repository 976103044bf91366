import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../host/paths';
import { launchWorkbench } from '../host/workbench';
import type { Activation } from './activationProbe';
import { median, milliseconds, type Row } from './table';

const OURS = 'connect-tokens.connect-tokens';

/**
 * Activates the extension beside one that does nothing, in `starts` fresh starts of VS Code and once more after a reload of each,
 * the order changing from start to start. One more that does nothing goes before both: the editor's own first activation costs extra.
 */
export async function measureActivation(starts: number): Promise<readonly Row[]> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	try {
		const [first, idle, ours] = await Promise.all([idleExtension(folder, 'first'), idleExtension(folder, 'idle'), sleepingCopy(folder)]);
		const cold: Activation[] = [];
		const warm: Activation[] = [];
		for (let start = 0; start < starts; start++) {
			const ids = [first.id, ...(start % 2 === 0 ? [OURS, idle.id] : [idle.id, OURS])];
			const [fresh, reloaded] = await activate(folder, ours, ids, [first.path, idle.path]);
			cold.push(...fresh);
			warm.push(...reloaded);
		}
		return [...rows('cold', cold, idle.id), ...rows('warm', warm, idle.id)];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function rows(start: string, all: readonly Activation[], idle: string): readonly Row[] {
	const of = (id: string, figure: 'awaited' | 'bytes' | 'settledBytes') =>
		median(all.filter((one) => one.id === id).map((one) => one[figure]));
	const ours = of(OURS, 'awaited');
	const nothing = of(idle, 'awaited');
	return [
		{ what: `${start}: awaited, an extension that does nothing`, figure: milliseconds(nothing) },
		{ what: `${start}: awaited, this one`, figure: milliseconds(ours) },
		{ what: `${start}: ratio`, figure: `${(ours / nothing).toFixed(2)} ×`, aim: 'at most 1.5 ×' },
		{ what: `${start}: loading and activate(), the difference`, figure: milliseconds(ours - nothing), aim: 'under 30 ms' },
		{ what: `${start}: memory`, figure: `${(of(OURS, 'bytes') / 1e6).toFixed(1)} MB`, aim: 'at most 5 MB' },
		{ what: `${start}: memory with what is loaded after the start`, figure: `${(of(OURS, 'settledBytes') / 1e6).toFixed(1)} MB` },
	];
}

/** A copy of the extension that does nothing, under a name of its own. */
async function idleExtension(folder: string, name: string): Promise<{ id: string; path: string }> {
	const path = join(folder, name);
	await cp(join(root, 'test/bench/idle'), path, { recursive: true });
	const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as { publisher: string };
	await writeFile(join(path, 'package.json'), JSON.stringify({ ...manifest, name }));
	return { id: `${manifest.publisher}.${name}`, path };
}

/** A copy of this extension that the editor does not activate by itself when it has started, so that the measure does. */
async function sleepingCopy(folder: string): Promise<string> {
	const path = join(folder, 'ours');
	for (const part of ['out/extension.js', 'out/main.js', 'media', 'package.nls.json']) {
		await cp(join(root, part), join(path, part), { recursive: true });
	}
	const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { activationEvents: string[] };
	const activationEvents = manifest.activationEvents.filter((event) => event !== 'onStartupFinished');
	await writeFile(join(path, 'package.json'), JSON.stringify({ ...manifest, activationEvents }));
	return path;
}

/** The activations of one fresh start, and of the reload after it. */
async function activate(
	folder: string,
	extensionDevelopmentPath: string,
	ids: readonly string[],
	extraExtensions: readonly string[],
): Promise<[fresh: readonly Activation[], reloaded: readonly Activation[]]> {
	const output = join(folder, 'activations.json');
	let exit: () => void = () => undefined;
	const nextExit = () => new Promise<void>((resolve) => (exit = resolve));
	let exited = nextExit();
	const workbench = await launchWorkbench({
		folder,
		extensionDevelopmentPath,
		extensionTestsPath: join(root, 'out/test/bench/activationProbe.js'),
		extraExtensions,
		env: { BENCH_EXTENSIONS: JSON.stringify(ids), BENCH_OUTPUT: output },
		prepare: async (context) => {
			await context.exposeFunction('codeAutomationLog', () => undefined);
			await context.exposeFunction('codeAutomationExit', () => exit());
		},
	});
	const read = async () => {
		await Promise.race([exited, workbench.failed]);
		return JSON.parse(await readFile(output, 'utf8')) as Activation[];
	};
	try {
		const fresh = await read();
		await rm(output);
		exited = nextExit();
		await workbench.reload(workbench.page);
		return [fresh, await read()];
	} finally {
		await workbench.close();
	}
}
