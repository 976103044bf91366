import * as v from 'valibot';
import { Peer, type MethodHandlers, type MethodSchemas, type MessageTransport } from '../../src/protocol/peer';

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

// The editor hands it out once per page.
const vscode = acquireVsCodeApi();

const hostWire: MessageTransport = {
	send: (message) => vscode.postMessage(message),
	onMessage: (listener) => {
		const onMessage = ({ data }: MessageEvent<unknown>) => listener(data);
		window.addEventListener('message', onMessage);
		return { dispose: () => window.removeEventListener('message', onMessage) };
	},
};

/** The page's end of its conversation with the host. */
export function connectToHost<Page extends MethodSchemas, Host extends MethodSchemas>(
	page: Page,
	handlers: MethodHandlers<Page>,
	host: Host,
): Peer<Page, Host> {
	return new Peer(hostWire, page, handlers, host);
}

/** What the page kept through {@link savePageState} before it was hidden or reloaded; undefined when that has another shape. */
export function restorePageState<S extends v.GenericSchema>(schema: S): v.InferOutput<S> | undefined {
	const { success, output } = v.safeParse(schema, vscode.getState());
	return success ? output : undefined;
}

/** Keeps what the page needs to come back where it was. The editor writes it to disk: never a key. */
export function savePageState(state: unknown): void {
	vscode.setState(state);
}
