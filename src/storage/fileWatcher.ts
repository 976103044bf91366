import { existsSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import type { Disposable } from '../domain/ports';

/**
 * Notices that a file may have changed. Until its folder exists, the nearest folder above is watched, so that nothing has to be
 * made for a file that may never be. Where the system cannot watch, nothing is noticed and nothing fails.
 */
export class FileWatcher implements Disposable {
	#watcher: FSWatcher | undefined;

	constructor(
		private readonly file: string,
		private readonly onPossibleChange: () => void,
	) {}

	/** Starts watching; tries again where it failed before. */
	start(): void {
		while (!this.#watcher) {
			const folder = this.#findNearestFolder();
			try {
				this.#watcher = watch(folder, { persistent: false }, (_event, name) => this.#handleEvent(folder, name));
				this.#watcher.on('error', () => this.dispose());
			} catch {
				return;
			}
			// The folder below may have come between the look and the watch.
			if (this.#findNearestFolder() !== folder) {
				this.dispose();
			}
		}
	}

	dispose(): void {
		this.#watcher?.close();
		this.#watcher = undefined;
	}

	#handleEvent(folder: string, name: string | null): void {
		const [next] = relative(folder, this.file).split(sep);
		const isFolder = name === basename(folder);
		if (name !== null && name !== next && !isFolder) {
			return;
		}
		// An event of the folder itself is its end, perhaps followed by another of the same name.
		if (isFolder || this.#findNearestFolder() !== folder) {
			this.dispose();
			this.start();
		}
		this.onPossibleChange();
	}

	#findNearestFolder(): string {
		let folder = dirname(this.file);
		while (!existsSync(folder)) {
			folder = dirname(folder);
		}
		return folder;
	}
}
