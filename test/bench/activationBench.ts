import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';
import { launchWorkbench } from '../host/workbench';
import type { Activation } from './activationProbe';
import { median, milliseconds, type Row } from './resultTable';

const EXTENSION_ID = 'connect-tokens.connect-tokens';

/**
 * Measures the activation of this extension and of one that does nothing, in `starts` fresh starts of VS Code and after a reload of each.
 * The order alternates. Another extension that does nothing is activated before both, because the first activation in a window takes longer.
 */
export async function measureActivation(starts: number): Promise<readonly Row[]> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	try {
		const [first, idle, extensionPath] = await Promise.all([
			copyIdleExtension(folder, 'first'),
			copyIdleExtension(folder, 'idle'),
			copyExtension(folder),
		]);
		const cold: Activation[] = [];
		const warm: Activation[] = [];
		for (let start = 0; start < starts; start++) {
			const ids = [first.id, ...(start % 2 === 0 ? [EXTENSION_ID, idle.id] : [idle.id, EXTENSION_ID])];
			const [fresh, reloaded] = await activate(folder, extensionPath, ids, [first.path, idle.path]);
			cold.push(...fresh);
			warm.push(...reloaded);
		}
		return [...rows('cold', cold, idle.id), ...rows('warm', warm, idle.id)];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function rows(start: string, activations: readonly Activation[], idleId: string): readonly Row[] {
	const medianOf = (id: string, figure: 'awaited' | 'bytes' | 'settledBytes') =>
		median(activations.filter((activation) => activation.id === id).map((activation) => activation[figure]));
	const ours = medianOf(EXTENSION_ID, 'awaited');
	const idle = medianOf(idleId, 'awaited');
	return [
		{ label: `${start}: activation of an extension that does nothing`, figure: milliseconds(idle) },
		{ label: `${start}: activation of this extension`, figure: milliseconds(ours) },
		{ label: `${start}: ratio`, figure: `${(ours / idle).toFixed(2)} ×`, target: 'at most 1.5 ×' },
		{ label: `${start}: loading and activate() (difference)`, figure: milliseconds(ours - idle), target: 'under 30 ms' },
		{ label: `${start}: memory`, figure: `${(medianOf(EXTENSION_ID, 'bytes') / 1e6).toFixed(1)} MB`, target: 'at most 5 MB' },
		{ label: `${start}: memory including what is loaded later`, figure: `${(medianOf(EXTENSION_ID, 'settledBytes') / 1e6).toFixed(1)} MB` },
	];
}

/** Copies the extension that does nothing, and gives the copy its own name. */
async function copyIdleExtension(folder: string, name: string): Promise<{ id: string; path: string }> {
	const path = join(folder, name);
	await cp(join(repositoryRoot, 'test/bench/idle'), path, { recursive: true });
	const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as { publisher: string };
	await writeFile(join(path, 'package.json'), JSON.stringify({ ...manifest, name }));
	return { id: `${manifest.publisher}.${name}`, path };
}

/** Copies this extension without the `onStartupFinished` activation event, so that only the probe activates it. */
async function copyExtension(folder: string): Promise<string> {
	const path = join(folder, 'extension');
	for (const part of ['out/extension.js', 'out/main.js', 'media', 'package.nls.json']) {
		await cp(join(repositoryRoot, part), join(path, part), { recursive: true });
	}
	const manifest = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as { activationEvents: string[] };
	const activationEvents = manifest.activationEvents.filter((event) => event !== 'onStartupFinished');
	await writeFile(join(path, 'package.json'), JSON.stringify({ ...manifest, activationEvents }));
	return path;
}

/** Starts VS Code, activates the extensions, reloads the window, and activates them again. */
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
		extensionTestsPath: join(repositoryRoot, 'out/test/bench/activationProbe.js'),
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
