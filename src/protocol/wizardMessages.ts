import * as v from 'valibot';
import {
	approvalSchema,
	EMPTY_LIMITS_INPUT,
	expirationChoiceSchemas,
	fieldErrorsSchema,
	languageSchema,
	limitsInputSchema,
	maxLengthsSchema,
	moduleIdsSchema,
	modulesSchema,
	emptySchema,
	presetsSchema,
	savedAtSchema,
	tokenSchema,
} from './messageSchemas';
import { tokenTestMethods } from './tokenTestMessages';

/** The steps with input, in order. The Summary follows once the token is created. */
export const WIZARD_STEPS = ['general', 'expiration', 'extension', 'permissions'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

/** What the user has entered so far. Fields that haven't been filled in are empty. */
export const wizardInputSchema = v.object({
	name: v.string(),
	externalId: v.string(),
	description: v.string(),
	expiration: v.variant('kind', expirationChoiceSchemas),
	extension: v.string(),
	/** The selected modules; ignored for an extension with fixed modules. */
	permissions: moduleIdsSchema,
	/** The limits and the approval; ignored if the source doesn't support them. Drafts from before these existed omit them. */
	limits: v.optional(limitsInputSchema, EMPTY_LIMITS_INPUT),
	approval: v.optional(approvalSchema, 'never'),
});
export type WizardInput = v.InferOutput<typeof wizardInputSchema>;

/** What an unfinished wizard contains. */
export const wizardDraftSchema = v.object({ step: v.picklist(WIZARD_STEPS), input: wizardInputSchema });
export type WizardDraft = v.InferOutput<typeof wizardDraftSchema>;
/** What the Summary offers to do with the created token. */
export const CREATED_TOKEN_ACTIONS = ['copyApiKey', 'newRequestFile', 'copyAsCurl'] as const;
export type CreatedTokenAction = (typeof CREATED_TOKEN_ACTIONS)[number];

const wizardSnapshotSchema = v.object({
	language: languageSchema,
	maxLengths: maxLengthsSchema,
	presets: presetsSchema,
	extensions: v.pipe(
		v.array(
			v.object({
				id: v.string(),
				name: v.string(),
				description: v.string(),
				/** The modules that every token for this extension has; null if the user chooses them. */
				permissions: v.nullable(moduleIdsSchema),
			}),
		),
		v.readonly(),
	),
	modules: modulesSchema,
	/** Where the token is created. `account` is the account's name; null for the workspace. */
	source: v.object({ id: v.string(), account: v.nullable(v.string()) }),
	/** Whether access to a module can be limited to reading. */
	hasReadOnlyAccess: v.boolean(),
	/** Whether the token can have limits and require approval. */
	hasRequestRules: v.boolean(),
	/** Names of the existing tokens, for a hint when the user enters one of them. */
	names: v.pipe(v.array(v.string()), v.readonly()),
	/** What the wizard starts with; null for an empty one. */
	draft: v.nullable(v.object({ ...wizardDraftSchema.entries, savedAt: savedAtSchema })),
	/** ID of the token that this wizard created; null if it hasn't created one. */
	createdId: v.nullable(v.string()),
	/** That token; null if there's none or it was deleted. */
	created: v.nullable(tokenSchema),
	/** The created token's key without its secret; null if there's no such token. */
	maskedKey: v.nullable(v.string()),
});
export type WizardSnapshot = v.InferOutput<typeof wizardSnapshotSchema>;

/** Requests from the wizard's page to the host. */
export const wizardHostMethods = {
	/** Sent when the page has loaded. Returns what it shows. */
	ready: { params: emptySchema, result: wizardSnapshotSchema },
	/** Validates one step. Returns an error message for each invalid field; none if the next step can be shown. */
	check: { params: v.object({ step: v.picklist(WIZARD_STEPS), input: wizardInputSchema }), result: fieldErrorsSchema },
	/** Creates the token. If fields are invalid, nothing is created and an error message is returned for each of them. */
	create: {
		params: v.object({ input: wizardInputSchema }),
		result: v.union([v.object({ token: tokenSchema, maskedKey: v.string() }), v.object({ errors: fieldErrorsSchema })]),
	},
	/** Stores the input until the token is created, or removes it if it's null. Resolves once that's done. */
	keepDraft: { params: v.object({ draft: v.nullable(wizardDraftSchema) }), result: emptySchema },
	...tokenTestMethods,
	/** Runs the command of that name for the created token. */
	useToken: { params: v.object({ action: v.picklist(CREATED_TOKEN_ACTIONS) }), result: emptySchema },
	/** Opens the details of the created token and closes the wizard. */
	goToDetails: { params: emptySchema, result: emptySchema },
	/** Closes the wizard. If it contains input, asks whether to discard that, and stays open if the user cancels. */
	close: { params: emptySchema, result: emptySchema },
} as const;

/** The host sends the wizard's page no requests. */
export const wizardPageMethods = {} as const;
