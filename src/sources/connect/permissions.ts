import { problem } from '../../domain/problems';
import { ConnectError } from './errors';
import type { TokenCalls } from './tokenCalls';

/**
 * Gives a token the modules `wanted`, and takes all others away, one by one. Then it looks, and once more does what is missing: an
 * answer may have been lost, and how the platform finds the permission to remove is not documented.
 * @throws ProblemError why not all could be done; some may have been
 */
export async function setPermissions(calls: TokenCalls, id: string, wanted: readonly string[]): Promise<void> {
	let failure: ConnectError | undefined;
	const attempt = async (change: () => Promise<void>) => {
		try {
			await change();
		} catch (error) {
			if (!(error instanceof ConnectError) || !error.isLost) {
				throw error;
			}
			failure = error;
		}
	};
	for (let round = 1; ; round++) {
		const present = await calls.permissions(id);
		const missing = wanted.filter((one) => !present.has(one));
		const surplus = [...present].filter((one) => !wanted.includes(one));
		if (missing.length + surplus.length === 0) {
			return;
		}
		if (round > 2) {
			throw failure ?? problem('The modules of {0} are still others than they were to be. Look at them on the platform.', id);
		}
		// First added, so that nothing that may go on has to stop meanwhile.
		for (const module of missing) {
			await attempt(() => calls.permit(id, module));
		}
		for (const module of surplus) {
			await attempt(() => calls.forbid(id, module));
		}
	}
}
