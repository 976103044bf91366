import type { ValidDraft } from '../../domain/draftValidation';
import { problem, ProblemError } from '../../domain/problems';
import { toProblemError } from './connectErrors';
import { setTokenPermissions } from './tokenPermissions';
import type { TokenRequests } from './tokenRequests';
import type { PlatformTokenWithKeys } from './platformSchemas';

/**
 * Creates a token on the platform, with its modules where the draft chooses them.
 * @throws ProblemError when it was not created, when that is not known, or when it was created without all its modules
 */
export async function createPlatformToken(requests: TokenRequests, draft: ValidDraft): Promise<PlatformTokenWithKeys> {
	const { name, externalId, description, extension, expirationDate } = draft;
	// The answer need not name the new token, and may not come: it is the one that was not there before.
	const existingIds = new Set((await requests.findByName(name)).map(({ id }) => id));
	const findNewId = async () =>
		(await requests.findByName(name)).find((one) => !existingIds.has(one.id) && one.externalId === externalId)?.id;
	const id = await requests.runOnce(
		async () =>
			(await requests.create({
				name,
				external_id: externalId,
				description,
				extension: { id: extension.id },
				expiration_date: expirationDate,
			})) ?? (await findNewId()),
		findNewId,
	);
	if (id === undefined) {
		throw problem("Token {0} was created but isn't in the list yet. Reload the account in a moment.", name);
	}
	if (extension.permissions === null) {
		await assignPermissions(requests, id, draft.permissions);
	}
	return requests.read(id);
}

async function assignPermissions(requests: TokenRequests, id: string, permissions: readonly string[]): Promise<void> {
	try {
		await setTokenPermissions(requests, id, permissions);
	} catch (cause) {
		const assignedModules = await requests.listPermissions(id).then(
			(found) => [...found].join(', ') || '–',
			() => '?',
		);
		const template =
			'Token {0} was created, but not all of its modules could be added. Its current modules are: {1}. Edit the token to add the others.';
		throw new ProblemError([{ field: null, template, args: [id, assignedModules] }, ...toProblemError(cause).problems], { cause });
	}
}
