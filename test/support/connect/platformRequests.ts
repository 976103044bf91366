import assert from 'node:assert/strict';
import type { Platform } from './simulatedPlatform';

export interface RequestResult<T> {
	readonly status: number;
	readonly headers: Headers;
	readonly body: T;
}

/**
 * Sends a request to a simulated platform, and validates the response against its contracts.
 * @param call method and path below the base path, such as `GET /auth/tokens?limit=1`
 * @param key Authorization header value; the key of the first account by default
 */
export async function sendRequest<T = unknown>(
	platform: Platform,
	call: string,
	{ body, key = platform.account.key }: { body?: unknown; key?: string } = {},
): Promise<RequestResult<T>> {
	const [, method = '', target = ''] = /^(\S+) (.*)$/.exec(call) ?? [];
	const response = await fetch(platform.endpoint + target, {
		method,
		headers: { authorization: key, ...(body !== undefined && { 'content-type': 'application/json' }) },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const text = await response.text();
	const result = { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
	for (const contract of platform.contracts) {
		const operation = contract.operationOf(method, target.replace(/\?.*/, ''));
		if (operation !== undefined && response.status !== 422) {
			const problems = contract.findResponseProblems(operation, { ...result, headers: Object.fromEntries(response.headers) });
			assert.deepEqual(problems, [], `the response to ${call}`);
		}
	}
	return result;
}

/** Sends a successful request for each operation of our contract. */
export async function sendEveryRequest(platform: Platform): Promise<void> {
	const { id } = platform.account.add({
		expirationDate: '2099-01-01T00:00:00Z',
		statistics: { '2026-01-01': { 200: 3, 404: 1 }, '2026-01-02': { 200: 2 } },
	});
	const token = `/auth/tokens/${id}`;
	const calls: [string, number, unknown?][] = [
		['GET /accounts?limit=1', 200],
		['GET /modules', 200],
		['GET /extensions', 200],
		['GET /auth/tokens?limit=10&offset=0&in(status,(active,expiring))&ordering(-events.created.at)', 200],
		['POST /auth/tokens', 201, { name: 'New', extension: { id: 'EXT-310-000' } }],
		[`GET ${token}`, 200],
		[`PUT ${token}`, 200, { name: 'Other', external_id: null, description: '' }],
		[`POST ${token}/deactivate`, 200],
		[`POST ${token}/activate`, 200],
		[`POST ${token}/renew`, 200, { expiration_date: '2099-02-01T00:00:00Z' }],
		[`GET ${token}`, 200],
		[`POST ${token}/rotate`, 200, {}],
		[`GET ${token}/permissions`, 200],
		[`POST ${token}/permissions`, 201, { object: { id: 'MD-0001' } }],
		[`DELETE ${token}/permissions?object.id=MD-0001`, 204],
		[`GET /statistics/tokens/${id}/aggregates`, 200],
		[`GET /statistics/tokens/${id}/summary`, 200],
		[`DELETE ${token}`, 204],
	];
	for (const [call, expectedStatus, body] of calls) {
		assert.equal((await sendRequest(platform, call, { body })).status, expectedStatus, call);
	}
}
