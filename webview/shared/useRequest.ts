import { useRef, useState } from 'preact/hooks';
import { errorMessage, type RequestFailure } from './requestFailure';

export interface RequestModel<Action> {
	/** Whether a request is pending. No other request can be sent until it has finished. */
	readonly isPending: boolean;
	readonly failure: RequestFailure<Action> | undefined;
	/** Runs `send` unless a request is pending. If it rejects, `failure` describes the error, with `title` as its title. */
	readonly request: (action: Action, title: string, send: () => Promise<void>) => Promise<void>;
	readonly clearFailure: () => void;
}

/** Sends one request at a time to the host and keeps the last failure. */
export function useRequest<Action>(): RequestModel<Action> {
	const [failure, setFailure] = useState<RequestFailure<Action>>();
	const [isPending, setIsPending] = useState(false);
	// A ref, because the second click of a double-click comes before the next render.
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
