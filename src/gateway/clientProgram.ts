import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ApprovalRequest, ClientProgram } from '../domain/approvalRequest';

/** How long the search takes at most by default, in milliseconds. */
const SEARCH_TIMEOUT_MS = 300;

/**
 * Finds the program at the other end of a connection to the gateway. Resolves with undefined if it isn't found in time, runs as another user
 * or in another container, or the system isn't Linux: macOS and Windows tell this only to other programs, which take longer than the question
 * may wait.
 */
export async function findClientProgram(
	{ clientPort, gatewayPort }: Pick<ApprovalRequest, 'clientPort' | 'gatewayPort'>,
	timeoutMs = SEARCH_TIMEOUT_MS,
): Promise<ClientProgram | undefined> {
	if (process.platform !== 'linux') {
		return undefined;
	}
	const deadline = performance.now() + timeoutMs;
	const inode = await findInode(clientPort, gatewayPort);
	if (inode === undefined) {
		return undefined;
	}
	const link = `socket:[${inode}]`;
	const names = await readdir('/proc');
	// A program that was just started is the most likely one.
	const processIds = names
		.map(Number)
		.filter(Number.isInteger)
		.sort((left, right) => right - left);
	for (const processId of processIds) {
		if (performance.now() >= deadline) {
			return undefined;
		}
		if (await hasOpenFile(processId, link)) {
			return { name: await readProgramName(processId), processId };
		}
	}
	return undefined;
}

/** Finds the client's end of the connection in the tables of the kernel. */
async function findInode(clientPort: number, gatewayPort: number): Promise<string | undefined> {
	const [local, remote] = [clientPort, gatewayPort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
	// The columns after the addresses: state, queues, timer, retransmissions, user, timeout, and inode.
	const pattern = new RegExp(`^ *\\d+: [0-9A-F]+:${local} [0-9A-F]+:${remote} (?:\\S+ +){6}(\\d+)`, 'm');
	for (const table of ['tcp', 'tcp6']) {
		// Systems without IPv6 don't have the second table.
		const [, inode = '0'] = pattern.exec(await readFile(`/proc/net/${table}`, 'latin1').catch(() => '')) ?? [];
		if (inode !== '0') {
			return inode;
		}
	}
	return undefined;
}

/** Whether a process has opened the file that the link in `/proc` names. False for processes of other users, and those that have ended. */
async function hasOpenFile(processId: number, link: string): Promise<boolean> {
	const folder = `/proc/${processId}/fd`;
	try {
		const links = await Promise.all((await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => '')));
		return links.includes(link);
	} catch {
		return false;
	}
}

/** The executable's name, which is harder to forge than the one that a process gives itself. */
async function readProgramName(processId: number): Promise<string> {
	try {
		return basename((await readlink(`/proc/${processId}/exe`)).replace(/ \(deleted\)$/, ''));
	} catch {
		return (await readFile(`/proc/${processId}/comm`, 'utf8').catch(() => '?')).trim();
	}
}
