import * as v from 'valibot';
import { ALL_MODULES, BUILT_IN_CATALOG, CUSTOM_EXTENSION_ID, type Catalog, type Extension } from './catalog';
import { parseInstant } from './expiration';
import {
	AGENT_MESSAGE,
	isLeaseExpiration,
	LEASE_EXPIRATION_MESSAGE,
	leaseSchema,
	MAX_AGENT_NAME_LENGTH,
	MAX_LEASE_HOURS,
	MAX_TASK_LENGTH,
	TASK_MESSAGE,
	type Lease,
} from './lease';
import type { NewKeyOptions } from './ports';
import { normalizePermissions, parsePermission } from './permissions';
import { ProblemError, sanitizeForMessage, type Problem } from './problems';
import type { TokenChanges, TokenDraft } from './token';
import { APPROVALS, MAX_LIMIT, RATE_PERIODS, type Approval, type TokenLimits } from './tokenLimits';

/** Maximum lengths in characters, from the platform's OpenAPI document 37.0. */
export const MAX_LENGTHS = { name: 128, externalId: 128, description: 255 } as const;

/** A valid draft: trimmed, with all defaults applied. */
export interface ValidDraft {
	readonly name: string;
	readonly externalId: string | null;
	readonly description: string;
	readonly extension: Extension;
	readonly permissions: readonly string[];
	readonly limits: TokenLimits | null;
	readonly approval: Approval;
	readonly lease?: Lease | undefined;
	readonly expirationDate: string | null;
}

/** Valid changes: trimmed, and only the properties to change. */
export type ValidChanges = Partial<Pick<ValidDraft, 'name' | 'externalId' | 'description' | 'permissions' | 'limits' | 'approval'>>;

/** Like all messages below, a template: `{0}` is the field's limit, if it has one, or the invalid value; `{1}` lists allowed values. */
const TOO_LONG_MESSAGE = 'Use at most {0} characters.';
const UNKNOWN_FIELD_MESSAGE = '"{0}" isn\'t a token property.';
const FIXED_MODULES_MESSAGE = 'The modules of this extension are fixed. Omit permissions.';
const NO_READ_ONLY_ACCESS_MESSAGE =
	'The platform doesn\'t support read-only access, so "{0}" isn\'t possible. Use the module ID without ":read".';
const NO_LIMITS_MESSAGE = "The platform doesn't support limits. Omit them, or create the token in the workspace.";
const NO_APPROVAL_MESSAGE = "The platform doesn't support approval. Omit it, or create the token in the workspace.";
const NO_LEASE_MESSAGE = 'Only new tokens of the workspace can be leases. Omit the lease, or create the token in the workspace.';
const LEASE_MESSAGE = 'A lease must have a task and the name of the agent that gets it.';
const LIMIT_MESSAGE = 'Enter a whole number from 1 to {0}.';
const RATE_MESSAGE = 'Limits must have a rate, such as { requests: 10, per: "minute" }, a total, or both.';
const PERIOD_MESSAGE = 'The period of a rate must be one of {1}.';
const APPROVAL_MESSAGE = 'Approval must be one of {1}.';
const NOT_AN_OBJECT_MESSAGE = 'Expected an object with token properties.';

const nameSchema = v.pipe(
	v.string('Name must be a string.'),
	v.trim(),
	v.nonEmpty('Enter a name with 1 to {0} characters.'),
	v.check((text) => countCharacters(text) <= MAX_LENGTHS.name, TOO_LONG_MESSAGE),
	v.regex(/^\P{Cc}*$/u, 'Name must be a single line of text.'),
);

const externalIdSchema = v.pipe(
	v.nullish(v.string('External ID must be a string or null.'), ''),
	v.trim(),
	v.check((text) => countCharacters(text) <= MAX_LENGTHS.externalId, TOO_LONG_MESSAGE),
	v.regex(/^\P{Cc}*$/u, 'External ID must be a single line of text.'),
	v.transform((text) => (text === '' ? null : text)),
);

const descriptionSchema = v.pipe(
	v.nullish(v.string('Description must be a string.'), ''),
	v.trim(),
	v.check((text) => countCharacters(text) <= MAX_LENGTHS.description, TOO_LONG_MESSAGE),
);

const extensionSchema = (catalog: Catalog) =>
	v.pipe(
		v.optional(v.string('Extension must be an extension ID.'), CUSTOM_EXTENSION_ID),
		v.nonEmpty('Choose an extension.'),
		v.check((id) => findExtension(id, catalog) !== undefined, 'Extension "{0}" doesn\'t exist. Use one of {1}.'),
	);

const permissionsSchema = ({ modules, hasReadOnlyAccess }: Catalog) =>
	v.array(
		v.pipe(
			v.string('Permissions must be module IDs.'),
			v.check((permission) => hasReadOnlyAccess === true || parsePermission(permission).level === 'full', NO_READ_ONLY_ACCESS_MESSAGE),
			v.check((permission) => {
				const { moduleId } = parsePermission(permission);
				return moduleId === ALL_MODULES || modules.some(({ id }) => id === moduleId);
			}, 'Module "{0}" doesn\'t exist. Use any of {1}. The first one grants access to all modules.'),
		),
		'Permissions must be an array of module IDs.',
	);

const expirationDateSchema = (now: Date) =>
	v.pipe(
		v.nullish(v.string('Expiration date must be an ISO 8601 string or null.'), null),
		v.check((text) => text !== '', 'Enter a date and time.'),
		v.check((text) => !text || parseInstant(text) !== undefined, '"{0}" isn\'t a valid date. Use a format like 2030-12-31T23:59:00Z.'),
		v.check((text) => {
			const instant = text === null ? undefined : parseInstant(text);
			return instant === undefined || instant > now;
		}, 'Choose a date in the future.'),
		v.transform((text) => (text === null ? null : parseInstant(text)!.toISOString())),
	);

const limitSchema = v.pipe(
	v.number(LIMIT_MESSAGE),
	v.integer(LIMIT_MESSAGE),
	v.minValue(1, LIMIT_MESSAGE),
	v.maxValue(MAX_LIMIT, LIMIT_MESSAGE),
);

const limitsSchema = ({ hasRequestRules }: Catalog) =>
	v.pipe(
		v.nullable(
			v.strictObject(
				{
					rate: v.exactOptional(v.strictObject({ requests: limitSchema, per: v.picklist(RATE_PERIODS, PERIOD_MESSAGE) }, RATE_MESSAGE)),
					total: v.exactOptional(limitSchema),
				},
				RATE_MESSAGE,
			),
		),
		v.check((limits) => limits === null || hasRequestRules === true, NO_LIMITS_MESSAGE),
		v.check((limits) => limits === null || limits.rate !== undefined || limits.total !== undefined, RATE_MESSAGE),
	);

const approvalSchema = ({ hasRequestRules }: Catalog) =>
	v.pipe(
		v.picklist(APPROVALS, APPROVAL_MESSAGE),
		v.check((approval) => approval === 'never' || hasRequestRules === true, NO_APPROVAL_MESSAGE),
	);

const draftLeaseSchema = ({ hasLeases }: Catalog) =>
	v.pipe(
		v.strictObject(leaseSchema.entries, LEASE_MESSAGE),
		v.check(() => hasLeases === true, NO_LEASE_MESSAGE),
	);

const createDraftSchema = (now: Date, catalog: Catalog) =>
	v.pipe(
		v.strictObject(
			{
				name: v.optional(nameSchema, ''),
				externalId: externalIdSchema,
				description: descriptionSchema,
				extension: extensionSchema(catalog),
				permissions: v.optional(permissionsSchema(catalog)),
				limits: v.optional(limitsSchema(catalog), null),
				approval: v.optional(approvalSchema(catalog), 'never'),
				lease: v.optional(draftLeaseSchema(catalog)),
				expirationDate: expirationDateSchema(now),
			},
			UNKNOWN_FIELD_MESSAGE,
		),
		v.forward(
			v.partialCheck(
				[['extension'], ['permissions']],
				(draft) => matchesFixedPermissions(findExtension(draft.extension, catalog), draft.permissions),
				FIXED_MODULES_MESSAGE,
			),
			['permissions'],
		),
		v.forward(
			v.partialCheck(
				[['lease'], ['expirationDate']],
				({ lease, expirationDate }) => !lease || isLeaseExpiration(expirationDate, now),
				LEASE_EXPIRATION_MESSAGE,
			),
			['expirationDate'],
		),
	);

const createChangesSchema = (extensionId: string, catalog: Catalog) =>
	v.strictObject(
		{
			name: v.exactOptional(nameSchema),
			externalId: v.exactOptional(externalIdSchema),
			description: v.exactOptional(descriptionSchema),
			permissions: v.exactOptional(
				v.pipe(
					permissionsSchema(catalog),
					v.check((ids) => matchesFixedPermissions(findExtension(extensionId, catalog), ids), FIXED_MODULES_MESSAGE),
				),
			),
			limits: v.exactOptional(limitsSchema(catalog)),
			approval: v.exactOptional(approvalSchema(catalog)),
		},
		UNKNOWN_FIELD_MESSAGE,
	);

/**
 * Validates a draft and applies defaults.
 * @param catalog the available extensions and modules; the built-in ones by default
 * @throws ProblemError that names all invalid fields and their limits
 */
export function validateDraft(draft: TokenDraft, now: Date, catalog = BUILT_IN_CATALOG): ValidDraft {
	const { success, output, issues } = v.safeParse(createDraftSchema(now, catalog), draft);
	if (!success) {
		throw new ProblemError(issues.map((issue) => toProblem(issue, catalog)));
	}
	const extension = findExtension(output.extension, catalog)!;
	return {
		...output,
		extension,
		permissions: normalizePermissions(extension.permissions ?? output.permissions ?? []),
	};
}

/** Returns the problems of all invalid fields of a draft; none if it's valid. */
export function findDraftProblems(draft: TokenDraft, now: Date, catalog = BUILT_IN_CATALOG): readonly Problem[] {
	return v.safeParse(createDraftSchema(now, catalog), draft).issues?.map((issue) => toProblem(issue, catalog)) ?? [];
}

/**
 * Validates changes to a token with the extension `extensionId`. Properties that are omitted or undefined stay as they are.
 * @param catalog the available extensions and modules, including those that the token has; the built-in ones by default
 * @throws ProblemError that names all invalid fields and their limits
 */
export function validateChanges(changes: TokenChanges, extensionId: string, catalog = BUILT_IN_CATALOG): ValidChanges {
	const { success, output, issues } = v.safeParse(createChangesSchema(extensionId, catalog), omitUndefined(changes));
	if (!success) {
		throw new ProblemError(issues.map((issue) => toProblem(issue, catalog)));
	}
	return output.permissions ? { ...output, permissions: normalizePermissions(output.permissions) } : output;
}

/**
 * Validates the options for a new key. An expiration date is converted to UTC, or stays omitted.
 * @throws ProblemError when they aren't valid
 */
export function validateKeyOptions(options: NewKeyOptions, now: Date): NewKeyOptions {
	const schema = v.strictObject({ expirationDate: v.exactOptional(expirationDateSchema(now)) }, UNKNOWN_FIELD_MESSAGE);
	const { success, output, issues } = v.safeParse(schema, omitUndefined(options));
	if (!success) {
		throw new ProblemError(issues.map((issue) => toProblem(issue, BUILT_IN_CATALOG)));
	}
	return output;
}

function matchesFixedPermissions(extension: Extension | undefined, permissions: readonly string[] | undefined): boolean {
	const fixedPermissions = extension?.permissions;
	return (
		!fixedPermissions ||
		permissions === undefined ||
		normalizePermissions(permissions).join() === normalizePermissions(fixedPermissions).join()
	);
}

function findExtension(id: string, { extensions }: Catalog): Extension | undefined {
	return extensions.find((extension) => extension.id === id);
}

/** Counts Unicode code points, as the platform does. */
function countCharacters(text: string): number {
	return Array.from(text).length;
}

/** Removes undefined properties of an object. Returns anything else as is, for the schema to reject. */
function omitUndefined(value: unknown): unknown {
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
		: value;
}

/** Fields with parts of their own. */
const NESTED_FIELDS: readonly unknown[] = ['limits', 'lease'];

function toProblem(issue: v.BaseIssue<unknown>, catalog: Catalog): Problem {
	const [field, part] = issue.path?.map(({ key }) => key) ?? [];
	return typeof field === 'string'
		? {
				field: NESTED_FIELDS.includes(field) && typeof part === 'string' ? `${field}.${part}` : field,
				template: issue.message,
				args: [getMessageArgument(issue, field), ...listAllowedValues(field, catalog)],
			}
		: { field: null, template: NOT_AN_OBJECT_MESSAGE, args: [] };
}

/** Returns the values that are allowed for a field with a fixed list of values. */
function listAllowedValues(field: string, { extensions, modules }: Catalog): readonly string[] {
	switch (field) {
		case 'extension':
			return [extensions.map(({ id }) => id).join(', ')];
		case 'permissions':
			return [[ALL_MODULES, ...modules.map(({ id }) => id)].join(', ')];
		case 'limits':
			return [RATE_PERIODS.join(', ')];
		case 'approval':
			return [APPROVALS.join(', ')];
		default:
			return [];
	}
}

/** Limits by the message that names them. */
const MAXIMUMS: ReadonlyMap<string, number> = new Map([
	[LIMIT_MESSAGE, MAX_LIMIT],
	[TASK_MESSAGE, MAX_TASK_LENGTH],
	[AGENT_MESSAGE, MAX_AGENT_NAME_LENGTH],
	[LEASE_EXPIRATION_MESSAGE, MAX_LEASE_HOURS],
]);

function getMessageArgument({ message, input }: v.BaseIssue<unknown>, field: string): string | number {
	if (message === UNKNOWN_FIELD_MESSAGE) {
		return field;
	}
	const maximum = MAXIMUMS.get(message);
	if (maximum !== undefined) {
		return maximum;
	}
	if (field in MAX_LENGTHS) {
		return MAX_LENGTHS[field as keyof typeof MAX_LENGTHS];
	}
	return sanitizeForMessage(input);
}
