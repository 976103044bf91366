import { connect } from 'node:net';
import { basename, relative } from 'node:path';
import { problem } from '../domain/problems';
import type { RuntimeInstance } from './haproxy/pushPolicy';
import { findSockets, type ExportedPolicy } from './policyFolder';
import { getErrorCode } from '../storage/fileErrors';

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
		sockets.length > 0 ? sockets.map((socketPath) => ({ name: toInstanceName(socketPath), socketPath })) : await listRunning(folder);
	if (instances.length === 0) {
		throw problem(
			'No instance runs in {0}, because nothing listens on a socket there. Start HAProxy in this folder, so that it uses the current files. If it runs on another machine, forward its socket to this folder, as README.md explains.',
			folder,
		);
	}
	const found = new Set(instances.map(({ name }) => name));
	return { instances, missing: deployment.instances.map(({ name }) => name).filter((name) => !found.has(name)) };
}

/** Returns the instances that run in a folder. HAProxy leaves its socket behind when it ends, and reads the current files when it's started again. */
export async function listRunning(folder: string): Promise<readonly RuntimeInstance[]> {
	const instances = Array.from(await findSockets(folder), ([name, socketPath]) => ({ name, socketPath }));
	const areListening = await Promise.all(instances.map(({ socketPath }) => isListening(socketPath)));
	return instances.filter((_, index) => areListening[index]);
}

function isListening(socketPath: string): Promise<boolean> {
	return new Promise((resolve) => {
		// The path of a socket has at most about 100 characters.
		const relativePath = relative('', socketPath);
		const socket = connect(relativePath.length < socketPath.length ? relativePath : socketPath);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		// Whatever else is wrong with it is reported when it's used.
		socket.once('error', (error) => resolve(!/^(ECONNREFUSED|ENOENT)$/.test(getErrorCode(error))));
	});
}

/** Sockets are called like their instances. One that's called differently, such as one forwarded by SSH, stands for itself. */
function toInstanceName(socketPath: string): string {
	const name = basename(socketPath);
	return /^haproxy-([\w-]{1,32})\.sock$/.exec(name)?.[1] ?? name;
}
