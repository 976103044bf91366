import { ConnectError } from './errors';
import type { TokenCalls } from './tokenCalls';

/**
 * Gives a token the modules `wanted`, and takes all others away, one by one. What is there is looked at again in the end, because an
 * answer may get lost.
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
	const present = await calls.permissions(id);
	// First added, so that nothing that may go on has to stop meanwhile.
	for (const module of wanted.filter((one) => !present.has(one))) {
		await attempt(() => calls.permit(id, module));
	}
	for (const module of [...present].filter((one) => !wanted.includes(one))) {
		await attempt(() => calls.forbid(id, module));
	}
	if (failure) {
		const now = await calls.permissions(id);
		if (now.size !== wanted.length || !wanted.every((one) => now.has(one))) {
			throw failure;
		}
	}
}
