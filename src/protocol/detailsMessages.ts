import * as v from 'valibot';
import type { Allowance } from '../domain/allowedHosts';
import type { ModuleUsage } from '../domain/moduleUsage';
import type { StatusClassTotals } from '../domain/tokenUsage';
import {
	approvalSchema,
	expirationChoiceSchemas,
	fieldErrorsSchema,
	languageSchema,
	limitsInputSchema,
	maxLengthsSchema,
	moduleIdsSchema,
	modulesSchema,
	emptySchema,
	presetsSchema,
	remainingRequestsSchema,
	savedAtSchema,
	tokenSchema,
} from './messageSchemas';
import { tokenTestMethods } from './tokenTestMessages';

const keyVersionSchema = v.picklist(['current', 'previous']);

/** Actions that the page can start with. The commands with the same names open the page this way. */
const initialActionSchema = v.picklist(['edit', 'rotate', 'renew']);
export type InitialAction = v.InferOutput<typeof initialActionSchema>;

const allowanceSchema = v.union([v.object({ origin: v.string() }), v.object({ file: v.string() })]) satisfies v.GenericSchema<Allowance>;

const detailsSnapshotSchema = v.object({
	language: languageSchema,
	modules: modulesSchema,
	source: v.object({
		id: v.string(),
		/** The account that the token belongs to; null for the workspace. */
		account: v.nullable(
			v.object({
				name: v.string(),
				/** When the account's tokens were last read completely, ISO 8601 UTC; null if they never were. */
				readAt: v.nullable(v.string()),
				/** Why the last attempt to read them failed, in the user's language; null if it didn't. */
				problem: v.nullable(v.string()),
			}),
		),
	}),
	/** What was done with the token, newest first. */
	history: v.pipe(
		v.array(
			v.object({
				kind: v.picklist([
					'created',
					'imported',
					'edited',
					'rotated',
					'renewed',
					'previousKeyEnded',
					'leaseEnded',
					'disabled',
					'enabled',
					'changed',
				]),
				/** ISO 8601 UTC. */
				at: v.string(),
				by: v.string(),
				fields: v.exactOptional(
					v.pipe(v.array(v.picklist(['name', 'externalId', 'description', 'permissions', 'limits', 'approval'])), v.readonly()),
				),
			}),
		),
		v.readonly(),
	),
	/** Whether any account has been added, so that tokens can be copied to it. */
	hasAccounts: v.boolean(),
	/** Whether access to a module can be limited to reading. */
	hasReadOnlyAccess: v.boolean(),
	/** Whether the token can have limits and require approval. */
	hasRequestRules: v.boolean(),
	maxLengths: maxLengthsSchema,
	presets: presetsSchema,
	/** The token's current state; null once it has been deleted. */
	token: v.nullable(tokenSchema),
	/** Description of the token's extension; omitted if the extension isn't in the catalog. */
	extensionDescription: v.exactOptional(v.string()),
	/** The token's valid keys, newest first: two after a renewal, until the previous key expires. Empty for a deleted token. */
	keys: v.pipe(
		v.array(
			v.object({
				which: keyVersionSchema,
				/** Shown until the user chooses to view the key. */
				masked: v.string(),
				expirationDate: v.nullable(v.string()),
			}),
		),
		v.readonly(),
	),
	/** The actions that the token's status allows. */
	actions: v.pipe(v.array(v.picklist(['disable', 'enable', 'rotate', 'renew', 'edit', 'delete'])), v.readonly()),
	/** Whether the extension determines the permissions, so they can't be edited. */
	permissionsFixed: v.boolean(),
	/** Where the token's key may be sent. */
	hosts: v.object({
		/** Hosts that are always allowed, such as the account's. */
		builtIn: v.pipe(v.array(v.string()), v.readonly()),
		/** What the user allowed: a host, or a file whose requests' hosts can't be determined. */
		added: v.pipe(v.array(v.object({ allowance: allowanceSchema, label: v.string(), isEncrypted: v.boolean() })), v.readonly()),
	}),
	/** When a key issued now would expire if it had the lifetime of the current key; null for never. Omitted if that's unknown. */
	sameLifetime: v.exactOptional(v.nullable(v.string())),
});
export type DetailsSnapshot = v.InferOutput<typeof detailsSnapshotSchema>;
/** A line of the token's history. */
export type SnapshotHistoryEntry = DetailsSnapshot['history'][number];
/** A host or a file that the user allowed. */
export type AddedHost = DetailsSnapshot['hosts']['added'][number];
/** One of the token's keys, without its secret. */
export type MaskedKey = DetailsSnapshot['keys'][number];

const classTotalsSchema = v.object({
	'2xx': v.number(),
	'3xx': v.number(),
	'4xx': v.number(),
	'5xx': v.number(),
}) satisfies v.GenericSchema<StatusClassTotals>;

const usageIntervalsSchema = v.pipe(
	v.array(
		v.object({
			/** Start of a UTC day, `yyyy-mm-dd`, or of an hour, ISO 8601 UTC. */
			start: v.string(),
			classes: classTotalsSchema,
			/** Number of responses by status code, in ascending order of the codes. */
			codes: v.pipe(v.array(v.object({ code: v.string(), class: v.keyof(classTotalsSchema), count: v.number() })), v.readonly()),
		}),
	),
	v.readonly(),
);

/** The token's usage. It's sent separately because it changes far more often than the token. */
const usageSchema = v.object({
	/** What counted the responses: the local gateway or the platform; or that the platform's counts are still loading. */
	source: v.picklist(['gateway', 'platform', 'loading']),
	/** Base URL for requests through the gateway; null while the gateway isn't running. */
	gatewayUrl: v.nullable(v.string()),
	/** Time of the last response, ISO 8601 UTC; null if there hasn't been one. Omitted if that's unknown. */
	lastUsed: v.exactOptional(v.nullable(v.string())),
	/** Each of the last 30 days, oldest first. */
	days: usageIntervalsSchema,
	/** Each of the last 24 hours, oldest first. Omitted if responses are counted only by day. */
	hours: v.exactOptional(usageIntervalsSchema),
	/** When the platform returned the counts, ISO 8601 UTC. Omitted for the gateway's counts, which are always current. */
	readAt: v.exactOptional(v.string()),
	/** What the token's limits still allow; omitted if it has none, or if that's unknown. */
	remaining: v.exactOptional(remainingRequestsSchema),
	/** What the team's instances of another engine counted, by status class only. Omitted if nothing was pulled for the token. */
	team: v.exactOptional(
		v.object({
			/** Each of the last 30 days, oldest first. Instead of a status code, there's the class. */
			days: usageIntervalsSchema,
			instances: v.pipe(v.array(v.string()), v.readonly()),
			/** When the counts were last pulled, ISO 8601 UTC. */
			pulledAt: v.string(),
		}),
	),
	/** How the token used modules. Omitted if that isn't counted, as for tokens of an account. */
	modules: v.exactOptional(
		v.object({
			/** Those with the most requests first. */
			used: v.pipe(
				v.array(v.object({ moduleId: v.string(), read: v.number(), write: v.number(), lastUsed: v.string() })),
				v.readonly(),
			) satisfies v.GenericSchema<unknown, ModuleUsage['used']>,
			/** The first day that was counted, `yyyy-mm-dd` UTC, if that's not all of the last 30. */
			since: v.exactOptional(v.string()),
			/** When the permissions were reduced to what was used, ISO 8601 UTC, and the 403 responses since; omitted after 7 days. */
			reduction: v.exactOptional(v.object({ at: v.string(), denied: v.number() })),
		}),
	),
	/** Why the counts can't be read, in the user's language; null if they can. */
	problem: v.nullable(v.string()),
});
export type UsageSnapshot = v.InferOutput<typeof usageSchema>;
/** The responses to the token in one day or hour. */
export type UsageInterval = UsageSnapshot['days'][number];

/** Why a key isn't available, in the user's language. */
const unavailableSchema = v.object({ unavailable: v.string() });

/** The changed fields only. */
export const tokenEditSchema = v.object({
	name: v.exactOptional(v.string()),
	externalId: v.exactOptional(v.nullable(v.string())),
	description: v.exactOptional(v.string()),
	permissions: v.exactOptional(moduleIdsSchema),
	limits: v.exactOptional(limitsInputSchema),
	approval: v.exactOptional(approvalSchema),
});
export type TokenEdit = v.InferOutput<typeof tokenEditSchema>;

/** An edit that hasn't been saved. */
export const editDraftSchema = v.object({
	/** The token when the edit started, or when the user last dismissed the notice about changes made elsewhere. */
	seen: tokenSchema,
	/** The fields that the user has changed. */
	entered: tokenEditSchema,
});
export type EditDraft = v.InferOutput<typeof editDraftSchema>;
const savedEditSchema = v.object({ ...editDraftSchema.entries, savedAt: savedAtSchema });
export type SavedEdit = v.InferOutput<typeof savedEditSchema>;

/** The two ways to replace a token's key. */
export const replacementActionSchema = v.picklist(['rotate', 'renew']);
export type ReplacementAction = v.InferOutput<typeof replacementActionSchema>;

/** When the new key of a rotation or renewal expires. `same` keeps the current key's lifetime. */
export const replacementExpirationSchema = v.variant('kind', [...expirationChoiceSchemas, v.object({ kind: v.literal('same') })]);
export type ReplacementExpiration = v.InferOutput<typeof replacementExpirationSchema>;

const doneSchema = v.object({ done: v.literal(true) });
const fieldErrorsResultSchema = v.object({ errors: fieldErrorsSchema });

/** Commands that the page can run in the editor, by their names in `commandIds`. */
const pageCommandSchema = v.picklist([
	'testToken',
	'copyApiKey',
	'copySecret',
	'copyTokenId',
	'showUses',
	'duplicateToken',
	'insertAuthorization',
	'openTerminal',
	'newRequestFile',
	'copyAs',
	'copyToAccount',
	'disableToken',
	'enableToken',
	'deleteToken',
	'endPreviousKey',
	'endLease',
	'reducePermissions',
	'startGateway',
	'copyGatewayUrl',
	'reloadAccount',
]);
export type PageCommand = v.InferOutput<typeof pageCommandSchema>;

/** Requests from the details page to the host. */
export const detailsHostMethods = {
	/** Sent when the page has loaded. Returns what it shows and starts with. */
	ready: {
		params: emptySchema,
		result: v.object({
			snapshot: detailsSnapshotSchema,
			usage: usageSchema,
			initialAction: v.nullable(initialActionSchema),
			/** The edit that the user hasn't saved or discarded; null if there's none. */
			edit: v.nullable(savedEditSchema),
		}),
	},
	/** Returns a key in plain text, because the user selected View. The page shows it but never stores it in its state. */
	viewKey: { params: v.object({ which: keyVersionSchema }), result: v.union([v.object({ authorization: v.string() }), unavailableSchema]) },
	/** Copies a key to the clipboard, because the user selected Copy. The page doesn't receive the key. */
	copyKey: { params: v.object({ which: keyVersionSchema }), result: v.union([v.object({ copied: v.literal(true) }), unavailableSchema]) },
	/** Stores an edit until it's saved, or removes it if it's null. Resolves once that's done. */
	keepEdit: { params: v.object({ edit: v.nullable(editDraftSchema) }), result: emptySchema },
	/**
	 * Saves an edit. If fields are invalid, nothing is changed and an error message is returned for each of them.
	 * `expected` is the `updated.at` of the token that the user saw. If the token has been changed since, the request fails.
	 */
	save: { params: v.object({ changes: tokenEditSchema, expected: v.string() }), result: v.union([doneSchema, fieldErrorsResultSchema]) },
	/** Rotates or renews the token. If the date is invalid, nothing is changed and an error message is returned. */
	replaceKey: {
		params: v.object({ action: replacementActionSchema, expiration: replacementExpirationSchema }),
		result: v.union([doneSchema, fieldErrorsResultSchema]),
	},
	/** Reads the token's usage again and sends it with `showUsage`. */
	readUsage: { params: emptySchema, result: emptySchema },
	/** Says when the token was last used, and in which files, in the user's language. Takes seconds in a large workspace. */
	describeUses: { params: emptySchema, result: v.object({ lines: v.pipe(v.array(v.string()), v.readonly()) }) },
	/** Revokes what the user allowed for the token. */
	revoke: { params: v.object({ allowance: allowanceSchema }), result: doneSchema },
	/** Runs a command for the token, its account, or the gateway. Resolves when it has finished, which can include questions to the user. */
	run: { params: v.object({ command: pageCommandSchema }), result: emptySchema },
	...tokenTestMethods,
} as const;

/** Requests from the host to the details page. */
export const detailsPageMethods = {
	/** The token has changed. The snapshot is complete, not a diff. */
	show: { params: detailsSnapshotSchema, result: emptySchema },
	/** Responses were counted, or the gateway was started or stopped. The usage is complete, not a diff. */
	showUsage: { params: usageSchema, result: emptySchema },
	/** The clipboard doesn't contain the key anymore that was copied last. */
	showKeyCleared: { params: emptySchema, result: emptySchema },
	/** The user ran Edit, Rotate, or Renew outside the page. */
	startAction: { params: v.object({ action: initialActionSchema }), result: emptySchema },
} as const;
