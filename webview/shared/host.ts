import * as v from 'valibot';
import { Peer, type Handlers, type Methods, type Wire } from '../../src/protocol/peer';

interface VsCodeApi {
	postMessage(message: unknown): void;
	getState(): unknown;
	setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

// The editor hands it out once per page.
const vscode = acquireVsCodeApi();

const wire: Wire = {
	post: (message) => vscode.postMessage(message),
	listen: (listener) => {
		const receive = ({ data }: MessageEvent<unknown>) => listener(data);
		window.addEventListener('message', receive);
		return { dispose: () => window.removeEventListener('message', receive) };
	},
};

/** The page's end of its conversation with the host. */
export function connect<Page extends Methods, Host extends Methods>(page: Page, handlers: Handlers<Page>, host: Host): Peer<Page, Host> {
	return new Peer(wire, page, handlers, host);
}

/** What the page kept through {@link keepState} before it was hidden or reloaded; undefined when that has another shape. */
export function restoreState<S extends v.GenericSchema>(schema: S): v.InferOutput<S> | undefined {
	const { success, output } = v.safeParse(schema, vscode.getState());
	return success ? output : undefined;
}

/** Keeps what the page needs to come back where it was. The editor writes it to disk: never a key. */
export function keepState(state: unknown): void {
	vscode.setState(state);
}
