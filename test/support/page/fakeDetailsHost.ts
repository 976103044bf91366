import { ALL_MODULES, BUILT_IN_EXTENSIONS, BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { MAX_LENGTHS, validateChanges, validateKeyOptions } from '../../../src/domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import { getAvailableActions } from '../../../src/domain/tokenLifecycle';
import { NO_USAGE, type TokenUsage } from '../../../src/domain/tokenUsage';
import {
	detailsHostMethods,
	detailsPageMethods,
	type InitialAction,
	type PageCommand,
	type DetailsSnapshot,
	type ReplacementExpiration,
	type UsageSnapshot,
} from '../../../src/protocol/detailsMessages';
import { Peer, type MessageTransport, type MethodHandlers, type MethodParams } from '../../../src/protocol/peer';
import type { FieldErrors } from '../../../src/protocol/messageSchemas';
import { catchFieldErrors } from '../../../src/models/fieldErrors';
import { summarizeUsage } from '../../../src/models/usageSummary';
import { GATEWAY_URL } from './exampleUsage';
import { createOverridableHandlers, type HandlerOverrides } from './overridableHandlers';

type SaveParams = MethodParams<typeof detailsHostMethods, 'save'>;
type ReplaceKeyParams = MethodParams<typeof detailsHostMethods, 'replaceKey'>;
export type ShownToken = NonNullable<DetailsSnapshot['token']>;

/** Lifetime of the example's keys. */
const KEY_LIFETIME_MS = 30 * 86_400_000;

/** A host for the details page of one token, with the real rules of the domain but no editor. */
export class FakeDetailsHost {
	/** The method of every request, in order. */
	readonly requests: string[] = [];
	/** The parameters of the requests that change something, in order. */
	readonly saves: SaveParams[] = [];
	readonly replacements: ReplaceKeyParams[] = [];
	readonly runs: PageCommand[] = [];
	token: ShownToken | null;
	/** What the page starts with. */
	initialAction: InitialAction | null = null;
	/** The token's usage. */
	tokenUsage: TokenUsage = NO_USAGE;
	/** Base URL of the gateway; null while it isn't running. */
	gatewayUrl: string | null = null;
	/** Replace parts of the snapshot and the usage. */
	snapshotOverrides: Partial<DetailsSnapshot> = {};
	usageOverrides: Partial<UsageSnapshot> = {};
	readonly defaultHandlers: MethodHandlers<typeof detailsHostMethods> = {
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
	/** Called instead of the default handlers. */
	handlerOverrides: HandlerOverrides<typeof detailsHostMethods> = {};
	readonly #peer: Peer<typeof detailsHostMethods, typeof detailsPageMethods>;
	#changes = 0;

	constructor(transport: MessageTransport, token: Partial<ShownToken> = {}) {
		this.token = { ...exampleToken(), ...token };
		const handlers = createOverridableHandlers<typeof detailsHostMethods>(
			this.defaultHandlers,
			() => this.handlerOverrides,
			(method) => this.requests.push(method),
		);
		this.#peer = new Peer(transport, detailsHostMethods, handlers, detailsPageMethods);
	}

	/** Assembled at run time, so that no file contains anything that looks like a key. */
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
			...summarizeUsage(this.tokenUsage, new Date()),
			gatewayUrl: this.gatewayUrl,
			source: 'gateway',
			problem: null,
			...this.usageOverrides,
		};
	}

	/** Changes the usage or the gateway, and notifies the page. */
	async showUsage(changes: Partial<Pick<FakeDetailsHost, 'tokenUsage' | 'gatewayUrl' | 'usageOverrides'>>): Promise<void> {
		Object.assign(this, changes);
		await this.#peer.request('showUsage', this.usage());
	}

	/** Changes the token, or deletes it, and notifies the page. */
	async changeAndNotify(changes: Partial<ShownToken> | null): Promise<void> {
		this.changeSilently(changes);
		await this.#peer.request('show', this.snapshot());
	}

	/** Changes the token, or deletes it, without notifying the page. */
	changeSilently(changes: Partial<ShownToken> | null): void {
		const at = new Date(Date.UTC(2025, 4, 21) + this.#changes++ * 60_000).toISOString();
		this.token = changes && { ...(this.token ?? exampleToken()), updated: { at, by: 'Grace' }, ...changes };
	}

	/** Starts an edit, a rotation, or a renewal, as the user does outside the page. */
	async requestAction(action: InitialAction): Promise<void> {
		await this.#peer.request('startAction', { action });
	}

	async #run(command: PageCommand): Promise<void> {
		switch (command) {
			case 'delete':
				return this.changeAndNotify(null);
			case 'disable':
				return this.changeAndNotify({ status: 'inactive' });
			case 'enable':
				return this.changeAndNotify({ status: 'active' });
			case 'startGateway':
				return this.showUsage({ gatewayUrl: GATEWAY_URL });
			case 'copyGatewayUrl':
			case 'newRequestFile':
				return;
		}
	}

	async #save(params: SaveParams): Promise<{ done: true } | { errors: FieldErrors }> {
		this.saves.push(params);
		const { token } = this;
		if (!token) {
			throw new Error("The token doesn't exist.");
		}
		if (params.expected !== token.updated.at) {
			throw new Error('The token was changed elsewhere.');
		}
		return runChange(() => this.changeAndNotify(validateChanges(params.changes, token.extension.id)));
	}

	async #replaceKey(params: ReplaceKeyParams): Promise<{ done: true } | { errors: FieldErrors }> {
		this.replacements.push(params);
		const { token } = this;
		return runChange(() => {
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

function runChange(change: () => Promise<void>): Promise<{ done: true } | { errors: FieldErrors }> {
	return catchFieldErrors(async () => {
		await change();
		return { done: true };
	});
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
