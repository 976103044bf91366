import { useRef, useState } from 'preact/hooks';
import { errorMessage } from './PageFrame';

/** Something asked of the host that failed as a whole. */
export interface RequestFailure<Action> {
	readonly title: string;
	readonly text: string;
	/** What to do again. */
	readonly action: Action;
}

export interface RequestModel<Action> {
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly isPending: boolean;
	readonly failure: RequestFailure<Action> | undefined;
	/** Runs `question` unless another one is on its way; when it throws, the failure is kept under `title`. */
	readonly request: (action: Action, title: string, send: () => Promise<void>) => Promise<void>;
	/** Drops the failure, which no longer matters. */
	readonly clearFailure: () => void;
}

/** Asks the host one thing at a time and keeps what failed. */
export function useRequest<Action>(): RequestModel<Action> {
	const [failure, setFailure] = useState<RequestFailure<Action>>();
	const [isPending, setIsPending] = useState(false);
	// The state of a render comes too late for the second click of a double click.
	const isRequesting = useRef(false);

	async function request(action: Action, title: string, send: () => Promise<void>): Promise<void> {
		if (isRequesting.current) {
			return;
		}
		isRequesting.current = true;
		setIsPending(true);
		setFailure(undefined);
		try {
			await send();
		} catch (error) {
			setFailure({ title, text: errorMessage(error), action });
		} finally {
			isRequesting.current = false;
			setIsPending(false);
		}
	}

	return { isPending, failure, request, clearFailure: () => setFailure(undefined) };
}
