import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { access, open, realpath, stat } from 'node:fs/promises';
import { replaceFile } from '../storage/atomicFile';
import { getErrorCode } from '../storage/fileErrors';
import type { PlaceKind } from './foundKey';

/** Larger files aren't read. */
export const MAX_PLACE_BYTES = 20_000_000;

/** Opening a pipe that has taken the place of the file must not wait for someone to write to it. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK || 0);

/** Why a file wasn't searched. */
export type ReadFailure = 'tooLarge' | 'notText' | 'unreadable';

/** Why a file wasn't changed. Nothing was written. */
export type WriteFailure = 'changed' | 'readOnly' | 'linked' | 'failed';

/** The text of a file, and what identifies its content without repeating it. */
export interface PlaceText {
	readonly text: string;
	readonly hash: string;
}

/** Reads a file that may contain keys. */
export async function readPlace(
	path: string,
	kind: PlaceKind,
	maxBytes = MAX_PLACE_BYTES,
): Promise<PlaceText | { readonly failure: ReadFailure }> {
	try {
		const handle = await open(path, OPEN_FLAGS);
		try {
			const stats = await handle.stat();
			if (!stats.isFile() || stats.size > maxBytes) {
				return { failure: stats.isFile() ? 'tooLarge' : 'unreadable' };
			}
			const bytes = await handle.readFile();
			return { text: decode(bytes, kind), hash: hashOf(bytes) };
		} finally {
			await handle.close();
		}
	} catch (error) {
		return { failure: error instanceof TypeError ? 'notText' : 'unreadable' };
	}
}

/** The file isn't the one that was read anymore. */
class FileChangedError extends Error {}

/**
 * Replaces the text of a file atomically, behind links to it, with its owner and mode. Leaves no other file.
 * @param hash of its content when it was read
 * @returns undefined if it was replaced
 */
export async function writePlace(path: string, kind: PlaceKind, hash: string, text: string): Promise<WriteFailure | undefined> {
	try {
		const target = await realpath(path);
		await access(target, constants.W_OK);
		const stats = await stat(target);
		if (stats.nlink > 1) {
			// The file would be separated from its other names, which would keep the key.
			return 'linked';
		}
		const assertUnchanged = () => {
			if (hashOfFile(target) !== hash) {
				throw new FileChangedError();
			}
		};
		await replaceFile(target, Buffer.from(text, encodingOf(kind)), assertUnchanged, stats);
		return undefined;
	} catch (error) {
		return error instanceof FileChangedError ? 'changed' : /^(EACCES|EPERM|EROFS)$/.test(getErrorCode(error)) ? 'readOnly' : 'failed';
	}
}

/**
 * Shells write what was typed in any encoding, and zsh marks some bytes, so a history is read byte by byte.
 * @throws TypeError if another file isn't UTF-8, because it couldn't be written again without damage
 */
function decode(bytes: Buffer, kind: PlaceKind): string {
	return encodingOf(kind) === 'latin1'
		? bytes.toString('latin1')
		: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function encodingOf(kind: PlaceKind): 'latin1' | 'utf8' {
	return kind === 'shellHistory' ? 'latin1' : 'utf8';
}

/** Returns undefined if it isn't a file anymore. */
function hashOfFile(path: string): string | undefined {
	const descriptor = openSync(path, OPEN_FLAGS);
	try {
		return fstatSync(descriptor).isFile() ? hashOf(readFileSync(descriptor)) : undefined;
	} finally {
		closeSync(descriptor);
	}
}

function hashOf(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
