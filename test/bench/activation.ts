import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../host/paths';
import { launchWorkbench } from '../host/workbench';
import type { Activation } from './activationProbe';

export const OURS = 'connect-tokens.connect-tokens';
/** Does nothing. */
export const IDLE = 'connect-tokens-bench.idle';

/** Activates the extension beside one that does nothing in a fresh VS Code, `ids` in that order. */
export async function measureActivations(ids: readonly string[]): Promise<readonly Activation[]> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const output = join(folder, 'activations.json');
	let exit!: (code: number) => void;
	const exited = new Promise<number>((resolve) => (exit = resolve));
	const workbench = await launchWorkbench({
		folder,
		extensionDevelopmentPath: root,
		extensionTestsPath: join(root, 'out/test/bench/activationProbe.js'),
		extraExtensions: [join(root, 'test/bench/idle')],
		env: { BENCH_EXTENSIONS: JSON.stringify(ids), BENCH_OUTPUT: output },
		prepare: async (context) => {
			await context.exposeFunction('codeAutomationLog', () => undefined);
			await context.exposeFunction('codeAutomationExit', exit);
		},
	});
	try {
		await Promise.race([exited, workbench.server.failed]);
		return JSON.parse(await readFile(output, 'utf8')) as Activation[];
	} finally {
		await workbench.close();
		await rm(folder, { recursive: true, force: true });
	}
}
