import { randomBytes } from 'node:crypto';

/** An answer of the platform to a request that it refuses. */
export class Refusal extends Error {
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

export interface Stamp {
	readonly at: string;
	readonly by: Reference;
}

/** A token as the platform has it: facts only. Tests may change any of them. */
export interface StoredToken {
	readonly id: string;
	name: string;
	description: string;
	externalId: string | null;
	extension: Reference;
	/** False for one that is disabled. */
	enabled: boolean;
	key: Key;
	/** The next key after a renewal, until the date of `key` has come. */
	renewed: Key | null;
	/** Module ids. */
	permissions: string[];
	created: Stamp;
	updated: Stamp;
	/** Counts of answers by day (`yyyy-mm-dd`) and status code. */
	statistics: Record<string, Record<string, number>>;
	/** Fields in place of those that the platform would write, or beside them: a status that nobody knows yet, for example. */
	extra: Record<string, unknown>;
}

/** An extension of an account's catalogue. */
export interface ExtensionEntry extends Reference {
	readonly description: string;
	/** Modules that its tokens are given at their creation. */
	readonly permissions: readonly string[];
}

export const ALL_MODULES = 'MD-0000';
const INTEGRATIONS = 'MD-0007';

/** Ids that no source tells are made up. */
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

/** Ids are made up; the account decides what it has, so that Flowgear is missing here. */
const EXTENSIONS: readonly ExtensionEntry[] = [
	{ id: 'EXT-310-000', name: 'custom', description: 'Custom Integration', permissions: [] },
	{ id: 'EXT-310-001', name: 'reports', description: 'Reports Integration', permissions: ['MD-0013'] },
	{ id: 'EXT-310-002', name: 'zapier', description: 'Zapier Integration', permissions: [ALL_MODULES] },
	{ id: 'EXT-310-003', name: 'acme-billing', description: 'Acme Billing Integration', permissions: [] },
];

const DAY = 24 * 60 * 60 * 1000;

export interface AccountOptions {
	/** `VA-…`; free ones are taken when it is left out. */
	readonly id?: string;
	readonly name?: string;
	/** Modules of the key that the account is added with; all when left out. */
	readonly permissions?: readonly string[];
}

/** What an account needs to know of the platform it is on. */
export interface Surroundings {
	readonly now: () => Date;
	/** How many days before its end a token is called expiring. */
	readonly expiringDays: number;
	/** An id that no token of the platform has. */
	readonly nextTokenId: () => string;
}

/** What a new token is made from; what is left out is what the platform's wizard would have. */
export type NewToken = Partial<Omit<StoredToken, 'key' | 'renewed'>> & { readonly expirationDate?: string | null };

/** An account of the platform, its tokens and catalogues. */
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
		private readonly platform: Surroundings,
	) {
		this.user = { id: reference.id.replace(/^VA/, 'UR'), name: `User of ${reference.name}` };
		this.ownToken = this.add({ name: 'Connect Tokens', permissions: [...permissions] });
	}

	/** The value of `Authorization` that opens the account: the newest key of its own token. */
	get key(): string {
		return this.authorization(this.ownToken);
	}

	/** The value of `Authorization` with a token's newest key. */
	authorization({ id, key, renewed }: StoredToken): string {
		return authorization(id, renewed ?? key);
	}

	/** Puts a token into the account, as if it had been created there. */
	add({ expirationDate = null, ...given }: NewToken = {}): StoredToken {
		const by = this.stamp();
		const id = given.id ?? this.platform.nextTokenId();
		const { id: extensionId, name: extensionName } = this.extensions[0]!;
		const token: StoredToken = {
			name: `Token ${this.tokens.size + 1}`,
			description: '',
			externalId: null,
			extension: { id: extensionId, name: extensionName },
			enabled: true,
			permissions: [ALL_MODULES],
			created: by,
			updated: by,
			statistics: {},
			extra: {},
			...given,
			id,
			key: this.newKey(expirationDate),
			renewed: null,
		};
		this.tokens.set(id, token);
		return token;
	}

	/** Adds tokens until the account has so many, its own among them. */
	seed(total: number): void {
		while (this.tokens.size < total) {
			this.add();
		}
	}

	/** @throws Refusal 404 for a token that the account does not have */
	token(id: string): StoredToken {
		const token = this.tokens.get(id);
		if (token === undefined) {
			throw new Refusal(404, 'NFND_001', `There is no token ${id}.`);
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
		if (this.isOver(key)) {
			return 'expired';
		}
		if (renewed !== null) {
			return 'revitalised';
		}
		const soon = this.platform.now().getTime() + this.platform.expiringDays * DAY;
		return key.expirationDate !== null && Date.parse(key.expirationDate) <= soon ? 'expiring' : 'active';
	}

	/** The token of the account that a secret opens; undefined when none of its keys has it. */
	tokenWith(id: string, secret: string): StoredToken | undefined {
		const token = this.tokens.get(id);
		if (token === undefined) {
			return undefined;
		}
		this.advance(token);
		return token.key.secret === secret || token.renewed?.secret === secret ? token : undefined;
	}

	/** Whether a token that is not disabled is good with a secret of its. */
	isGood({ key, renewed }: StoredToken, secret: string): boolean {
		return !this.isOver(renewed?.secret === secret ? renewed : key);
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
			throw new Refusal(400, 'VAL_001', 'extension: the account has none of this id or name.');
		}
		return this.add({
			name: draft.name,
			description: draft.description ?? '',
			externalId: draft.external_id ?? null,
			extension: { id: extension.id, name: extension.name },
			permissions: [...extension.permissions],
			expirationDate: this.future(draft.expiration_date ?? null),
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

	/** @throws Refusal 400 for a token that is so already. Ours: no source tells */
	setEnabled(id: string, enabled: boolean): StoredToken {
		const token = this.token(id);
		if (token.enabled === enabled) {
			throw new Refusal(400, 'VAL_001', `The token is ${enabled ? 'active' : 'inactive'} already.`);
		}
		return this.update(token, { enabled });
	}

	/** @param expirationDate undefined for the lifetime that the token has. Ours: no source tells */
	rotate(id: string, expirationDate: string | null | undefined): StoredToken {
		const token = this.token(id);
		return this.update(token, { key: this.newKey(this.next(token, expirationDate)), renewed: null });
	}

	/**
	 * @param expirationDate undefined for the lifetime that the token has. Ours: no source tells
	 * @throws Refusal 400 for a token without an end, or whose key is over, disabled or followed by another already. Ours: no source tells
	 */
	renew(id: string, expirationDate: string | null | undefined): StoredToken {
		const token = this.token(id);
		const status = this.statusOf(token);
		if ((status !== 'active' && status !== 'expiring') || token.key.expirationDate === null) {
			throw new Refusal(400, 'VAL_001', 'The token cannot be renewed.');
		}
		return this.update(token, { renewed: this.newKey(this.next(token, expirationDate)) });
	}

	delete(id: string): void {
		this.token(id);
		this.tokens.delete(id);
	}

	/** Gives a token a module; nothing happens when it has it. */
	permit(id: string, module: string): void {
		const token = this.token(id);
		if (!this.modules.some((one) => one.id === module)) {
			throw new Refusal(400, 'VAL_001', `There is no module ${module}.`);
		}
		this.update(token, { permissions: [...new Set([...token.permissions, module])] });
	}

	/** @throws Refusal 404 when the token does not have the module. Ours: no source tells */
	forbid(id: string, module: string): void {
		const token = this.token(id);
		if (!token.permissions.includes(module)) {
			throw new Refusal(404, 'NFND_001', `The token does not have the module ${module}.`);
		}
		this.update(token, { permissions: token.permissions.filter((one) => one !== module) });
	}

	private update(token: StoredToken, changes: Partial<StoredToken>): StoredToken {
		return Object.assign(token, changes, { updated: this.stamp() });
	}

	/** A renewed token whose previous key is over has the next one alone. */
	private advance(token: StoredToken): void {
		if (token.renewed !== null && this.isOver(token.key)) {
			token.key = token.renewed;
			token.renewed = null;
		}
	}

	private isOver({ expirationDate }: Key): boolean {
		return expirationDate !== null && Date.parse(expirationDate) <= this.platform.now().getTime();
	}

	private newKey(expirationDate: string | null): Key {
		return {
			secret: randomBytes(20).toString('hex'),
			expirationDate: expirationDate === null ? null : new Date(expirationDate).toISOString(),
			issuedAt: this.stamp().at,
		};
	}

	private next({ key }: StoredToken, asked: string | null | undefined): string | null {
		if (asked !== undefined) {
			return this.future(asked);
		}
		return key.expirationDate === null
			? null
			: new Date(this.platform.now().getTime() + Date.parse(key.expirationDate) - Date.parse(key.issuedAt)).toISOString();
	}

	private future(date: string | null): string | null {
		if (date !== null && Date.parse(date) <= this.platform.now().getTime()) {
			throw new Refusal(400, 'VAL_001', 'expiration_date: it must be in the future.');
		}
		return date;
	}

	private stamp(): Stamp {
		return { at: this.platform.now().toISOString(), by: this.user };
	}
}

/** The value of the header `Authorization` for a key. */
export function authorization(tokenId: string, { secret }: Key): string {
	return `ApiKey ${tokenId}:${secret}`;
}

/** Whether tokens with these modules reach what belongs to Integrations. */
export function reachesIntegrations(permissions: readonly string[]): boolean {
	return permissions.includes(ALL_MODULES) || permissions.includes(INTEGRATIONS);
}
