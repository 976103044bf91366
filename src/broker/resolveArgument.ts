import * as v from 'valibot';
import { KEY_FORMS, type ConnectReference } from '../domain/connectReference';
import { fieldProblem } from '../domain/problems';
import { parseShortReference } from './referencedKeys';

const argumentSchema = v.strictObject({ token: v.string(), form: v.optional(v.picklist(KEY_FORMS)) });

/**
 * Parses what an input variable passes to the command `connectTokens.resolve`: the ID of a token or a reference, and the form of the key.
 * @throws ProblemError if it's anything else
 */
export function parseResolveArgument(argument: unknown): ConnectReference {
	const { success, output } = v.safeParse(argumentSchema, argument);
	if (!success) {
		throw fieldProblem(
			'args',
			'Pass { "token": "SU-000-000-000", "form": "authorization" | "credential" | "secret" }. The form is optional.',
		);
	}
	const reference = parseShortReference(output.token);
	return { ...reference, form: output.form ?? reference.form };
}
