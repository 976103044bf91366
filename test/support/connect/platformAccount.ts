import { randomBytes } from 'node:crypto';

/** An error response of the platform. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

/** One of a token's keys. */
export interface Key {
	/** 40 hexadecimal characters. */
	readonly secret: string;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
	/** ISO 8601 UTC. */
	readonly issuedAt: string;
}

export interface Reference {
	readonly id: string;
	readonly name: string;
}

interface Stamp {
	readonly at: string;
	readonly by: Reference;
}

/** A token as stored by the platform. Tests can change it. */
export interface StoredToken {
	readonly id: string;
	name: string;
	description: string;
	externalId: string | null;
	extension: Reference;
	/** False if the token is disabled. */
	enabled: boolean;
	key: Key;
	/** The new key after a renewal, until `key` expires. */
	renewed: Key | null;
	/** Module IDs. */
	permissions: string[];
	created: Stamp;
	updated: Stamp;
	/** Counts of responses by day (`yyyy-mm-dd`) and status code. */
	statistics: Record<string, Record<string, number>>;
	/** Fields that override or extend the platform's response, such as an unknown status. */
	extra: Record<string, unknown>;
}

/** An extension in an account's catalog. */
export interface ExtensionEntry extends Reference {
	readonly description: string;
	/** Modules of new tokens. */
	readonly permissions: readonly string[];
}

const ALL_MODULES = 'MD-0000';
const INTEGRATIONS = 'MD-0007';

/** IDs that aren't documented are made up. */
const MODULES: readonly Reference[] = [
	{ id: ALL_MODULES, name: 'All' },
	{ id: 'MD-0001', name: 'Account' },
	{ id: INTEGRATIONS, name: 'Integrations' },
	{ id: 'MD-0011', name: 'Subscriptions' },
	{ id: 'MD-0012', name: 'Products' },
	{ id: 'MD-0013', name: 'Reports' },
	{ id: 'MD-0023', name: 'Helpdesk' },
	{ id: 'MD-0024', name: 'DevOps' },
	{ id: 'MD-0032', name: 'Leads' },
];

/** IDs are made up. Each account has its own selection, so Flowgear is missing here. */
const EXTENSIONS: readonly ExtensionEntry[] = [
	{ id: 'EXT-310-000', name: 'custom', description: 'Custom Integration', permissions: [] },
	{ id: 'EXT-310-001', name: 'reports', description: 'Reports Integration', permissions: ['MD-0013'] },
	{ id: 'EXT-310-002', name: 'zapier', description: 'Zapier Integration', permissions: [ALL_MODULES] },
	{ id: 'EXT-310-003', name: 'acme-billing', description: 'Acme Billing Integration', permissions: [] },
];

const DAY_MS = 24 * 60 * 60 * 1000;

export interface AccountOptions {
	/** `VA-…`; an unused one by default. */
	readonly id?: string;
	readonly name?: string;
	/** Modules of the token whose key the account is added with; all modules by default. */
	readonly permissions?: readonly string[];
}

/** The parts of the platform that an account depends on. */
export interface PlatformEnvironment {
	readonly now: () => Date;
	/** Number of days before expiration at which a token is expiring. */
	readonly expiringDays: number;
	/** Returns an unused token ID. */
	readonly nextTokenId: () => string;
}

/** Properties of a new token. Defaults are those of the platform's wizard. */
export type NewToken = Partial<Omit<StoredToken, 'key' | 'renewed'>> & { readonly expirationDate?: string | null };

/** An account on the platform, with its tokens and catalog. */
export class PlatformAccount {
	readonly tokens = new Map<string, StoredToken>();
	modules: readonly Reference[] = MODULES;
	extensions: readonly ExtensionEntry[] = EXTENSIONS;
	/** The token whose key the account is added with. */
	readonly ownToken: StoredToken;
	private readonly user: Reference;

	constructor(
		readonly reference: Reference,
		permissions: readonly string[],
		private readonly platform: PlatformEnvironment,
	) {
		this.user = { id: reference.id.replace(/^VA/, 'UR'), name: `User of ${reference.name}` };
		this.ownToken = this.add({ name: 'Connect Tokens', permissions: [...permissions] });
	}

	/** The account key: Authorization header value with the newest key of the account's own token. */
	get key(): string {
		return this.authorization(this.ownToken);
	}

	/** Returns the Authorization header value with a token's newest key. */
	authorization({ id, key, renewed }: StoredToken): string {
		return authorization(id, renewed ?? key);
	}

	/** Adds a token, as if it had been created on the platform. */
	add({ expirationDate = null, ...properties }: NewToken = {}): StoredToken {
		const stamp = this.stamp();
		const id = properties.id ?? this.platform.nextTokenId();
		const { id: extensionId, name: extensionName } = this.extensions[0]!;
		const token: StoredToken = {
			name: `Token ${this.tokens.size + 1}`,
			description: '',
			externalId: null,
			extension: { id: extensionId, name: extensionName },
			enabled: true,
			permissions: [ALL_MODULES],
			created: stamp,
			updated: stamp,
			statistics: {},
			extra: {},
			...properties,
			id,
			key: this.newKey(expirationDate),
			renewed: null,
		};
		this.tokens.set(id, token);
		return token;
	}

	/** Adds tokens until the account has this many, including its own. */
	seed(total: number): void {
		while (this.tokens.size < total) {
			this.add();
		}
	}

	/** @throws ApiError 404 if the account doesn't have the token */
	token(id: string): StoredToken {
		const token = this.tokens.get(id);
		if (token === undefined) {
			throw new ApiError(404, 'NFND_001', `There is no token ${id}.`);
		}
		this.advance(token);
		return token;
	}

	statusOf(token: StoredToken): string {
		this.advance(token);
		const { enabled, key, renewed } = token;
		if (!enabled) {
			return 'inactive';
		}
		if (this.isExpired(key)) {
			return 'expired';
		}
		if (renewed !== null) {
			return 'revitalised';
		}
		const soon = this.platform.now().getTime() + this.platform.expiringDays * DAY_MS;
		return key.expirationDate !== null && Date.parse(key.expirationDate) <= soon ? 'expiring' : 'active';
	}

	/** Returns the token if the secret is that of one of its keys. */
	tokenWith(id: string, secret: string): StoredToken | undefined {
		const token = this.tokens.get(id);
		if (token === undefined) {
			return undefined;
		}
		this.advance(token);
		return token.key.secret === secret || token.renewed?.secret === secret ? token : undefined;
	}

	/** Whether the key with this secret hasn't expired. */
	isValidSecret({ key, renewed }: StoredToken, secret: string): boolean {
		return !this.isExpired(renewed?.secret === secret ? renewed : key);
	}

	create(draft: {
		name: string;
		extension: Partial<Reference>;
		external_id?: string | null;
		description?: string | null;
		expiration_date?: string | null;
	}): StoredToken {
		const extension = this.extensions.find(({ id, name }) =>
			draft.extension.id === undefined ? name === draft.extension.name : id === draft.extension.id,
		);
		if (extension === undefined) {
			throw new ApiError(400, 'VAL_001', 'extension: the account has none of this id or name.');
		}
		return this.add({
			name: draft.name,
			description: draft.description ?? '',
			externalId: draft.external_id ?? null,
			extension: { id: extension.id, name: extension.name },
			permissions: [...extension.permissions],
			expirationDate: this.requireFutureDate(draft.expiration_date ?? null),
		});
	}

	edit(id: string, changes: { name?: string; external_id?: string | null; description?: string }): StoredToken {
		const { name, external_id: externalId, description } = changes;
		return this.update(this.token(id), {
			...(name !== undefined && { name }),
			...(externalId !== undefined && { externalId }),
			...(description !== undefined && { description }),
		});
	}

	/** @throws ApiError 400 if nothing would change. Our assumption: it isn't documented. */
	setEnabled(id: string, enabled: boolean): StoredToken {
		const token = this.token(id);
		if (token.enabled === enabled) {
			throw new ApiError(400, 'VAL_001', `The token is ${enabled ? 'active' : 'inactive'} already.`);
		}
		return this.update(token, { enabled });
	}

	/** @param expirationDate undefined to keep the key's lifetime. Our assumption: it isn't documented. */
	rotate(id: string, expirationDate: string | null | undefined): StoredToken {
		const token = this.token(id);
		return this.update(token, { key: this.newKey(this.getKeyExpiration(token, expirationDate)), renewed: null });
	}

	/**
	 * @param expirationDate undefined to keep the key's lifetime. Our assumption: it isn't documented.
	 * @throws ApiError 400 if the token is perpetual, expired, disabled, or already renewed. Our assumption: it isn't documented.
	 */
	renew(id: string, expirationDate: string | null | undefined): StoredToken {
		const token = this.token(id);
		const status = this.statusOf(token);
		if ((status !== 'active' && status !== 'expiring') || token.key.expirationDate === null) {
			throw new ApiError(400, 'VAL_001', 'The token cannot be renewed.');
		}
		return this.update(token, { renewed: this.newKey(this.getKeyExpiration(token, expirationDate)) });
	}

	delete(id: string): void {
		this.token(id);
		this.tokens.delete(id);
	}

	/** Adds a module to a token; does nothing if the token has it. */
	addPermission(id: string, moduleId: string): void {
		const token = this.token(id);
		if (!this.modules.some((module) => module.id === moduleId)) {
			throw new ApiError(400, 'VAL_001', `There is no module ${moduleId}.`);
		}
		this.update(token, { permissions: [...new Set([...token.permissions, moduleId])] });
	}

	/** @throws ApiError 404 if the token doesn't have the module. Our assumption: it isn't documented. */
	removePermission(id: string, moduleId: string): void {
		const token = this.token(id);
		if (!token.permissions.includes(moduleId)) {
			throw new ApiError(404, 'NFND_001', `The token does not have the module ${moduleId}.`);
		}
		this.update(token, { permissions: token.permissions.filter((permission) => permission !== moduleId) });
	}

	private update(token: StoredToken, changes: Partial<StoredToken>): StoredToken {
		return Object.assign(token, changes, { updated: this.stamp() });
	}

	/** Makes the new key of a renewed token its only key once the previous one has expired. */
	private advance(token: StoredToken): void {
		if (token.renewed !== null && this.isExpired(token.key)) {
			token.key = token.renewed;
			token.renewed = null;
		}
	}

	private isExpired({ expirationDate }: Key): boolean {
		return expirationDate !== null && Date.parse(expirationDate) <= this.platform.now().getTime();
	}

	private newKey(expirationDate: string | null): Key {
		return {
			secret: randomBytes(20).toString('hex'),
			expirationDate: expirationDate === null ? null : new Date(expirationDate).toISOString(),
			issuedAt: this.stamp().at,
		};
	}

	private getKeyExpiration({ key }: StoredToken, requested: string | null | undefined): string | null {
		if (requested !== undefined) {
			return this.requireFutureDate(requested);
		}
		return key.expirationDate === null
			? null
			: new Date(this.platform.now().getTime() + Date.parse(key.expirationDate) - Date.parse(key.issuedAt)).toISOString();
	}

	private requireFutureDate(date: string | null): string | null {
		if (date !== null && Date.parse(date) <= this.platform.now().getTime()) {
			throw new ApiError(400, 'VAL_001', 'expiration_date: it must be in the future.');
		}
		return date;
	}

	private stamp(): Stamp {
		return { at: this.platform.now().toISOString(), by: this.user };
	}
}

/** Returns the Authorization header value for a key. */
export function authorization(tokenId: string, { secret }: Key): string {
	return `ApiKey ${tokenId}:${secret}`;
}

/** Whether these permissions include the Integrations module. */
export function hasIntegrationsModule(permissions: readonly string[]): boolean {
	return permissions.includes(ALL_MODULES) || permissions.includes(INTEGRATIONS);
}
