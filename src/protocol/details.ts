import * as v from 'valibot';
import { expirationChoices, fieldErrorsSchema, languageSchema, limitsSchema, moduleIds, modulesSchema, none, presetsSchema, tokenSchema } from './shared';

const whichKey = v.picklist(['current', 'previous']);

/** What the page can be asked to begin with: the commands of the same name open it so. */
const beginning = v.picklist(['edit', 'rotate', 'renew']);
export type Beginning = v.InferOutput<typeof beginning>;

const detailsSnapshotSchema = v.object({
	language: languageSchema,
	modules: modulesSchema,
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
	sameLifetime: v.nullable(v.string()),
});
export type DetailsSnapshot = v.InferOutput<typeof detailsSnapshotSchema>;
/** One of the token's keys, without its secret. */
export type ShownKey = DetailsSnapshot['keys'][number];

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
	ready: { params: none, result: v.object({ snapshot: detailsSnapshotSchema, begin: v.nullable(beginning) }) },
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
	/** Does what the menu item of that name does; Delete asks first. */
	run: { params: v.object({ action: v.picklist(['disable', 'enable', 'delete']) }), result: none },
} as const;

/** What the host asks of the details page. */
export const detailsPage = {
	/** The token has changed; the snapshot is whole, never a difference. */
	show: { params: detailsSnapshotSchema, result: none },
	/** The user asked elsewhere to edit, rotate or renew the token. */
	begin: { params: v.object({ what: beginning }), result: none },
} as const;
