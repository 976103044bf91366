import { useRef, useState } from 'preact/hooks';
import { textOf } from './Page';

/** Something asked of the host that failed as a whole. */
export interface Failure<Action> {
	readonly title: string;
	readonly text: string;
	/** What to do again. */
	readonly action: Action;
}

export interface Asking<Action> {
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly pending: boolean;
	readonly failure: Failure<Action> | undefined;
	/** Runs `question` unless another one is on its way; when it throws, the failure is kept under `title`. */
	readonly ask: (action: Action, title: string, question: () => Promise<void>) => Promise<void>;
	/** Drops the failure, which no longer matters. */
	readonly forget: () => void;
}

/** Asks the host one thing at a time and keeps what failed. */
export function useAsking<Action>(): Asking<Action> {
	const [failure, setFailure] = useState<Failure<Action>>();
	const [pending, setPending] = useState(false);
	// The state of a render comes too late for the second click of a double click.
	const asking = useRef(false);

	async function ask(action: Action, title: string, question: () => Promise<void>): Promise<void> {
		if (asking.current) {
			return;
		}
		asking.current = true;
		setPending(true);
		setFailure(undefined);
		try {
			await question();
		} catch (error) {
			setFailure({ title, text: textOf(error), action });
		} finally {
			asking.current = false;
			setPending(false);
		}
	}

	return { pending, failure, ask, forget: () => setFailure(undefined) };
}
