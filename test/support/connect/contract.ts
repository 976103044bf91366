import type { OpenApiDocument } from './validation';

/*
 * The calls that the extension makes to a Connect account, as an OpenAPI document of our own. What the platform's document leaves open
 * and we decided is marked "Ours". `x-lookups` and `x-ordering` name what RQL may do with a field of a list.
 */

type Schema = Record<string, unknown>;

const text = (limits: { min?: number; max?: number } = {}): Schema => ({
	type: 'string',
	...(limits.min !== undefined && { minLength: limits.min }),
	...(limits.max !== undefined && { maxLength: limits.max }),
});
const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
const moment: Schema = { type: 'string', format: 'date-time' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });

/** An object that has all the `required` fields and may have more. */
const answered = (required: Record<string, Schema>, others: Record<string, Schema> = {}): Schema => ({
	type: 'object',
	properties: { ...required, ...others },
	required: Object.keys(required),
});

/** An object that has no fields but these. */
const sent = (required: Record<string, Schema>, others: Record<string, Schema> = {}): Schema => ({
	...answered(required, others),
	...(Object.keys(required).length === 0 && { required: undefined }),
	additionalProperties: false,
});

const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });
const error = (description: string) => ({ description, ...json(ref('Error')) });
const errors = {
	400: error('The request makes no sense.'),
	401: error('The key is unknown, over or disabled.'),
	403: error('The key does not have the module.'),
	404: error('There is nothing with this id.'),
};
const answers = (code: number, description: string, schema?: Schema, headers?: Record<string, unknown>) => ({
	responses: { [code]: { description, ...(schema && json(schema)), ...(headers && { headers }) }, ...errors },
});
const page = (items: Schema) =>
	answers(200, 'A part of the list; the header has its place and the total.', list(items), {
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

/** A field that a list can be narrowed down and, where said so, ordered by. */
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
const token = (description: string) => answers(200, description, ref('Token'));

export const contract: OpenApiDocument = {
	openapi: '3.0.3',
	info: { title: 'The calls that Connect Tokens makes to an account', version: '1' },
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
					field('expiration_date', [...ORDER, 'null'], { schema: moment, ordering: true }),
					field('events.created.at', ORDER, { schema: moment, ordering: true }),
					field('events.created.by.id', [...TEXT, 'null']),
					field('events.created.by.name', [...TEXT, 'null']),
				],
				...page(ref('Token')),
			},
			post: {
				...body('NewToken', true),
				...answers(201, 'What was written: neither the id nor the key has to be in it.', ref('WrittenToken')),
			},
		},
		'/auth/tokens/{id}': {
			parameters: [id],
			get: token('The token with its key.'),
			put: { ...body('TokenChanges', true), ...answers(200, 'What was written.', ref('TokenChanges')) },
			delete: answers(204, 'The token is gone.'),
		},
		'/auth/tokens/{id}/activate': { parameters: [id], post: token('The token goes again.') },
		'/auth/tokens/{id}/deactivate': { parameters: [id], post: token('The token is stopped.') },
		'/auth/tokens/{id}/rotate': {
			parameters: [id],
			post: { ...body('NewDate', false), ...token('The token with another key.') },
		},
		'/auth/tokens/{id}/renew': {
			parameters: [id],
			post: { ...body('NewDate', false), ...token('The token with its key and the next one.') },
		},
		'/auth/tokens/{id}/permissions': {
			parameters: [id],
			get: {
				parameters: [...paging, field('id', [...TEXT, 'null'], { ordering: true }), field('object.id', TEXT, { ordering: true })],
				...page(ref('Permission')),
			},
			post: { ...body('NewPermission', true), ...answers(201, 'The permission.', ref('Permission')) },
			delete: {
				// Ours: the platform's document has no parameter here. It would be the field by which the same list is filtered.
				parameters: [{ name: 'object.id', in: 'query', required: true, schema: text({ min: 1 }) }],
				...answers(204, 'The permission is gone.'),
			},
		},
		'/statistics/tokens/{id}/aggregates': {
			parameters: [id],
			// The platform's document has one day here, its text speaks of days.
			get: answers(200, 'Answers by day and status code.', { oneOf: [list(ref('Day')), ref('Day')] }),
		},
		'/statistics/tokens/{id}/summary': { parameters: [id], get: answers(200, 'Totals by status code.', ref('Summary')) },
	},
	components: {
		schemas: {
			Error: answered({ error_code: text(), errors: list(text()) }),
			Account: answered({ id: text(), name: text({ max: 64 }) }),
			Module: answered({ id: text(), name: text({ max: 32 }) }),
			Extension: answered({ id: text(), name: text({ max: 50 }), description: text({ max: 255 }) }),
			Stamp: answered({ at: moment, by: answered({ id: text(), name: text() }) }),
			Permission: answered({ id: text(), object: answered({ id: text() }) }),
			Token: answered(
				{
					id: text(),
					name: text({ max: 128 }),
					description: orNull(text({ max: 255 })),
					external_id: orNull(text({ max: 128 })),
					owner: answered({ id: text(), name: text({ max: 64 }) }),
					// Not the statuses of the filter: the platform may have others tomorrow.
					status: text(),
					extension: answered({ id: text(), name: text({ max: 50 }) }),
					token: text(),
					permissions: list(ref('Permission')),
					expiration_date: orNull(moment),
					events: answered({ created: ref('Stamp'), updated: ref('Stamp') }),
				},
				{ handle: text(), renewed_token: orNull(text()), renewed_expiration_date: orNull(moment) },
			),
			NewToken: sent(
				{
					name: text({ min: 1, max: 128 }),
					extension: { ...sent({}, { id: text({ min: 1 }), name: text({ min: 1 }) }), minProperties: 1 },
				},
				{ external_id: orNull(text({ max: 128 })), description: orNull(text({ max: 255 })), expiration_date: orNull(moment) },
			),
			WrittenToken: answered({ name: text({ max: 128 }), extension: answered({}) }, { expiration_date: orNull(moment) }),
			TokenChanges: sent(
				{},
				{ name: text({ min: 1, max: 128 }), external_id: orNull(text({ max: 128 })), description: text({ max: 255 }) },
			),
			NewDate: sent({}, { expiration_date: orNull(moment) }),
			NewPermission: sent({ object: sent({ id: text({ min: 1 }) }) }),
			StatusCount: answered({ code: text(), count: { type: 'integer' } }),
			Day: answered({ date: { type: 'string', format: 'date' }, statuses: list(ref('StatusCount')) }),
			StatusTotal: answered({ code: text(), total: { type: 'integer' } }, { since_last_reset: { type: 'integer' } }),
			Summary: answered({ id: text(), statuses: list(ref('StatusTotal')), started_tracking_at: moment }),
		},
	},
};
