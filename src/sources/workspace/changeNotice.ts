import type { Disposable } from '../../domain/ports';
import { Emitter } from '../../domain/emitter';
import { fileVersion, type FileVersion } from './files';
import { FileWatcher } from './fileWatcher';

/** Tells listeners of every change of a file once, however often and by whomever it is noticed. */
export class ChangeNotice implements Disposable {
	readonly #changed = new Emitter();
	readonly #watcher: FileWatcher;
	/** The version that the listeners know; undefined while there are none. */
	#announced: FileVersion | undefined;

	constructor(private readonly file: string) {
		this.#watcher = new FileWatcher(file, () => this.check());
	}

	on(listener: () => void): Disposable {
		this.#watcher.start();
		this.#announced ??= fileVersion(this.file);
		return this.#changed.on(listener);
	}

	/** Tells the listeners if the file is no longer what they know. */
	check(): void {
		if (this.#announced === undefined) {
			return;
		}
		this.#watcher.start();
		const version = fileVersion(this.file);
		if (version !== this.#announced) {
			this.#announced = version;
			this.#changed.fire();
		}
	}

	dispose(): void {
		this.#announced = undefined;
		this.#watcher.dispose();
		this.#changed.dispose();
	}
}
