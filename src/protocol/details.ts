import * as v from 'valibot';
import type { ClassTotals } from '../domain/statistics';
import {
	expirationChoices,
	fieldErrorsSchema,
	languageSchema,
	limitsSchema,
	moduleIds,
	modulesSchema,
	none,
	presetsSchema,
	tokenSchema,
} from './shared';

const whichKey = v.picklist(['current', 'previous']);

/** What the page can be asked to begin with: the commands of the same name open it so. */
const beginning = v.picklist(['edit', 'rotate', 'renew']);
export type Beginning = v.InferOutput<typeof beginning>;

const detailsSnapshotSchema = v.object({
	language: languageSchema,
	modules: modulesSchema,
	/** Where the token comes from; the name of the account, null for the workspace. */
	source: v.object({ id: v.string(), account: v.nullable(v.string()) }),
	/** Stands for every module. */
	allModules: v.string(),
	limits: limitsSchema,
	presets: presetsSchema,
	/** The token as it is now; null once it has been deleted. */
	token: v.nullable(tokenSchema),
	/** What the catalogue says of its extension; left out for one that it does not know. */
	extensionDescription: v.exactOptional(v.string()),
	/** Its keys that work, the newest first; two while a renewal overlaps. None for a deleted token. */
	keys: v.pipe(
		v.array(
			v.object({
				which: whichKey,
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
export type ShownKey = DetailsSnapshot['keys'][number];

const classTotals = v.object({
	'200s': v.number(),
	'300s': v.number(),
	'400s': v.number(),
	'500s': v.number(),
}) satisfies v.GenericSchema<ClassTotals>;

/** How the token is used. It changes far more often than the token, and is told apart from it. */
const usageSchema = v.object({
	/** Who counts: the gateway here, or a platform, whose counts may still be on their way. */
	counting: v.picklist(['gateway', 'platform', 'reading']),
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
				classes: classTotals,
				/** How many responses had which status code, the lowest code first. */
				codes: v.pipe(v.array(v.object({ code: v.string(), class: v.keyof(classTotals), count: v.number() })), v.readonly()),
			}),
		),
		v.readonly(),
	),
	totals: classTotals,
	/** Why the counts cannot be read, in the user's language; null when they can. */
	problem: v.nullable(v.string()),
});
export type Usage = v.InferOutput<typeof usageSchema>;
/** The responses to the token on one day. */
export type UsageDay = Usage['days'][number];

/** Why an action did not happen, in the user's language. */
const refused = v.object({ unavailable: v.string() });

/** Only what is to change; what the user did not touch is left out. */
export const changesSchema = v.object({
	name: v.exactOptional(v.string()),
	externalId: v.exactOptional(v.nullable(v.string())),
	description: v.exactOptional(v.string()),
	permissions: v.exactOptional(moduleIds),
});
export type Changes = v.InferOutput<typeof changesSchema>;

/** The two ways to give a token a new key. */
export const replacementAction = v.picklist(['rotate', 'renew']);
export type ReplacementAction = v.InferOutput<typeof replacementAction>;

/** How long the new key of a rotation or renewal shall work. */
export const replacementChoice = v.variant('kind', [...expirationChoices, v.object({ kind: v.literal('same') })]);
export type ReplacementChoice = v.InferOutput<typeof replacementChoice>;

const done = v.object({ done: v.literal(true) });
const faulty = v.object({ errors: fieldErrorsSchema });

/** What the details page asks of the host. */
export const detailsHost = {
	/** The page has loaded: what it needs to draw itself, and what it was opened for. */
	ready: { params: none, result: v.object({ snapshot: detailsSnapshotSchema, usage: usageSchema, begin: v.nullable(beginning) }) },
	/** A key in plain text, because the user pressed View. Shown, never kept in the page's state. */
	viewKey: { params: v.object({ which: whichKey }), result: v.union([v.object({ authorization: v.string() }), refused]) },
	/** Puts a key on the clipboard, because the user pressed Copy; the page never sees it. */
	copyKey: { params: v.object({ which: whichKey }), result: v.union([v.object({ copied: v.literal(true) }), refused]) },
	/**
	 * Saves an edit, or says which fields are at fault; then nothing has been changed.
	 * `expected` is the `updated.at` of the token that the user has seen: when somebody has changed it since, the host refuses.
	 */
	save: { params: v.object({ changes: changesSchema, expected: v.string() }), result: v.union([done, faulty]) },
	/** Rotates or renews the token, or says what is wrong with the date; then nothing has been changed. */
	replaceKey: {
		params: v.object({ action: replacementAction, expiration: replacementChoice }),
		result: v.union([done, faulty]),
	},
	/** Reads anew how the token is used, and shows it. */
	readUsage: { params: none, result: none },
	/** Does what the command of that name does to the token or the gateway; Delete asks first. */
	run: {
		params: v.object({ action: v.picklist(['disable', 'enable', 'delete', 'startGateway', 'copyGatewayUrl', 'newRequestFile']) }),
		result: none,
	},
} as const;

/** What the host asks of the details page. */
export const detailsPage = {
	/** The token has changed; the snapshot is whole, never a difference. */
	show: { params: detailsSnapshotSchema, result: none },
	/** Responses have been counted, or the gateway has been started or stopped; the usage is whole, never a difference. */
	showUsage: { params: usageSchema, result: none },
	/** The user asked elsewhere to edit, rotate or renew the token. */
	begin: { params: v.object({ what: beginning }), result: none },
} as const;
