import { continueTotals, type CreatedPolicy } from './createPolicy';
import { HAPROXY_CONFIGURATION_FILE } from './haproxy/haproxyPolicyFiles';
import type { FailedInstance } from './haproxy/pullCounts';
import { pushPolicy } from './haproxy/pushPolicy';
import { createPolicyFiles } from './policyFiles';
import { writePolicyFolder, type ExportedPolicy } from './policyFolder';
import { findInstances } from './policyInstances';

/** How many tokens a push has changed in an instance, and whether it has changed modules. */
export interface PushedInstance {
	readonly instance: string;
	readonly tokenCount: number;
	readonly areModulesChanged: boolean;
}

/** What a push has done. */
export interface PushSummary {
	readonly pushed: readonly PushedInstance[];
	readonly failed: readonly FailedInstance[];
	/** Names of instances that don't run in the folder. */
	readonly missing: readonly string[];
	/** Why the files couldn't be saved, so that an instance that restarts has the previous policy. */
	readonly saveFailure: Error | undefined;
	/** Whether the configuration has changed, which instances only read when they start. */
	readonly needsRestart: boolean;
	/** What instances treat differently now. */
	readonly exceptions: CreatedPolicy['exceptions'];
}

/**
 * Saves a new version of an exported policy, and pushes it to the running instances. They get it even if it can't be saved, because it may deny a
 * key that somebody else has.
 * @param previous what the folder contains
 * @param sockets paths of the instances' sockets; by default, those in the folder
 * @throws ProblemError if no instance is found; the files are saved then
 */
export async function pushExportedPolicy(
	folder: string,
	previous: ExportedPolicy,
	created: CreatedPolicy,
	sockets?: readonly string[],
): Promise<PushSummary> {
	const current = continueTotals(created, previous.policy);
	const files = createPolicyFiles(current, previous.deployment);
	let saveFailure: Error | undefined;
	let changedFiles: readonly string[] = [];
	try {
		changedFiles = await writePolicyFolder(folder, files);
	} catch (error) {
		saveFailure = error instanceof Error ? error : new Error(String(error));
	}
	const { instances, missing } = await findInstances(folder, previous, sockets).catch((error: unknown) => {
		// Otherwise, the user would start HAProxy with the previous policy.
		throw saveFailure ?? error;
	});
	const results = await pushPolicy(files, instances);
	return {
		pushed: results.flatMap((result) => {
			if ('error' in result) {
				return [];
			}
			const { tokens, areModulesChanged } = result.changes;
			const tokenCount = tokens.added.length + tokens.changed.length + tokens.removed.length;
			return [{ instance: result.instance, tokenCount, areModulesChanged }];
		}),
		failed: results.flatMap((result) => ('error' in result ? [{ instance: result.instance, error: result.error }] : [])),
		missing,
		saveFailure,
		needsRestart: changedFiles.includes(HAPROXY_CONFIGURATION_FILE),
		exceptions: current.exceptions,
	};
}
