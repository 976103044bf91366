import { ALL_MODULES, modules } from '../../../src/domain/catalogue';
import { detailsHost, detailsPage, type DetailsSnapshot } from '../../../src/protocol/details';
import { Peer, type Handlers, type Wire } from '../../../src/protocol/peer';

type DetailsHandlers = Handlers<typeof detailsHost>;
type ShownToken = NonNullable<DetailsSnapshot['token']>;

/** A host for the details page of one token. */
export class FakeDetailsHost {
	/** Every method asked for, in order. */
	readonly asked: string[] = [];
	/** Made up at run time, so that no file holds what looks like a key. */
	readonly authorization = `ApiKey SU-631-646-036:${'ab'.repeat(20)}`;
	token: ShownToken | null;
	/** What it answers by itself. */
	readonly usual: DetailsHandlers = {
		ready: () => this.snapshot(),
		viewKey: () => ({ authorization: this.authorization }),
		copyKey: () => ({ copied: true }),
	};
	/** Answers instead of the usual ones, while set. */
	overrides: { -readonly [M in keyof DetailsHandlers]?: DetailsHandlers[M] } = {};
	readonly #peer: Peer<typeof detailsHost, typeof detailsPage>;

	constructor(wire: Wire, token: Partial<ShownToken> = {}) {
		this.token = { ...exampleToken(), ...token };
		const answer =
			<N extends keyof DetailsHandlers>(method: N) =>
			(params: never) => {
				this.asked.push(method);
				return (this.overrides[method] ?? this.usual[method])(params);
			};
		const handlers = { ready: answer('ready'), viewKey: answer('viewKey'), copyKey: answer('copyKey') };
		this.#peer = new Peer(wire, detailsHost, handlers as DetailsHandlers, detailsPage);
	}

	snapshot(): DetailsSnapshot {
		return {
			language: { locale: 'en-GB', texts: {} },
			modules,
			allModules: ALL_MODULES,
			token: this.token,
			maskedKey: `ApiKey SU-631-646-036:${'*'.repeat(10)}`,
		};
	}

	/** Tells the page that the token has changed. */
	async show(changes: Partial<ShownToken> | null): Promise<void> {
		this.token = changes && { ...(this.token ?? exampleToken()), ...changes };
		await this.#peer.ask('show', this.snapshot());
	}
}

function exampleToken(): ShownToken {
	return {
		id: 'SU-631-646-036',
		name: 'Nightly import',
		externalId: 'billing-7',
		description: 'Reads the usage of yesterday.',
		extension: { id: 'EXT-000', name: 'Custom' },
		permissions: ['billing', 'usage', 'MD-0024'],
		status: 'active',
		expirationDate: new Date(Date.now() + 30 * 86_400_000).toISOString(),
		renewedExpirationDate: null,
		created: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
		updated: { at: '2025-05-20T10:12:00.000Z', by: 'Grace' },
	};
}
