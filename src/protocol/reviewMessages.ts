import * as v from 'valibot';
import type { TokenLocator } from '../domain/tokenSources';
import { emptySchema, languageSchema, tokenSchema } from './messageSchemas';

const reasonKindSchema = v.picklist(['keyInFile', 'unused', 'neverUsed', 'fewModules', 'neverExpires', 'expired', 'disabled']);
const remedySchema = v.picklist(['goToFile', 'rotate', 'setExpiration', 'reduce', 'editPermissions', 'disable', 'delete']);

const locatorSchema = v.object({ sourceId: v.string(), tokenId: v.string() }) satisfies v.GenericSchema<TokenLocator>;
/** Identifies a token of the review. */
export type ReviewLocator = v.InferOutput<typeof locatorSchema>;

/** Identifies a token in a set or a map. */
export function locatorKey({ sourceId, tokenId }: ReviewLocator): string {
	return `${sourceId} ${tokenId}`;
}

/** A place in a file. Lines count from 0. */
const fileSchema = v.object({ uri: v.string(), label: v.string(), line: v.number(), character: v.number() });
export type ReviewFile = v.InferOutput<typeof fileSchema>;

const rowSchema = v.object({
	...locatorSchema.entries,
	...v.pick(tokenSchema, ['name', 'status', 'platformStatus']).entries,
	/** Name of the account that the token belongs to; null for the workspace. */
	account: v.nullable(v.string()),
	/** Why the token needs attention, most severe reason first, with the evidence in the user's language. */
	reasons: v.pipe(v.array(v.object({ kind: reasonKindSchema, evidence: v.string() })), v.readonly()),
	/** Where its API key was found. */
	files: v.pipe(v.array(fileSchema), v.readonly()),
	/** What can be done, the most suitable first. */
	remedies: v.pipe(v.array(remedySchema), v.readonly()),
});
/** A token that needs attention. */
export type ReviewRow = v.InferOutput<typeof rowSchema>;

const reviewSchema = v.object({
	/** The tokens that need attention, those with the most severe reasons first. */
	rows: v.pipe(v.array(rowSchema), v.readonly()),
	/** How many tokens were reviewed. */
	tokenCount: v.number(),
	/** What couldn't be read completely. `source` is an account's name, or null for the workspace. */
	notes: v.pipe(
		v.array(
			v.object({
				source: v.nullable(v.string()),
				state: v.picklist(['loading', 'failed']),
				/** Why it couldn't be read, in the user's language; empty while it's loading. */
				text: v.string(),
			}),
		),
		v.readonly(),
	),
	/** Whether there are tokens of accounts, whose usage is unknown. */
	hasAccounts: v.boolean(),
});
export type Review = v.InferOutput<typeof reviewSchema>;

/** What can be done with several tokens at once. */
const reviewActionSchema = v.picklist(['disable', 'enable', 'rotate', 'delete']);
export type ReviewAction = v.InferOutput<typeof reviewActionSchema>;

/** Tokens, at most as many as a source can have. */
const locatorsSchema = v.pipe(v.array(locatorSchema), v.readonly());

const outcomeSchema = v.object({
	/** Whether the user canceled, so that nothing was done. */
	isCanceled: v.boolean(),
	/** The tokens that the action was applied to. */
	applied: locatorsSchema,
	/** Why it failed for others, in the user's language. */
	failures: v.pipe(v.array(v.object({ ...locatorSchema.entries, text: v.string() })), v.readonly()),
});
export type ReviewOutcome = v.InferOutput<typeof outcomeSchema>;

/** What the page stores until it's closed. It must never contain a key. */
export const reviewPageStateSchema = v.object({
	selected: v.pipe(v.array(locatorSchema), v.readonly()),
	filter: v.nullable(reasonKindSchema),
});
export type ReviewPageState = v.InferOutput<typeof reviewPageStateSchema>;

/** Requests from the review's page to the host. */
export const reviewHostMethods = {
	/** Sent when the page has loaded. Starts to read the accounts. */
	ready: { params: emptySchema, result: v.object({ language: languageSchema, review: reviewSchema }) },
	/** Applies an action to tokens. Asks first if it can't be undone. Resolves once it's done. */
	apply: { params: v.object({ action: reviewActionSchema, tokens: locatorsSchema }), result: outcomeSchema },
	/** Opens what a remedy of a token needs, or the token's details if it's null. */
	open: {
		params: v.object({
			token: locatorSchema,
			remedy: v.nullable(v.picklist(['rotate', 'setExpiration', 'reduce', 'editPermissions'])),
		}),
		result: emptySchema,
	},
	/** Opens a file of a token where its key was found. */
	goToFile: { params: v.object({ token: locatorSchema, file: fileSchema }), result: emptySchema },
	/** Starts to search the workspace for keys. */
	findKeys: { params: emptySchema, result: emptySchema },
	/** Reads the accounts again. Resolves once that's done. */
	reload: { params: emptySchema, result: emptySchema },
} as const;

/** Requests from the host to the review's page. */
export const reviewPageMethods = {
	/** The review has changed. It's complete, not a diff. */
	show: { params: reviewSchema, result: emptySchema },
	/** An action has been applied to that many tokens so far. */
	showProgress: { params: v.object({ done: v.number(), total: v.number() }), result: emptySchema },
} as const;
