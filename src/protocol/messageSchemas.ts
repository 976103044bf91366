import * as v from 'valibot';
import type { Token } from '../domain/token';
import type { Approval, RatePeriod, RemainingRequests, TokenLimits } from '../domain/tokenLimits';

const stampSchema = v.object({ at: v.string(), by: v.string() });
const namedSchema = v.object({ id: v.string(), name: v.string() });
export const moduleIdsSchema = v.pipe(v.array(v.string()), v.readonly());

const ratePeriodSchema = v.picklist(['second', 'minute', 'hour', 'day']) satisfies v.GenericSchema<RatePeriod>;

const tokenLimitsSchema = v.object({
	rate: v.exactOptional(v.object({ requests: v.number(), per: ratePeriodSchema })),
	total: v.exactOptional(v.number()),
}) satisfies v.GenericSchema<TokenLimits>;

/** What a form contains for a token's limits, as typed. An empty text is no limit. */
export const limitsInputSchema = v.object({ rate: v.string(), per: ratePeriodSchema, total: v.string() });
export type LimitsInput = v.InferOutput<typeof limitsInputSchema>;

/** What a form contains for a token without limits. */
export const EMPTY_LIMITS_INPUT: LimitsInput = { rate: '', per: 'minute', total: '' };

export const approvalSchema = v.picklist(['never', 'writes', 'always']) satisfies v.GenericSchema<Approval>;

export const remainingRequestsSchema = v.object({
	rate: v.exactOptional(v.number()),
	total: v.exactOptional(v.number()),
}) satisfies v.GenericSchema<RemainingRequests>;

export const tokenSchema = v.object({
	id: v.string(),
	name: v.string(),
	externalId: v.nullable(v.string()),
	description: v.string(),
	extension: namedSchema,
	permissions: moduleIdsSchema,
	limits: v.exactOptional(tokenLimitsSchema),
	approval: v.exactOptional(approvalSchema),
	lease: v.exactOptional(v.object({ task: v.string(), agent: v.string() })),
	status: v.picklist(['active', 'expiring', 'revitalised', 'expired', 'inactive', 'other']),
	platformStatus: v.exactOptional(v.string()),
	expirationDate: v.nullable(v.string()),
	renewedExpirationDate: v.nullable(v.string()),
	keyIssuedAt: v.exactOptional(v.string()),
	created: stampSchema,
	updated: stampSchema,
}) satisfies v.GenericSchema<Token>;

/** Modules, with the paths that they cover if those are known. */
export const modulesSchema = v.pipe(
	v.array(v.object({ ...namedSchema.entries, paths: v.exactOptional(v.pipe(v.array(v.string()), v.readonly())) })),
	v.readonly(),
);

/** Maximum lengths in characters. */
export const maxLengthsSchema = v.object({ name: v.number(), externalId: v.number(), description: v.number() });

/** IDs of the expiration presets, shortest first. */
export const presetsSchema = v.pipe(v.array(v.string()), v.readonly());

/** The choices of an expiration: a preset by its ID, a custom date (ISO 8601 UTC), or no expiration. */
export const expirationChoiceSchemas = [
	v.object({ kind: v.literal('preset'), preset: v.string() }),
	v.object({ kind: v.literal('custom'), date: v.string() }),
	v.object({ kind: v.literal('never') }),
] as const;

/** The user's language, which every page is shown in. */
export const languageSchema = v.object({
	/** BCP 47 tag, for dates and numbers. */
	locale: v.string(),
	/** Translations by their English text; empty for English. */
	texts: v.record(v.string(), v.string()),
});
export type PageLanguage = v.InferOutput<typeof languageSchema>;

/** When a draft was saved, ISO 8601 UTC; null if it's what the page itself contained before VS Code hid it. */
export const savedAtSchema = v.nullable(v.string());

export const emptySchema = v.strictObject({});

/** Error messages by field name, in the user's language. */
export const fieldErrorsSchema = v.record(v.string(), v.string());
export type FieldErrors = v.InferOutput<typeof fieldErrorsSchema>;
