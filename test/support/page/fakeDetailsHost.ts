import { ALL_MODULES, BUILT_IN_EXTENSIONS, BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { MAX_LENGTHS, validateChanges, validateKeyOptions } from '../../../src/domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import { getAvailableActions } from '../../../src/domain/tokenLifecycle';
import { ProblemError, formatProblem } from '../../../src/domain/problems';
import { NO_USAGE, type TokenUsage } from '../../../src/domain/tokenUsage';
import {
	detailsHostMethods,
	detailsPageMethods,
	type InitialAction,
	type DetailsSnapshot,
	type ReplacementExpiration,
	type UsageSnapshot,
} from '../../../src/protocol/detailsMessages';
import { Peer, type MethodHandlers, type MethodParams, type MessageTransport } from '../../../src/protocol/peer';
import type { FieldErrors } from '../../../src/protocol/messageSchemas';
import { summarizeUsage } from '../../../src/models/usageSummary';

type DetailsHandlers = MethodHandlers<typeof detailsHostMethods>;
export type ShownToken = NonNullable<DetailsSnapshot['token']>;

/** How long a key of the example works, in milliseconds. */
const KEY_LIFETIME_MS = 30 * 86_400_000;

/** A host for the details page of one token, with the real rules of the domain and no editor. */
export class FakeDetailsHost {
	/** Every method asked for, in order. */
	readonly requests: string[] = [];
	/** What came with the methods that change something, in order. */
	readonly saves: MethodParams<typeof detailsHostMethods, 'save'>[] = [];
	readonly replacements: MethodParams<typeof detailsHostMethods, 'replaceKey'>[] = [];
	readonly runs: MethodParams<typeof detailsHostMethods, 'run'>['action'][] = [];
	token: ShownToken | null;
	/** What the page is to begin with. */
	initialAction: InitialAction | null = null;
	/** What has been counted of the token. */
	statistics: TokenUsage = NO_USAGE;
	/** Where the gateway listens; null while it does not run. */
	gatewayUrl: string | null = null;
	/** Says otherwise than the rest of the snapshot. */
	snapshotOverrides: Partial<DetailsSnapshot> = {};
	usageOverrides: Partial<UsageSnapshot> = {};
	/** What it answers by itself. */
	readonly defaultHandlers: DetailsHandlers = {
		ready: () => ({ snapshot: this.snapshot(), usage: this.usage(), initialAction: this.initialAction }),
		viewKey: ({ which }) => ({ authorization: this.authorization(which) }),
		copyKey: () => ({ copied: true }),
		save: (params) => this.#save(params),
		replaceKey: (params) => this.#replaceKey(params),
		readUsage: async () => {
			await this.showUsage({});
			return {};
		},
		run: async ({ action }) => {
			this.runs.push(action);
			await this.#run(action);
			return {};
		},
	};
	/** Answers instead of the usual ones, while set. */
	handlerOverrides: { -readonly [M in keyof DetailsHandlers]?: DetailsHandlers[M] } = {};
	readonly #peer: Peer<typeof detailsHostMethods, typeof detailsPageMethods>;
	#changes = 0;

	constructor(wire: MessageTransport, token: Partial<ShownToken> = {}) {
		this.token = { ...exampleToken(), ...token };
		const createHandler =
			<N extends keyof DetailsHandlers>(method: N) =>
			(params: never) => {
				this.requests.push(method);
				return (this.handlerOverrides[method] ?? this.defaultHandlers[method])(params);
			};
		const handlers = Object.fromEntries(
			(Object.keys(this.defaultHandlers) as (keyof DetailsHandlers)[]).map((method) => [method, createHandler(method)]),
		);
		this.#peer = new Peer(wire, detailsHostMethods, handlers as unknown as DetailsHandlers, detailsPageMethods);
	}

	/** Made up at run time, so that no file holds what looks like a key. */
	authorization(which: 'current' | 'previous' = 'current'): string {
		return `ApiKey SU-631-646-036:${(which === 'current' ? 'ab' : 'cd').repeat(20)}`;
	}

	snapshot(): DetailsSnapshot {
		const { token } = this;
		const extension = BUILT_IN_EXTENSIONS.find(({ id }) => id === token?.extension.id);
		return {
			language: { locale: 'en-GB', texts: {} },
			modules: BUILT_IN_MODULES,
			source: { id: 'workspace', account: null },
			allModules: ALL_MODULES,
			limits: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			token,
			...(extension && { extensionDescription: extension.description }),
			keys: token ? keysOfToken(token) : [],
			actions: token ? getAvailableActions(token) : [],
			permissionsFixed: (extension?.permissions ?? null) !== null,
			sameLifetime: token?.expirationDate ? new Date(Date.now() + KEY_LIFETIME_MS).toISOString() : null,
			...this.snapshotOverrides,
		};
	}

	usage(): UsageSnapshot {
		return {
			...summarizeUsage(this.statistics, new Date()),
			gatewayUrl: this.gatewayUrl,
			source: 'gateway',
			problem: null,
			...this.usageOverrides,
		};
	}

	/** Responses are counted, or the gateway starts or stops, and the page is told. */
	async showUsage(changes: Partial<Pick<FakeDetailsHost, 'statistics' | 'gatewayUrl' | 'usageOverrides'>>): Promise<void> {
		Object.assign(this, changes);
		await this.#peer.request('showUsage', this.usage());
	}

	/** Somebody changes the token, or deletes it, and the page is told. */
	async changeAndNotify(changes: Partial<ShownToken> | null): Promise<void> {
		this.changeSilently(changes);
		await this.#peer.request('show', this.snapshot());
	}

	/** Somebody changes the token, or deletes it, and the page is not told. */
	changeSilently(changes: Partial<ShownToken> | null): void {
		const at = new Date(Date.UTC(2025, 4, 21) + this.#changes++ * 60_000).toISOString();
		this.token = changes && { ...(this.token ?? exampleToken()), updated: { at, by: 'Grace' }, ...changes };
	}

	/** The user asks elsewhere for an edit, a rotation or a renewal. */
	async requestAction(action: InitialAction): Promise<void> {
		await this.#peer.request('startAction', { action });
	}

	async #run(action: MethodParams<typeof detailsHostMethods, 'run'>['action']): Promise<void> {
		switch (action) {
			case 'delete':
				return this.changeAndNotify(null);
			case 'disable':
				return this.changeAndNotify({ status: 'inactive' });
			case 'enable':
				return this.changeAndNotify({ status: 'active' });
			case 'startGateway':
				return this.showUsage({ gatewayUrl: 'http://127.0.0.1:7357/public/v1' });
			case 'copyGatewayUrl':
			case 'newRequestFile':
				return;
		}
	}

	async #save(params: MethodParams<typeof detailsHostMethods, 'save'>): Promise<{ done: true } | { errors: FieldErrors }> {
		this.saves.push(params);
		const { token } = this;
		if (!token) {
			throw new Error("The token doesn't exist.");
		}
		if (params.expected !== token.updated.at) {
			throw new Error('The token was changed elsewhere.');
		}
		return catchFieldErrors(() => this.changeAndNotify(validateChanges(params.changes, token.extension.id)));
	}

	async #replaceKey(params: MethodParams<typeof detailsHostMethods, 'replaceKey'>): Promise<{ done: true } | { errors: FieldErrors }> {
		this.replacements.push(params);
		const { token } = this;
		return catchFieldErrors(() => {
			const end = expirationOf(params.expiration);
			validateKeyOptions({ expirationDate: end }, new Date());
			return this.changeAndNotify(
				params.action === 'renew' && token?.expirationDate
					? { status: 'revitalised', renewedExpirationDate: end }
					: { expirationDate: end, renewedExpirationDate: null },
			);
		});
	}
}

async function catchFieldErrors(change: () => Promise<void>): Promise<{ done: true } | { errors: FieldErrors }> {
	try {
		await change();
		return { done: true };
	} catch (error) {
		if (error instanceof ProblemError) {
			return { errors: Object.fromEntries(error.problems.map((problem) => [problem.field ?? '', formatProblem(problem)])) };
		}
		throw error;
	}
}

function expirationOf(choice: ReplacementExpiration): string | null {
	return choice.kind === 'same' ? new Date(Date.now() + KEY_LIFETIME_MS).toISOString() : resolveExpirationDate(choice, new Date());
}

function keysOfToken({ id, status, expirationDate, renewedExpirationDate }: ShownToken): DetailsSnapshot['keys'] {
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
		expirationDate: new Date(Date.now() + KEY_LIFETIME_MS).toISOString(),
		renewedExpirationDate: null,
		created: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
		updated: { at: '2025-05-20T10:12:00.000Z', by: 'Grace' },
	};
}
