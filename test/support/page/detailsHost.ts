import { ALL_MODULES, extensions, modules } from '../../../src/domain/catalogue';
import { limits, validateChanges, validateKeyOptions } from '../../../src/domain/draft';
import { expirationDateOf, expirationPresets } from '../../../src/domain/expiry';
import { allowedActions } from '../../../src/domain/lifecycle';
import { ProblemError, problemText } from '../../../src/domain/problems';
import { unused, type TokenStatistics } from '../../../src/domain/statistics';
import {
	detailsHost,
	detailsPage,
	type Beginning,
	type DetailsSnapshot,
	type ReplacementChoice,
	type Usage,
} from '../../../src/protocol/details';
import { Peer, type Handlers, type Params, type Wire } from '../../../src/protocol/peer';
import type { FieldErrors } from '../../../src/protocol/shared';
import { shownUsage } from '../../../src/ui/panels/usage';

type DetailsHandlers = Handlers<typeof detailsHost>;
export type ShownToken = NonNullable<DetailsSnapshot['token']>;

/** How long a key of the example works, in milliseconds. */
const LIFETIME = 30 * 86_400_000;

/** A host for the details page of one token, with the real rules of the domain and no editor. */
export class FakeDetailsHost {
	/** Every method asked for, in order. */
	readonly asked: string[] = [];
	/** What came with the methods that change something, in order. */
	readonly saves: Params<typeof detailsHost, 'save'>[] = [];
	readonly replacements: Params<typeof detailsHost, 'replaceKey'>[] = [];
	readonly runs: Params<typeof detailsHost, 'run'>['action'][] = [];
	token: ShownToken | null;
	/** What the page is to begin with. */
	begins: Beginning | null = null;
	/** What has been counted of the token. */
	statistics: TokenStatistics = unused;
	/** Where the gateway listens; null while it does not run. */
	gatewayUrl: string | null = null;
	/** Says otherwise than the rest of the snapshot. */
	differing: Partial<DetailsSnapshot> = {};
	differingUsage: Partial<Usage> = {};
	/** What it answers by itself. */
	readonly usual: DetailsHandlers = {
		ready: () => ({ snapshot: this.snapshot(), usage: this.usage(), begin: this.begins }),
		viewKey: ({ which }) => ({ authorization: this.authorization(which) }),
		copyKey: () => ({ copied: true }),
		save: (params) => this.#save(params),
		replaceKey: (params) => this.#replaceKey(params),
		readUsage: async () => {
			await this.use({});
			return {};
		},
		run: async ({ action }) => {
			this.runs.push(action);
			await this.#run(action);
			return {};
		},
	};
	/** Answers instead of the usual ones, while set. */
	overrides: { -readonly [M in keyof DetailsHandlers]?: DetailsHandlers[M] } = {};
	readonly #peer: Peer<typeof detailsHost, typeof detailsPage>;
	#changes = 0;

	constructor(wire: Wire, token: Partial<ShownToken> = {}) {
		this.token = { ...exampleToken(), ...token };
		const answer =
			<N extends keyof DetailsHandlers>(method: N) =>
			(params: never) => {
				this.asked.push(method);
				return (this.overrides[method] ?? this.usual[method])(params);
			};
		const handlers = Object.fromEntries((Object.keys(this.usual) as (keyof DetailsHandlers)[]).map((method) => [method, answer(method)]));
		this.#peer = new Peer(wire, detailsHost, handlers as unknown as DetailsHandlers, detailsPage);
	}

	/** Made up at run time, so that no file holds what looks like a key. */
	authorization(which: 'current' | 'previous' = 'current'): string {
		return `ApiKey SU-631-646-036:${(which === 'current' ? 'ab' : 'cd').repeat(20)}`;
	}

	snapshot(): DetailsSnapshot {
		const { token } = this;
		const extension = extensions.find(({ id }) => id === token?.extension.id);
		return {
			language: { locale: 'en-GB', texts: {} },
			modules,
			source: { id: 'workspace', account: null },
			allModules: ALL_MODULES,
			limits,
			presets: expirationPresets,
			token,
			...(extension && { extensionDescription: extension.description }),
			keys: token ? keysOf(token) : [],
			actions: token ? allowedActions(token) : [],
			permissionsFixed: (extension?.permissions ?? null) !== null,
			sameLifetime: token?.expirationDate ? new Date(Date.now() + LIFETIME).toISOString() : null,
			...this.differing,
		};
	}

	usage(): Usage {
		return {
			...shownUsage(this.statistics, new Date()),
			gatewayUrl: this.gatewayUrl,
			counting: 'gateway',
			problem: null,
			...this.differingUsage,
		};
	}

	/** Responses are counted, or the gateway starts or stops, and the page is told. */
	async use(changes: Partial<Pick<FakeDetailsHost, 'statistics' | 'gatewayUrl' | 'differingUsage'>>): Promise<void> {
		Object.assign(this, changes);
		await this.#peer.ask('showUsage', this.usage());
	}

	/** Somebody changes the token, or deletes it, and the page is told. */
	async show(changes: Partial<ShownToken> | null): Promise<void> {
		this.change(changes);
		await this.#peer.ask('show', this.snapshot());
	}

	/** Somebody changes the token, or deletes it, and the page is not told. */
	change(changes: Partial<ShownToken> | null): void {
		const at = new Date(Date.UTC(2025, 4, 21) + this.#changes++ * 60_000).toISOString();
		this.token = changes && { ...(this.token ?? exampleToken()), updated: { at, by: 'Grace' }, ...changes };
	}

	/** The user asks elsewhere for an edit, a rotation or a renewal. */
	async begin(what: Beginning): Promise<void> {
		await this.#peer.ask('begin', { what });
	}

	async #run(action: Params<typeof detailsHost, 'run'>['action']): Promise<void> {
		switch (action) {
			case 'delete':
				return this.show(null);
			case 'disable':
				return this.show({ status: 'inactive' });
			case 'enable':
				return this.show({ status: 'active' });
			case 'startGateway':
				return this.use({ gatewayUrl: 'http://127.0.0.1:7357/public/v1' });
			case 'copyGatewayUrl':
			case 'newRequestFile':
				return;
		}
	}

	async #save(params: Params<typeof detailsHost, 'save'>): Promise<{ done: true } | { errors: FieldErrors }> {
		this.saves.push(params);
		const { token } = this;
		if (!token) {
			throw new Error('There is no such token.');
		}
		if (params.expected !== token.updated.at) {
			throw new Error('Somebody has changed the token meanwhile.');
		}
		return orErrors(() => this.show(validateChanges(params.changes, token.extension.id)));
	}

	async #replaceKey(params: Params<typeof detailsHost, 'replaceKey'>): Promise<{ done: true } | { errors: FieldErrors }> {
		this.replacements.push(params);
		const { token } = this;
		return orErrors(() => {
			const end = endOf(params.expiration);
			validateKeyOptions({ expirationDate: end }, new Date());
			return this.show(
				params.action === 'renew' && token?.expirationDate
					? { status: 'revitalised', renewedExpirationDate: end }
					: { expirationDate: end, renewedExpirationDate: null },
			);
		});
	}
}

async function orErrors(change: () => Promise<void>): Promise<{ done: true } | { errors: FieldErrors }> {
	try {
		await change();
		return { done: true };
	} catch (error) {
		if (error instanceof ProblemError) {
			return { errors: Object.fromEntries(error.problems.map((one) => [one.field ?? '', problemText(one)])) };
		}
		throw error;
	}
}

function endOf(choice: ReplacementChoice): string | null {
	return choice.kind === 'same' ? new Date(Date.now() + LIFETIME).toISOString() : expirationDateOf(choice, new Date());
}

function keysOf({ id, status, expirationDate, renewedExpirationDate }: ShownToken): DetailsSnapshot['keys'] {
	const masked = `ApiKey ${id}:${'*'.repeat(10)}`;
	return status === 'revitalised' || renewedExpirationDate !== null
		? [
				{ which: 'current', masked, expirationDate: renewedExpirationDate },
				{ which: 'previous', masked, expirationDate },
			]
		: [{ which: 'current', masked, expirationDate }];
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
		expirationDate: new Date(Date.now() + LIFETIME).toISOString(),
		renewedExpirationDate: null,
		created: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
		updated: { at: '2025-05-20T10:12:00.000Z', by: 'Grace' },
	};
}
