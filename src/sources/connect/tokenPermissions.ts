import { problem } from '../../domain/problems';
import { ConnectError } from './connectErrors';
import type { TokenRequests } from './tokenRequests';

/**
 * Adds and removes a token's permissions one by one until they match `permissions`. Reads them afterward and repeats what's missing once,
 * because a response can get lost, and the platform doesn't document how it identifies the permission to remove.
 * @throws ProblemError if they don't match; some changes might have been made
 */
export async function setTokenPermissions(requests: TokenRequests, id: string, permissions: readonly string[]): Promise<void> {
	let lastFailure: ConnectError | undefined;
	const tryChange = async (change: () => Promise<void>) => {
		try {
			await change();
		} catch (error) {
			if (!(error instanceof ConnectError) || !error.outcomeUnknown) {
				throw error;
			}
			lastFailure = error;
		}
	};
	for (let round = 1; ; round++) {
		const current = await requests.listPermissions(id);
		const missing = permissions.filter((moduleId) => !current.has(moduleId));
		const extra = [...current].filter((moduleId) => !permissions.includes(moduleId));
		if (missing.length + extra.length === 0) {
			return;
		}
		if (round > 2) {
			throw lastFailure ?? problem("The modules of {0} still don't match your changes. Check them in CloudBlue Connect.", id);
		}
		// Add before removing, so access isn't interrupted.
		for (const moduleId of missing) {
			await tryChange(() => requests.addPermission(id, moduleId));
		}
		for (const moduleId of extra) {
			await tryChange(() => requests.removePermission(id, moduleId));
		}
	}
}
