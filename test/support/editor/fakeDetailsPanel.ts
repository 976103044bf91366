import { detailsHostMethods, detailsPageMethods, type DetailsSnapshot, type InitialAction } from '../../../src/protocol/detailsMessages';
import { Peer } from '../../../src/protocol/peer';
import { FakePanel } from './fakePanel';

/** A panel with a details page that a test controls: it exchanges the same messages with the extension as the real page. */
export class FakeDetailsPanel extends FakePanel {
	readonly #peer: Peer<typeof detailsPageMethods, typeof detailsHostMethods>;
	/** What the page shows. */
	snapshot: DetailsSnapshot | undefined;
	initialAction: InitialAction | null = null;

	constructor(title: string) {
		super(title);
		this.#peer = new Peer(
			this.pageTransport,
			detailsPageMethods,
			{
				show: (snapshot) => {
					this.snapshot = snapshot;
					return {};
				},
				showUsage: () => ({}),
				showKeyCleared: () => ({}),
				startAction: ({ action }) => {
					this.initialAction = action;
					return {};
				},
			},
			detailsHostMethods,
		);
	}

	/** Does what the page does when it has loaded. */
	async load(): Promise<DetailsSnapshot> {
		const { snapshot, initialAction } = await this.#peer.request('ready', {});
		Object.assign(this, { snapshot, initialAction });
		return snapshot;
	}

	/** Sends a request of the page. */
	readonly request: Peer<typeof detailsPageMethods, typeof detailsHostMethods>['request'] = (method, params) =>
		this.#peer.request(method, params);

	override dispose(): void {
		super.dispose();
		this.#peer.dispose();
	}
}
