import { existsSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { logFailure, type Log } from '../domain/log';
import type { Disposable } from '../domain/ports';

/**
 * Detects that a file may have changed. While its folder doesn't exist, the nearest existing parent is watched, so the folder doesn't
 * have to be created for a file that may never exist. If the system can't watch files, nothing is detected, but nothing fails either.
 */
export class FileWatcher implements Disposable {
	#watcher: FSWatcher | undefined;
	#hasLoggedFailure = false;

	constructor(
		private readonly file: string,
		private readonly onPossibleChange: () => void,
		private readonly log: Log,
	) {}

	/** Starts watching unless it's already active. Call it again to retry after a failure. */
	start(): void {
		while (!this.#watcher) {
			const folder = this.#findNearestFolder();
			try {
				this.#watcher = watch(folder, { persistent: false }, (_event, name) => this.#handleEvent(folder, name));
				this.#watcher.on('error', (error) => {
					this.#logFirstFailure(error);
					this.dispose();
				});
			} catch (error) {
				this.#logFirstFailure(error);
				return;
			}
			// A nearer folder may have been created before the watcher was active.
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
		// An event for the folder itself means it was removed, and possibly created again.
		if (isFolder || this.#findNearestFolder() !== folder) {
			this.dispose();
			this.start();
		}
		this.onPossibleChange();
	}

	/** Logs a failure once, because watching is retried each time the file is accessed. */
	#logFirstFailure(error: unknown): void {
		if (!this.#hasLoggedFailure) {
			this.#hasLoggedFailure = true;
			logFailure(this.log, `watch ${basename(this.file)}`)(error);
		}
	}

	#findNearestFolder(): string {
		let folder = dirname(this.file);
		while (!existsSync(folder)) {
			folder = dirname(folder);
		}
		return folder;
	}
}
