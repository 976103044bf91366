import type { ValidDraft } from '../../domain/draft';
import { problem, ProblemError } from '../../domain/problems';
import { asProblemError } from './errors';
import { setPermissions } from './permissions';
import type { TokenCalls } from './tokenCalls';
import type { TokenReading } from './wire';

/**
 * Creates a token on the platform, with its modules where the draft chooses them.
 * @throws ProblemError when it was not created, when that is not known, or when it was created without all its modules
 */
export async function createToken(calls: TokenCalls, draft: ValidDraft): Promise<TokenReading> {
	const { name, externalId, description, extension, expirationDate } = draft;
	// The answer need not name the new token, and may not come: it is the one that was not there before.
	const before = new Set((await calls.named(name)).map(({ id }) => id));
	const find = async () => (await calls.named(name)).find((one) => !before.has(one.id) && one.externalId === externalId)?.id;
	const id = await calls.once(
		async () =>
			(await calls.create({
				name,
				external_id: externalId,
				description,
				extension: { id: extension.id },
				expiration_date: expirationDate,
			})) ?? (await find()),
		find,
	);
	if (id === undefined) {
		throw problem('The token {0} was created, but is not in the list yet. Reload the account in a moment.', name);
	}
	if (extension.permissions === null) {
		await choosePermissions(calls, id, draft.permissions);
	}
	return calls.read(id);
}

async function choosePermissions(calls: TokenCalls, id: string, wanted: readonly string[]): Promise<void> {
	try {
		await setPermissions(calls, id, wanted);
	} catch (cause) {
		const present = await calls.permissions(id).then(
			(found) => [...found].join(', ') || '–',
			() => '?',
		);
		const template =
			'The token {0} was created, but not with the modules it was to have. It has these: {1}. Edit it to give it the others.';
		throw new ProblemError([{ field: null, template, args: [id, present] }, ...asProblemError(cause).problems], { cause });
	}
}
