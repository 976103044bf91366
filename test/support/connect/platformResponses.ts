import { authorization, type ExtensionEntry, type Key, type PlatformAccount, type StoredToken } from './platformAccount';

/** Variants of responses that the platform's documentation leaves open. A client must support all of them. */
export interface ResponseOptions {
	/**
	 * Whether `token` and `renewed_token` contain the Authorization header value, which is what the platform's UI copies, or only the secret.
	 */
	readonly keys: 'authorization' | 'bare';
	/** Whether the response to a creation contains the written fields, as in the platform's document, or the token. */
	readonly created: 'written' | 'token';
	/** Whether the aggregates are a list of days, or only the last day, as in the platform's document. */
	readonly aggregates: 'days' | 'day';
}

/** Formats a date in seconds and with an offset, as Python does. */
function toTimestamp(iso: string): string {
	return `${iso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}+00:00`;
}

const toTimestampOrNull = (iso: string | null) => (iso === null ? null : toTimestamp(iso));

export function toTokenResponse(
	account: PlatformAccount,
	token: StoredToken,
	{ keys }: Pick<ResponseOptions, 'keys'>,
): Record<string, unknown> {
	const status = account.statusOf(token);
	const { id, name, description, externalId, extension, key, renewed, created, updated } = token;
	const toKeyResponse = (tokenKey: Key) => (keys === 'bare' ? tokenKey.secret : authorization(id, tokenKey));
	return {
		id,
		name,
		description,
		external_id: externalId,
		owner: account.reference,
		status,
		extension,
		handle: id.toLowerCase(),
		token: toKeyResponse(key),
		permissions: toPermissionsResponse(token),
		expiration_date: toTimestampOrNull(key.expirationDate),
		...(renewed !== null && { renewed_token: toKeyResponse(renewed) }),
		renewed_expiration_date: renewed && toTimestampOrNull(renewed.expirationDate),
		events: { created: { ...created, at: toTimestamp(created.at) }, updated: { ...updated, at: toTimestamp(updated.at) } },
		...token.extra,
	};
}

/** Response to a creation and an update: the written fields. The extension is empty because its fields are write-only. */
export function toWrittenResponse({ name, externalId, description, key }: StoredToken): Record<string, unknown> {
	return { name, external_id: externalId, extension: {}, description, expiration_date: toTimestampOrNull(key.expirationDate) };
}

export function toPermissionsResponse({ id, permissions }: StoredToken): { id: string; object: { id: string } }[] {
	return permissions.map((moduleId) => ({ id: `${id}-${moduleId}`, object: { id: moduleId } }));
}

export function toExtensionResponse({ id, name, description }: ExtensionEntry): Record<string, unknown> {
	return { id, name, description, status: 'published', revision: 1 };
}

export function toDaysResponse({ statistics }: StoredToken): { date: string; statuses: { code: string; count: number }[] }[] {
	return Object.entries(statistics)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([date, counts]) => ({ date, statuses: Object.entries(counts).map(([code, count]) => ({ code, count })) }));
}

export function toSummaryResponse({ id, statistics, created }: StoredToken): Record<string, unknown> {
	const totals: Record<string, number> = {};
	for (const [code, count] of Object.values(statistics).flatMap((counts) => Object.entries(counts))) {
		totals[code] = (totals[code] ?? 0) + count;
	}
	const statuses = Object.entries(totals).map(([code, total]) => ({ code, total, since_last_reset: total }));
	return { id, statuses, started_tracking_at: toTimestamp(created.at) };
}
