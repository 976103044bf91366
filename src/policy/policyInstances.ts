import { basename } from 'node:path';
import { problem } from '../domain/problems';
import type { RuntimeInstance } from './haproxy/pushPolicy';
import type { ExportedPolicy } from './policyFolder';
import { findSockets } from './policyFolder';

/** The instances that can be reached, and the names of those in the deployment that can't. */
export interface ReachableInstances {
	readonly instances: readonly RuntimeInstance[];
	readonly missing: readonly string[];
}

/**
 * Finds running instances.
 * @param sockets paths of their sockets; by default, those in the folder
 * @throws ProblemError if there are none
 */
export async function findInstances(
	folder: string,
	{ deployment }: Pick<ExportedPolicy, 'deployment'>,
	sockets: readonly string[] = [],
): Promise<ReachableInstances> {
	const instances =
		sockets.length > 0
			? sockets.map((socketPath) => ({ name: toInstanceName(socketPath), socketPath }))
			: [...(await findSockets(folder))].map(([name, socketPath]) => ({ name, socketPath }));
	if (instances.length === 0) {
		throw problem(
			'No instance runs in {0}, because it contains no socket. Start HAProxy in this folder, or run “connect-tokens policy” on the machine that it runs on.',
			folder,
		);
	}
	const found = new Set(instances.map(({ name }) => name));
	return { instances, missing: deployment.instances.map(({ name }) => name).filter((name) => !found.has(name)) };
}

/** Sockets are called like their instances. One that's called differently, such as one forwarded by SSH, stands for itself. */
function toInstanceName(socketPath: string): string {
	const name = basename(socketPath);
	return /^haproxy-([\w-]{1,32})\.sock$/.exec(name)?.[1] ?? name;
}
