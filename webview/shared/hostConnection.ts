import * as v from 'valibot';
import { Peer, type MethodHandlers, type MethodSchemas, type MessageTransport } from '../../src/protocol/peer';

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

// Can be called only once per page.
const vscode = acquireVsCodeApi();

/**
 * The window that the host's messages come from: the one whose frame contains the page. `window.parent` isn't that window, because VS Code
 * replaces it with the page itself. A page without a frame, as in tests, gets its messages from itself.
 */
const messageSource = window.frameElement ? window.frameElement.ownerDocument.defaultView : window;

const hostTransport: MessageTransport = {
	send: (message) => vscode.postMessage(message),
	onMessage: (listener) => {
		const onMessage = ({ data, origin, source }: MessageEvent<unknown>) => {
			// Any window that can reach this one can send messages to it.
			if (origin === window.origin && source === messageSource) {
				listener(data);
			}
		};
		window.addEventListener('message', onMessage);
		return { dispose: () => window.removeEventListener('message', onMessage) };
	},
};

/** Connects the page to the host. */
export function connectToHost<Page extends MethodSchemas, Host extends MethodSchemas>(
	page: Page,
	handlers: MethodHandlers<Page>,
	host: Host,
): Peer<Page, Host> {
	return new Peer(hostTransport, page, handlers, host);
}

/** The state that the page saved before it was hidden or reloaded; undefined if there's none that matches the schema. */
export function restorePageState<S extends v.GenericSchema>(schema: S): v.InferOutput<S> | undefined {
	const { success, output } = v.safeParse(schema, vscode.getState());
	return success ? output : undefined;
}

/** Saves what the page needs to restore itself. VS Code writes the state to disk, so it must never contain a key. */
export function savePageState(state: unknown): void {
	vscode.setState(state);
}
