import { lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { problem } from '../domain/problems';
import { replaceFile } from '../storage/atomicFile';
import { getErrorCode, toReadProblem, toWriteProblem } from '../storage/fileErrors';
import { parseJson } from '../storage/json';
import { PRIVATE_FOLDER_MODE } from '../storage/privateFolder';
import { deploymentSchema, type Deployment } from './deployment';
import { policySchema, type Policy } from './policy';

export const POLICY_FILE = 'policy.json';
export const DEPLOYMENT_FILE = 'deployment.json';
/** A policy of 100,000 tokens has about 40 MB. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;
/** Names of files that are exported, also in a folder below. */
const FILE_NAME_PATTERN = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/;
const SOCKET_PATTERN = /^haproxy-([\w-]{1,32})\.sock$/;

/** An exported policy, and how its instances are set up. */
export interface ExportedPolicy {
	readonly policy: Policy;
	readonly deployment: Deployment;
}

/** What's in a folder: nothing, an exported policy, or other files, one of which is named. */
export type FolderContent =
	{ readonly kind: 'empty' } | ({ readonly kind: 'exported' } & ExportedPolicy) | { readonly kind: 'other'; readonly name: string };

/**
 * Returns what's in a folder that a policy may be exported to. It doesn't have to exist.
 * @throws ProblemError if the path is anything else than a folder, or can't be read
 */
export async function inspectFolder(folder: string): Promise<FolderContent> {
	const names = await readNames(folder);
	const [name] = names;
	if (name === undefined) {
		return { kind: 'empty' };
	}
	const exported = names.includes(POLICY_FILE) && names.includes(DEPLOYMENT_FILE) ? await readExportedPolicy(folder) : undefined;
	return exported ? { kind: 'exported', ...exported } : { kind: 'other', name };
}

/**
 * Reads the policy that was exported to a folder.
 * @throws ProblemError if there's none
 */
export async function readPolicyFolder(folder: string): Promise<ExportedPolicy> {
	const content = await inspectFolder(folder);
	if (content.kind !== 'exported') {
		throw problem('{0} contains no exported policy. Export the policy to this folder first, or choose another one.', folder);
	}
	return content;
}

/**
 * Writes the files of a policy, each atomically, so that only the user can read them. Files whose content is the same aren't written, and others
 * in the folder stay as they are.
 * @param files content by name
 * @returns the names of the files that have changed
 * @throws ProblemError if a file can't be written, or the folder is a symbolic link
 */
export async function writePolicyFolder(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
	await assertFolder(folder);
	const changed: string[] = [];
	for (const [name, content] of files) {
		if (!FILE_NAME_PATTERN.test(name)) {
			throw new Error(`Unexpected file name: ${name}`);
		}
		const path = join(folder, name);
		try {
			await createFolder(dirname(path));
			if (await writeChanged(path, content)) {
				changed.push(name);
			}
		} catch (error) {
			throw toWriteProblem(error, path);
		}
	}
	return changed;
}

/**
 * Returns the paths of the sockets on which the instances that run in a folder can be reached, by the instance's name. A symbolic link isn't one: in a
 * repository, it could lead to any program's socket.
 */
export async function findSockets(folder: string): Promise<ReadonlyMap<string, string>> {
	const found = await Promise.all(
		(await readNames(folder)).map(async (name): Promise<[string, string][]> => {
			const instance = SOCKET_PATTERN.exec(name)?.[1];
			const path = join(folder, name);
			return instance !== undefined && (await isSocket(path)) ? [[instance, path]] : [];
		}),
	);
	return new Map(found.flat());
}

/** On Windows, where HAProxy doesn't run, a socket that's forwarded by SSH can't be told from a file. */
async function isSocket(path: string): Promise<boolean> {
	const stats = await lstat(path).catch(() => undefined);
	return stats !== undefined && (stats.isSocket() || (process.platform === 'win32' && !stats.isSymbolicLink()));
}

/** Returns the sorted names of what's in a folder; none if it doesn't exist. */
async function readNames(folder: string): Promise<readonly string[]> {
	if (!(await assertFolder(folder))) {
		return [];
	}
	try {
		return (await readdir(folder)).sort();
	} catch (error) {
		throw toReadProblem(error, folder);
	}
}

/**
 * Returns whether the folder exists.
 * @throws ProblemError if the path is anything else: a link in a repository could lead to any folder of the user
 */
async function assertFolder(path: string): Promise<boolean> {
	const stats = await lstat(path).catch((error: unknown) => {
		if (getErrorCode(error) === 'ENOENT') {
			return undefined;
		}
		throw getErrorCode(error) === 'ENOTDIR' ? notFolderProblem(path) : toReadProblem(error, path);
	});
	if (stats?.isSymbolicLink()) {
		throw problem('{0} is a symbolic link. Choose the folder that it leads to.', path);
	}
	if (stats && !stats.isDirectory()) {
		throw notFolderProblem(path);
	}
	return stats !== undefined;
}

function notFolderProblem(path: string) {
	return problem("{0} isn't a folder. Choose another one.", path);
}

async function createFolder(path: string): Promise<void> {
	if (!(await assertFolder(path))) {
		await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER_MODE });
	}
}

async function readExportedPolicy(folder: string): Promise<ExportedPolicy | undefined> {
	const [policy, deployment] = await Promise.all([
		readJson(join(folder, POLICY_FILE), policySchema),
		readJson(join(folder, DEPLOYMENT_FILE), deploymentSchema),
	]);
	return policy && deployment && { policy, deployment };
}

/** Undefined if the content isn't valid. */
async function readJson<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
	try {
		const stats = await stat(path);
		// A link in a repository could lead to a device that never ends.
		if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
			return undefined;
		}
		const { success, output } = v.safeParse(schema, parseJson(await readFile(path)));
		return success ? output : undefined;
	} catch (error) {
		throw toReadProblem(error, path);
	}
}

/** A symbolic link is replaced, not followed. */
async function writeChanged(path: string, content: string): Promise<boolean> {
	const stats = await lstat(path).catch(() => undefined);
	if (stats?.isFile() && (await readFile(path).catch(() => undefined))?.equals(Buffer.from(content))) {
		return false;
	}
	await replaceFile(path, content);
	return true;
}
