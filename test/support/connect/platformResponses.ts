import { authorization, type ExtensionEntry, type Key, type PlatformAccount, type StoredToken } from './platformAccount';

/** What the sources leave open about the platform's answers, so that a client has to bear with each. */
export interface ResponseOptions {
	/**
	 * Whether `token` and `renewed_token` are the value of the header `Authorization`, which is what the platform's interface copies, or the
	 * secret alone.
	 */
	readonly keys: 'authorization' | 'bare';
	/** Whether a creation is answered with what was written, as the platform's document has it, or with the token. */
	readonly created: 'written' | 'token';
	/** Whether the aggregates are a list of days, or the one last day, as the platform's document has it. */
	readonly aggregates: 'days' | 'day';
}

/** In seconds and with an offset, as Python writes moments. */
function moment(iso: string): string {
	return `${iso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}+00:00`;
}

const momentOrNull = (iso: string | null) => (iso === null ? null : moment(iso));

export function toTokenResponse(
	account: PlatformAccount,
	token: StoredToken,
	{ keys }: Pick<ResponseOptions, 'keys'>,
): Record<string, unknown> {
	const status = account.statusOf(token);
	const { id, name, description, externalId, extension, key, renewed, created, updated } = token;
	const shown = (one: Key) => (keys === 'bare' ? one.secret : authorization(id, one));
	return {
		id,
		name,
		description,
		external_id: externalId,
		owner: account.reference,
		status,
		extension,
		handle: id.toLowerCase(),
		token: shown(key),
		permissions: toPermissionsResponse(token),
		expiration_date: momentOrNull(key.expirationDate),
		...(renewed !== null && { renewed_token: shown(renewed) }),
		renewed_expiration_date: renewed && momentOrNull(renewed.expirationDate),
		events: { created: { ...created, at: moment(created.at) }, updated: { ...updated, at: moment(updated.at) } },
		...token.extra,
	};
}

/** The answer to a creation and to an edition: what can be written, of the extension nothing, because its fields are for writing only. */
export function writtenOnWire({ name, externalId, description, key }: StoredToken): Record<string, unknown> {
	return { name, external_id: externalId, extension: {}, description, expiration_date: momentOrNull(key.expirationDate) };
}

export function toPermissionsResponse({ id, permissions }: StoredToken): { id: string; object: { id: string } }[] {
	return permissions.map((module) => ({ id: `${id}-${module}`, object: { id: module } }));
}

export function toExtensionResponse({ id, name, description }: ExtensionEntry): Record<string, unknown> {
	return { id, name, description, status: 'published', revision: 1 };
}

export function toDaysResponse({ statistics }: StoredToken): { date: string; statuses: { code: string; count: number }[] }[] {
	return Object.entries(statistics)
		.sort(([one], [other]) => (one < other ? -1 : 1))
		.map(([date, counts]) => ({ date, statuses: Object.entries(counts).map(([code, count]) => ({ code, count })) }));
}

export function toSummaryResponse({ id, statistics, created }: StoredToken): Record<string, unknown> {
	const totals: Record<string, number> = {};
	for (const [code, count] of Object.values(statistics).flatMap((counts) => Object.entries(counts))) {
		totals[code] = (totals[code] ?? 0) + count;
	}
	const statuses = Object.entries(totals).map(([code, total]) => ({ code, total, since_last_reset: total }));
	return { id, statuses, started_tracking_at: moment(created.at) };
}
