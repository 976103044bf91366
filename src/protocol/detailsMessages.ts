import * as v from 'valibot';
import type { StatusClassTotals } from '../domain/tokenUsage';
import {
	expirationChoiceSchemas,
	fieldErrorsSchema,
	languageSchema,
	maxLengthsSchema,
	moduleIdsSchema,
	modulesSchema,
	emptySchema,
	presetsSchema,
	tokenSchema,
} from './messageSchemas';

const keyVersionSchema = v.picklist(['current', 'previous']);

/** What the page can be asked to begin with: the commands of the same name open it so. */
const initialActionSchema = v.picklist(['edit', 'rotate', 'renew']);
export type InitialAction = v.InferOutput<typeof initialActionSchema>;

const detailsSnapshotSchema = v.object({
	language: languageSchema,
	modules: modulesSchema,
	/** Where the token comes from; the name of the account, null for the workspace. */
	source: v.object({ id: v.string(), account: v.nullable(v.string()) }),
	/** Stands for every module. */
	allModules: v.string(),
	limits: maxLengthsSchema,
	presets: presetsSchema,
	/** The token as it is now; null once it has been deleted. */
	token: v.nullable(tokenSchema),
	/** What the catalogue says of its extension; left out for one that it does not know. */
	extensionDescription: v.exactOptional(v.string()),
	/** Its keys that work, the newest first; two while a renewal overlaps. None for a deleted token. */
	keys: v.pipe(
		v.array(
			v.object({
				which: keyVersionSchema,
				/** What is shown until the user asks to view the key. */
				masked: v.string(),
				expirationDate: v.nullable(v.string()),
			}),
		),
		v.readonly(),
	),
	/** What its status allows now. */
	actions: v.pipe(v.array(v.picklist(['disable', 'enable', 'rotate', 'renew', 'edit', 'delete'])), v.readonly()),
	/** Whether the extension decides about the permissions, so that they cannot be edited. */
	permissionsFixed: v.boolean(),
	/** When a key issued now would end with the lifetime of the present one; null is never. */
	sameLifetime: v.exactOptional(v.nullable(v.string())),
});
export type DetailsSnapshot = v.InferOutput<typeof detailsSnapshotSchema>;
/** One of the token's keys, without its secret. */
export type MaskedKey = DetailsSnapshot['keys'][number];

const classTotalsSchema = v.object({
	'200s': v.number(),
	'300s': v.number(),
	'400s': v.number(),
	'500s': v.number(),
}) satisfies v.GenericSchema<StatusClassTotals>;

/** How the token is used. It changes far more often than the token, and is told apart from it. */
const usageSchema = v.object({
	/** Who counts: the gateway here, or a platform, whose counts may still be on their way. */
	source: v.picklist(['gateway', 'platform', 'loading']),
	/** Where requests with the token can be sent; null while the gateway does not run. */
	gatewayUrl: v.nullable(v.string()),
	/** When the last response was sent, ISO 8601 UTC; null when there was none. */
	lastUsed: v.exactOptional(v.nullable(v.string())),
	/** The last 30 days, all of them, the oldest first. */
	days: v.pipe(
		v.array(
			v.object({
				/** `yyyy-mm-dd`, UTC. */
				date: v.string(),
				classes: classTotalsSchema,
				/** How many responses had which status code, the lowest code first. */
				codes: v.pipe(v.array(v.object({ code: v.string(), class: v.keyof(classTotalsSchema), count: v.number() })), v.readonly()),
			}),
		),
		v.readonly(),
	),
	totals: classTotalsSchema,
	/** Why the counts cannot be read, in the user's language; null when they can. */
	problem: v.nullable(v.string()),
});
export type UsageSnapshot = v.InferOutput<typeof usageSchema>;
/** The responses to the token on one day. */
export type UsageSnapshotDay = UsageSnapshot['days'][number];

/** Why an action did not happen, in the user's language. */
const unavailableSchema = v.object({ unavailable: v.string() });

/** Only what is to change; what the user did not touch is left out. */
export const tokenEditSchema = v.object({
	name: v.exactOptional(v.string()),
	externalId: v.exactOptional(v.nullable(v.string())),
	description: v.exactOptional(v.string()),
	permissions: v.exactOptional(moduleIdsSchema),
});
export type TokenEdit = v.InferOutput<typeof tokenEditSchema>;

/** The two ways to give a token a new key. */
export const replacementActionSchema = v.picklist(['rotate', 'renew']);
export type ReplacementAction = v.InferOutput<typeof replacementActionSchema>;

/** How long the new key of a rotation or renewal shall work. */
export const replacementExpirationSchema = v.variant('kind', [...expirationChoiceSchemas, v.object({ kind: v.literal('same') })]);
export type ReplacementExpiration = v.InferOutput<typeof replacementExpirationSchema>;

const doneSchema = v.object({ done: v.literal(true) });
const fieldErrorsResultSchema = v.object({ errors: fieldErrorsSchema });

/** What the details page asks of the host. */
export const detailsHostMethods = {
	/** The page has loaded: what it needs to draw itself, and what it was opened for. */
	ready: {
		params: emptySchema,
		result: v.object({ snapshot: detailsSnapshotSchema, usage: usageSchema, initialAction: v.nullable(initialActionSchema) }),
	},
	/** A key in plain text, because the user pressed View. Shown, never kept in the page's state. */
	viewKey: { params: v.object({ which: keyVersionSchema }), result: v.union([v.object({ authorization: v.string() }), unavailableSchema]) },
	/** Puts a key on the clipboard, because the user pressed Copy; the page never sees it. */
	copyKey: { params: v.object({ which: keyVersionSchema }), result: v.union([v.object({ copied: v.literal(true) }), unavailableSchema]) },
	/**
	 * Saves an edit, or says which fields are at fault; then nothing has been changed.
	 * `expected` is the `updated.at` of the token that the user has seen: when somebody has changed it since, the host refuses.
	 */
	save: { params: v.object({ changes: tokenEditSchema, expected: v.string() }), result: v.union([doneSchema, fieldErrorsResultSchema]) },
	/** Rotates or renews the token, or says what is wrong with the date; then nothing has been changed. */
	replaceKey: {
		params: v.object({ action: replacementActionSchema, expiration: replacementExpirationSchema }),
		result: v.union([doneSchema, fieldErrorsResultSchema]),
	},
	/** Reads anew how the token is used, and shows it. */
	readUsage: { params: emptySchema, result: emptySchema },
	/** Does what the command of that name does to the token or the gateway; Delete asks first. */
	run: {
		params: v.object({ action: v.picklist(['disable', 'enable', 'delete', 'startGateway', 'copyGatewayUrl', 'newRequestFile']) }),
		result: emptySchema,
	},
} as const;

/** What the host asks of the details page. */
export const detailsPageMethods = {
	/** The token has changed; the snapshot is whole, never a difference. */
	show: { params: detailsSnapshotSchema, result: emptySchema },
	/** Responses have been counted, or the gateway has been started or stopped; the usage is whole, never a difference. */
	showUsage: { params: usageSchema, result: emptySchema },
	/** The user asked elsewhere to edit, rotate or renew the token. */
	startAction: { params: v.object({ action: initialActionSchema }), result: emptySchema },
} as const;
