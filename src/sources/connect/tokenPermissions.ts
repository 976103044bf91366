import { problem } from '../../domain/problems';
import { ConnectError } from './connectErrors';
import type { TokenRequests } from './tokenRequests';

/**
 * Gives a token the modules `wanted`, and takes all others away, one by one. Then it looks, and once more does what is missing: an
 * answer may have been lost, and how the platform finds the permission to remove is not documented.
 * @throws ProblemError why not all could be done; some may have been
 */
export async function setTokenPermissions(requests: TokenRequests, id: string, permissions: readonly string[]): Promise<void> {
	let failure: ConnectError | undefined;
	const tryChange = async (change: () => Promise<void>) => {
		try {
			await change();
		} catch (error) {
			if (!(error instanceof ConnectError) || !error.outcomeUnknown) {
				throw error;
			}
			failure = error;
		}
	};
	for (let round = 1; ; round++) {
		const current = await requests.listPermissions(id);
		const missing = permissions.filter((one) => !current.has(one));
		const extra = [...current].filter((one) => !permissions.includes(one));
		if (missing.length + extra.length === 0) {
			return;
		}
		if (round > 2) {
			throw failure ?? problem("The modules of {0} still don't match your changes. Check them in CloudBlue Connect.", id);
		}
		// First added, so that nothing that may go on has to stop meanwhile.
		for (const module of missing) {
			await tryChange(() => requests.addPermission(id, module));
		}
		for (const module of extra) {
			await tryChange(() => requests.removePermission(id, module));
		}
	}
}
