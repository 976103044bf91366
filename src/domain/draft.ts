import * as v from 'valibot';
import { ALL_MODULES, catalogue, CUSTOM_EXTENSION, type Catalogue, type Extension } from './catalogue';
import { parseInstant } from './expiry';
import type { KeyOptions } from './ports';
import { ProblemError, quotable, type Problem } from './problems';
import type { TokenChanges, TokenDraft } from './token';

/** Longest values, in characters, as the platform's OpenAPI document 37.0 gives them. */
export const limits = { name: 128, externalId: 128, description: 255 } as const;

/** A draft found valid: trimmed, with every default filled in. */
export interface ValidDraft {
	readonly name: string;
	readonly externalId: string | null;
	readonly description: string;
	readonly extension: Extension;
	readonly permissions: readonly string[];
	readonly expirationDate: string | null;
}

/** Changes found valid: trimmed, and only what is to change. */
export type ValidChanges = Partial<Pick<ValidDraft, 'name' | 'externalId' | 'description' | 'permissions'>>;

/** Like every message below, a problem's template: `{0}` is the field's limit, or else the value refused; `{1}` what may be used instead. */
const TOO_LONG = 'Use at most {0} characters.';
const NOT_A_FIELD = '"{0}" is not part of a token.';
const FIXED_MODULES = 'The modules of this extension are fixed. Leave the permissions out.';
const NOT_AN_OBJECT = 'Pass an object of the fields that are meant.';

const name = v.pipe(
	v.string('A name is text.'),
	v.trim(),
	v.nonEmpty('Enter a name of 1 to {0} characters.'),
	v.check((text) => characters(text) <= limits.name, TOO_LONG),
	v.regex(/^\P{Cc}*$/u, 'A name is a single line of text.'),
);

const externalId = v.pipe(
	v.nullish(v.string('An external ID is text or null.'), null),
	v.transform((text) => text?.trim() ?? ''),
	v.transform((text) => (text === '' ? null : text)),
	v.check((text) => characters(text ?? '') <= limits.externalId, TOO_LONG),
	v.check((text) => /^\P{Cc}*$/u.test(text ?? ''), 'An external ID is a single line of text.'),
);

const description = v.pipe(
	v.nullish(v.string('A description is text.'), ''),
	v.trim(),
	v.check((text) => characters(text) <= limits.description, TOO_LONG),
);

const extension = (offered: Catalogue) =>
	v.pipe(
		v.optional(v.string('An extension is named by its id.'), CUSTOM_EXTENSION),
		v.nonEmpty('Choose an extension.'),
		v.check((id) => extensionById(id, offered) !== undefined, 'There is no extension "{0}". Use one of {1}.'),
	);

const permissions = ({ modules }: Catalogue) =>
	v.array(
		v.pipe(
			v.string('A permission is the id of a module.'),
			v.check(
				(id) => id === ALL_MODULES || modules.some((one) => one.id === id),
				'There is no module "{0}". Use any of {1}, the first of which is all modules.',
			),
		),
		'Permissions are a list of module ids.',
	);

const expirationDate = (now: Date) =>
	v.pipe(
		v.nullish(v.string('An expiration date is ISO 8601 text or null.'), null),
		v.check((text) => text !== '', 'Enter a date and time.'),
		v.check((text) => !text || parseInstant(text) !== undefined, '"{0}" is not a date. Write it like 2030-12-31T23:59:00Z.'),
		v.check((text) => {
			const instant = text === null ? undefined : parseInstant(text);
			return instant === undefined || instant > now;
		}, 'Choose a date in the future.'),
		v.transform((text) => (text === null ? null : (parseInstant(text)?.toISOString() ?? null))),
	);

const draftSchema = (now: Date, offered: Catalogue) =>
	v.pipe(
		v.strictObject(
			{
				name: v.optional(name, ''),
				externalId,
				description,
				extension: extension(offered),
				permissions: v.optional(permissions(offered)),
				expirationDate: expirationDate(now),
			},
			NOT_A_FIELD,
		),
		v.forward(
			v.partialCheck(
				[['extension'], ['permissions']],
				(draft) => isAllowedBy(extensionById(draft.extension, offered), draft.permissions),
				FIXED_MODULES,
			),
			['permissions'],
		),
	);

const changesSchema = (extensionId: string, offered: Catalogue) =>
	v.strictObject(
		{
			name: v.exactOptional(name),
			externalId: v.exactOptional(externalId),
			description: v.exactOptional(description),
			permissions: v.exactOptional(
				v.pipe(
					permissions(offered),
					v.check((ids) => isAllowedBy(extensionById(extensionId, offered), ids), FIXED_MODULES),
				),
			),
		},
		NOT_A_FIELD,
	);

/**
 * Checks a draft and fills in what it leaves out.
 * @param offered the extensions and modules there are; our own catalogue unless told otherwise
 * @throws ProblemError naming every field at fault and its limit
 */
export function validateDraft(draft: TokenDraft, now: Date, offered = catalogue): ValidDraft {
	const { success, output, issues } = v.safeParse(draftSchema(now, offered), draft);
	const chosen = success ? extensionById(output.extension, offered) : undefined;
	if (!success || chosen === undefined) {
		throw new ProblemError((issues ?? []).map((issue) => toProblem(issue, offered)));
	}
	return {
		...output,
		extension: chosen,
		permissions: normalise(chosen.permissions ?? output.permissions ?? []),
	};
}

/** What is wrong with a draft, every field at fault; nothing when it is valid. */
export function draftProblems(draft: TokenDraft, now: Date, offered = catalogue): readonly Problem[] {
	return v.safeParse(draftSchema(now, offered), draft).issues?.map((issue) => toProblem(issue, offered)) ?? [];
}

/**
 * Checks changes of a token for the extension `extensionId`. What is left out, or undefined, stays as it is.
 * @param offered the extensions and modules there are, with those the token has; our own catalogue unless told otherwise
 * @throws ProblemError naming every field at fault and its limit
 */
export function validateChanges(changes: TokenChanges, extensionId: string, offered = catalogue): ValidChanges {
	const { success, output, issues } = v.safeParse(changesSchema(extensionId, offered), withoutUndefined(changes));
	if (!success) {
		throw new ProblemError(issues.map((issue) => toProblem(issue, offered)));
	}
	return output.permissions ? { ...output, permissions: normalise(output.permissions) } : output;
}

/**
 * Checks how long a key to come shall work. An expiration date that is left out stays left out; any other becomes UTC.
 * @throws ProblemError
 */
export function validateKeyOptions(options: KeyOptions, now: Date): KeyOptions {
	const schema = v.strictObject({ expirationDate: v.exactOptional(expirationDate(now)) }, NOT_A_FIELD);
	const { success, output, issues } = v.safeParse(schema, withoutUndefined(options));
	if (!success) {
		throw new ProblemError(issues.map((issue) => toProblem(issue, catalogue)));
	}
	return output;
}

/** `permissions` without repetition; all modules swallow the single ones. */
function normalise(permissions: readonly string[]): readonly string[] {
	return permissions.includes(ALL_MODULES) ? [ALL_MODULES] : [...new Set(permissions)].sort();
}

function isAllowedBy(extension: Extension | undefined, permissions: readonly string[] | undefined): boolean {
	const fixed = extension?.permissions;
	return !fixed || permissions === undefined || normalise(permissions).join() === normalise(fixed).join();
}

function extensionById(id: string, { extensions }: Catalogue): Extension | undefined {
	return extensions.find((one) => one.id === id);
}

/** Counts what a person sees as one character wherever Unicode has a code point for it, as the platform does. */
function characters(text: string): number {
	return Array.from(text).length;
}

/** The members of an object that have a value; anything else as it is, for the schema to refuse. */
function withoutUndefined(value: unknown): unknown {
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
		: value;
}

function toProblem(issue: v.BaseIssue<unknown>, offered: Catalogue): Problem {
	const field = issue.path?.[0]?.key;
	return typeof field === 'string'
		? { field, template: issue.message, args: [argumentOf(issue, field), ...choices(field, offered)] }
		: { field: null, template: NOT_AN_OBJECT, args: [] };
}

/** What may be used where the value is one of a list. */
function choices(field: string, { extensions, modules }: Catalogue): readonly string[] {
	switch (field) {
		case 'extension':
			return [extensions.map(({ id }) => id).join(', ')];
		case 'permissions':
			return [[ALL_MODULES, ...modules.map(({ id }) => id)].join(', ')];
		default:
			return [];
	}
}

function argumentOf({ message, input }: v.BaseIssue<unknown>, field: string): string | number {
	if (message === NOT_A_FIELD) {
		return field;
	}
	if (field in limits) {
		return limits[field as keyof typeof limits];
	}
	return typeof input === 'string' ? quotable(input) : typeof input;
}
