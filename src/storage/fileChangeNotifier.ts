import type { Disposable } from '../domain/ports';
import { Emitter } from '../domain/emitter';
import { readFileVersion, type FileVersion } from './fileVersions';
import { FileWatcher } from './fileWatcher';

/** Tells listeners of every change of a file once, however often and by whomever it is noticed. */
export class FileChangeNotifier implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #watcher: FileWatcher;
	/** The version that the listeners know; undefined while there are none. */
	#lastNotifiedVersion: FileVersion | undefined;

	constructor(private readonly file: string) {
		this.#watcher = new FileWatcher(file, () => this.notifyIfChanged());
	}

	onDidChange(listener: () => void): Disposable {
		this.#watcher.start();
		this.#lastNotifiedVersion ??= readFileVersion(this.file);
		return this.#changeEmitter.on(listener);
	}

	/** Tells the listeners if the file is no longer what they know. */
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
