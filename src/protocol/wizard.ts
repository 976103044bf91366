import * as v from 'valibot';
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

/** The steps with input, in their order; the Summary follows the creation. */
export const wizardSteps = ['general', 'expiration', 'extension', 'permissions'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** What has been typed so far; every field is there, empty or not. */
export const wizardInputSchema = v.object({
	name: v.string(),
	externalId: v.string(),
	description: v.string(),
	expiration: v.variant('kind', expirationChoices),
	extension: v.string(),
	/** The modules checked, for an extension that asks. */
	permissions: moduleIds,
});
export type WizardInput = v.InferOutput<typeof wizardInputSchema>;

const wizardSnapshotSchema = v.object({
	language: languageSchema,
	limits: limitsSchema,
	presets: presetsSchema,
	extensions: v.pipe(
		v.array(
			v.object({
				id: v.string(),
				name: v.string(),
				description: v.string(),
				/** The modules it always has; null when the user chooses. */
				permissions: v.nullable(moduleIds),
			}),
		),
		v.readonly(),
	),
	modules: modulesSchema,
	/** Where the token is created; the name of the account, null for the workspace. */
	source: v.object({ id: v.string(), account: v.nullable(v.string()) }),
	/** Stands for every module. */
	allModules: v.string(),
	/** What the tokens there are, are called: a hint keeps the user from giving a name twice by mistake. */
	names: v.pipe(v.array(v.string()), v.readonly()),
	/** The token that this wizard has created; null before. */
	created: v.nullable(tokenSchema),
});
export type WizardSnapshot = v.InferOutput<typeof wizardSnapshotSchema>;

/** What the wizard's page asks of the host. */
export const wizardHost = {
	/** The page has loaded: what it needs to draw itself. */
	ready: { params: none, result: wizardSnapshotSchema },
	/** Errors of the fields of one step, by field; empty when the next step may be shown. */
	check: { params: v.object({ step: v.picklist(wizardSteps), input: wizardInputSchema }), result: fieldErrorsSchema },
	/** Creates the token, or says which fields are at fault; then nothing has been created. */
	create: {
		params: v.object({ input: wizardInputSchema }),
		result: v.union([v.object({ token: tokenSchema }), v.object({ errors: fieldErrorsSchema })]),
	},
	/** Opens the details of the token created and closes the wizard. */
	goToDetails: { params: none, result: none },
	/** Closes the wizard. */
	close: { params: none, result: none },
} as const;

/** The wizard's page is asked nothing. */
export const wizardPage = {} as const;
