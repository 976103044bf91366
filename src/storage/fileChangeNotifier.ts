import { Emitter } from '../domain/emitter';
import type { Log } from '../domain/log';
import type { Disposable } from '../domain/ports';
import { readFileVersion, type FileVersion } from './fileVersions';
import { FileWatcher } from './fileWatcher';

/** Notifies listeners once of each change to a file, no matter who made it and how many times it's detected. */
export class FileChangeNotifier implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #watcher: FileWatcher;
	/** The version that listeners know about; undefined until there's a listener. */
	#lastNotifiedVersion: FileVersion | undefined;

	constructor(
		private readonly file: string,
		log: Log,
	) {
		this.#watcher = new FileWatcher(file, () => this.notifyIfChanged(), log);
	}

	onDidChange(listener: () => void): Disposable {
		this.#watcher.start();
		this.#lastNotifiedVersion ??= readFileVersion(this.file);
		return this.#changeEmitter.on(listener);
	}

	/** Notifies listeners if the file has changed since they were last notified. */
	notifyIfChanged(): void {
		if (this.#lastNotifiedVersion === undefined) {
			return;
		}
		this.#watcher.start();
		const version = readFileVersion(this.file);
		if (version !== this.#lastNotifiedVersion) {
			this.#lastNotifiedVersion = version;
			this.#changeEmitter.fire();
		}
	}

	dispose(): void {
		this.#lastNotifiedVersion = undefined;
		this.#watcher.dispose();
		this.#changeEmitter.dispose();
	}
}
