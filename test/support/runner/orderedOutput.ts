/** The output of one of several tasks that run at the same time. */
export interface TaskOutput {
	write(text: string): void;
	/** Must be called when the task has ended. */
	end(): void;
}

/**
 * Prints the output of tasks that run at the same time one after another, in the order in which `open` was called: what a task writes
 * appears at once if all previous tasks have ended, and otherwise when they have.
 */
export class OrderedOutput {
	/** What the tasks that haven't been printed completely have written, and whether they have ended. */
	readonly #tasks: { text: string; hasEnded: boolean }[] = [];

	constructor(private readonly print: (text: string) => void) {}

	open(): TaskOutput {
		const task = { text: '', hasEnded: false };
		this.#tasks.push(task);
		return {
			write: (text) => {
				task.text += text;
				this.#printAvailable();
			},
			end: () => {
				task.hasEnded = true;
				this.#printAvailable();
			},
		};
	}

	#printAvailable(): void {
		for (let task = this.#tasks[0]; task !== undefined; task = this.#tasks[0]) {
			if (task.text !== '') {
				this.print(task.text);
				task.text = '';
			}
			if (!task.hasEnded) {
				return;
			}
			this.#tasks.shift();
		}
	}
}
