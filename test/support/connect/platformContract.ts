import type { OpenApiDocument } from './contractValidation';

/*
 * Our own OpenAPI document of the requests that the extension sends to a Connect account. "Our assumption" marks what the platform's
 * document leaves open. `x-lookups` and `x-ordering` define how RQL can filter and sort a list by a field.
 */

type Schema = Record<string, unknown>;

const text = (limits: { min?: number; max?: number } = {}): Schema => ({
	type: 'string',
	...(limits.min !== undefined && { minLength: limits.min }),
	...(limits.max !== undefined && { maxLength: limits.max }),
});
const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
const timestamp: Schema = { type: 'string', format: 'date-time' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });

/** An object in a response: has all `required` fields, and can have unknown ones. */
const responseObject = (required: Record<string, Schema>, others: Record<string, Schema> = {}): Schema => ({
	type: 'object',
	properties: { ...required, ...others },
	required: Object.keys(required),
});

/** An object in a request: has only these fields. */
const requestObject = (required: Record<string, Schema>, others: Record<string, Schema> = {}): Schema => ({
	...responseObject(required, others),
	...(Object.keys(required).length === 0 && { required: undefined }),
	additionalProperties: false,
});

const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });
const error = (description: string) => ({ description, ...json(ref('Error')) });
const errors = {
	400: error('The request is invalid.'),
	401: error('The key is unknown, expired, or disabled.'),
	403: error("The key doesn't have the module."),
	404: error('There is no object with this ID.'),
};
const responses = (code: number, description: string, schema?: Schema, headers?: Record<string, unknown>) => ({
	responses: { [code]: { description, ...(schema && json(schema)), ...(headers && { headers }) }, ...errors },
});
const page = (items: Schema) =>
	responses(200, 'A page of the list; the header contains its range and the total.', list(items), {
		'Content-Range': { required: true, schema: { type: 'string', pattern: '^items \\d+-\\d+/\\d+$' } },
	});
const body = (name: string, required: boolean) => ({ requestBody: { required, ...json(ref(name)) } });

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^SU(-\\d+)+$' } };

const paging = [
	{ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 0 } },
	{ name: 'offset', in: 'query', schema: { type: 'integer', minimum: 0 } },
];
const SAME = ['eq', 'ne', 'in', 'out'];
const TEXT = [...SAME, 'like', 'ilike'];
const ORDER = ['eq', 'ne', 'ge', 'gt', 'le', 'lt', 'in', 'out'];

/** A field that a list can be filtered by and, if `ordering` is set, sorted by. */
const field = (
	name: string,
	lookups: readonly string[],
	{ schema = text(), ordering = false }: { schema?: Schema; ordering?: boolean } = {},
) => ({
	name,
	in: 'query',
	schema,
	'x-lookups': lookups,
	'x-ordering': ordering,
});

const statuses: Schema = { type: 'string', enum: ['pending', 'active', 'inactive', 'deleted', 'expiring', 'expired', 'revitalised'] };
const token = (description: string) => responses(200, description, ref('Token'));

export const contract: OpenApiDocument = {
	openapi: '3.0.3',
	info: { title: 'Requests that Connect Tokens sends to an account', version: '1' },
	paths: {
		'/accounts': {
			get: {
				parameters: [...paging, field('id', [...TEXT, 'null'], { ordering: true }), field('name', TEXT)],
				...page(ref('Account')),
			},
		},
		'/modules': {
			get: {
				parameters: [...paging, field('id', [...TEXT, 'null'], { ordering: true }), field('name', TEXT, { ordering: true })],
				...page(ref('Module')),
			},
		},
		'/extensions': {
			get: {
				parameters: [
					...paging,
					field('id', [...TEXT, 'null'], { ordering: true }),
					field('name', TEXT, { ordering: true }),
					field('status', TEXT, { ordering: true }),
				],
				...page(ref('Extension')),
			},
		},
		'/auth/tokens': {
			get: {
				parameters: [
					...paging,
					field('id', [...TEXT, 'null'], { ordering: true }),
					field('name', [...TEXT, 'null'], { ordering: true }),
					field('external_id', [...TEXT, 'null']),
					field('status', TEXT, { schema: statuses, ordering: true }),
					field('extension.id', [...TEXT, 'null'], { ordering: true }),
					field('extension.name', TEXT),
					field('permissions.object.id', TEXT),
					field('expiration_date', [...ORDER, 'null'], { schema: timestamp, ordering: true }),
					field('events.created.at', ORDER, { schema: timestamp, ordering: true }),
					field('events.created.by.id', [...TEXT, 'null']),
					field('events.created.by.name', [...TEXT, 'null']),
				],
				...page(ref('Token')),
			},
			post: {
				...body('NewToken', true),
				...responses(201, 'The written fields, not necessarily with the ID or the key.', ref('WrittenToken')),
			},
		},
		'/auth/tokens/{id}': {
			parameters: [id],
			get: token('The token with its key.'),
			put: { ...body('TokenChanges', true), ...responses(200, 'The written fields.', ref('TokenChanges')) },
			delete: responses(204, 'The token was deleted.'),
		},
		'/auth/tokens/{id}/activate': { parameters: [id], post: token('The enabled token.') },
		'/auth/tokens/{id}/deactivate': { parameters: [id], post: token('The disabled token.') },
		'/auth/tokens/{id}/rotate': {
			parameters: [id],
			post: { ...body('NewDate', false), ...token('The token with its new key.') },
		},
		'/auth/tokens/{id}/renew': {
			parameters: [id],
			post: { ...body('NewDate', false), ...token('The token with its previous and its new key.') },
		},
		'/auth/tokens/{id}/permissions': {
			parameters: [id],
			get: {
				parameters: [...paging, field('id', [...TEXT, 'null'], { ordering: true }), field('object.id', TEXT, { ordering: true })],
				...page(ref('Permission')),
			},
			post: { ...body('NewPermission', true), ...responses(201, 'The permission.', ref('Permission')) },
			delete: {
				// Our assumption: the platform's document has no parameter here. This is the field that the list can be filtered by.
				parameters: [{ name: 'object.id', in: 'query', required: true, schema: text({ min: 1 }) }],
				...responses(204, 'The permission was removed.'),
			},
		},
		'/statistics/tokens/{id}/aggregates': {
			parameters: [id],
			// In the platform's document, the schema specifies one day, but the description specifies a list of days.
			get: responses(200, 'Responses by day and status code.', { oneOf: [list(ref('Day')), ref('Day')] }),
		},
		'/statistics/tokens/{id}/summary': { parameters: [id], get: responses(200, 'Totals by status code.', ref('Summary')) },
	},
	components: {
		schemas: {
			Error: responseObject({ error_code: text(), errors: list(text()) }),
			Account: responseObject({ id: text(), name: text({ max: 64 }) }),
			Module: responseObject({ id: text(), name: text({ max: 32 }) }),
			Extension: responseObject({ id: text(), name: text({ max: 50 }), description: text({ max: 255 }) }),
			Stamp: responseObject({ at: timestamp, by: responseObject({ id: text(), name: text() }) }),
			Permission: responseObject({ id: text(), object: responseObject({ id: text() }) }),
			Token: responseObject(
				{
					id: text(),
					name: text({ max: 128 }),
					description: orNull(text({ max: 255 })),
					external_id: orNull(text({ max: 128 })),
					owner: responseObject({ id: text(), name: text({ max: 64 }) }),
					// Not an enum as in the filter, because the platform can add statuses.
					status: text(),
					extension: responseObject({ id: text(), name: text({ max: 50 }) }),
					token: text(),
					permissions: list(ref('Permission')),
					expiration_date: orNull(timestamp),
					events: responseObject({ created: ref('Stamp'), updated: ref('Stamp') }),
				},
				{ handle: text(), renewed_token: orNull(text()), renewed_expiration_date: orNull(timestamp) },
			),
			NewToken: requestObject(
				{
					name: text({ min: 1, max: 128 }),
					extension: { ...requestObject({}, { id: text({ min: 1 }), name: text({ min: 1 }) }), minProperties: 1 },
				},
				{ external_id: orNull(text({ max: 128 })), description: orNull(text({ max: 255 })), expiration_date: orNull(timestamp) },
			),
			WrittenToken: responseObject({ name: text({ max: 128 }), extension: responseObject({}) }, { expiration_date: orNull(timestamp) }),
			TokenChanges: requestObject(
				{},
				{ name: text({ min: 1, max: 128 }), external_id: orNull(text({ max: 128 })), description: text({ max: 255 }) },
			),
			NewDate: requestObject({}, { expiration_date: orNull(timestamp) }),
			NewPermission: requestObject({ object: requestObject({ id: text({ min: 1 }) }) }),
			StatusCount: responseObject({ code: text(), count: { type: 'integer' } }),
			Day: responseObject({ date: { type: 'string', format: 'date' }, statuses: list(ref('StatusCount')) }),
			StatusTotal: responseObject({ code: text(), total: { type: 'integer' } }, { since_last_reset: { type: 'integer' } }),
			Summary: responseObject({ id: text(), statuses: list(ref('StatusTotal')), started_tracking_at: timestamp }),
		},
	},
};
