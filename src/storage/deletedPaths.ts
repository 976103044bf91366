import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import { getErrorCode } from './fileErrors';

/** Where macOS and Linux mount drives that can be disconnected. */
const MOUNT_POINT_PATTERN = /^(?:\/Volumes\/[^/]+|\/(?:run\/)?media\/[^/]+\/[^/]+|\/mnt\/[^/]+)/;

/**
 * Whether there's certainly nothing at an absolute path anymore. False if that can't be checked: without permission, or while the drive or
 * the target of a link isn't connected.
 */
export function isDeleted(path: string): boolean {
	try {
		if (lstatSync(path, { throwIfNoEntry: false })) {
			return false;
		}
		let ancestor = dirname(path);
		while (!lstatSync(ancestor, { throwIfNoEntry: false }) && ancestor !== dirname(ancestor)) {
			ancestor = dirname(ancestor);
		}
		// A link can lead to a drive. `realpathSync` throws if it's a link without a target.
		const places = [path, realpathSync(ancestor) + path.slice(ancestor.length)];
		return places.every((place) => readdirSync(MOUNT_POINT_PATTERN.exec(place)?.[0] ?? parse(place).root).length > 0);
	} catch (error) {
		// A file has taken the place of a parent folder. What can't be checked may still exist.
		return getErrorCode(error) === 'ENOTDIR';
	}
}
