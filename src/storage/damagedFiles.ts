import { renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listFileNames } from './fileVersions';

/** Renames a damaged file so that its owner can inspect it, and returns its new path: next to the original, with `now` in its name. */
export function setAsideDamagedFile(file: string, now: Date): string {
	const damagedPath = findUnusedPath(file, now);
	renameSync(file, damagedPath);
	return damagedPath;
}

function findUnusedPath(file: string, now: Date): string {
	const folder = dirname(file);
	const stem = basename(file, '.json');
	const names = listFileNames(folder);
	const time = now.toISOString().replaceAll(':', '-');
	for (let attempt = 1; ; attempt++) {
		const name = `${stem}.damaged-${time}${attempt > 1 ? `-${attempt}` : ''}.json`;
		if (!names.includes(name)) {
			return join(folder, name);
		}
	}
}
