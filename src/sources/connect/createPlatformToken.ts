import type { ValidDraft } from '../../domain/draftValidation';
import { problem, ProblemError } from '../../domain/problems';
import { toProblemError } from './connectErrors';
import { setTokenPermissions } from './tokenPermissions';
import type { TokenRequests } from './tokenRequests';
import type { PlatformTokenWithKeys } from './platformSchemas';

/**
 * Creates a token on the platform, and adds its modules if the extension lets the user choose them. Calls must not overlap: the new token
 * is recognized by not having been in the list before.
 * @throws ProblemError if the token wasn't created, if the outcome is unknown, or if the token was created without some of its modules
 */
export async function createPlatformToken(requests: TokenRequests, draft: ValidDraft): Promise<PlatformTokenWithKeys> {
	const { name, externalId, description, extension, expirationDate } = draft;
	// The response might not contain the token's ID, and can get lost.
	const existingIds = new Set((await requests.findByName(name)).map(({ id }) => id));
	const findNewId = async () =>
		(await requests.findByName(name)).find((token) => !existingIds.has(token.id) && token.externalId === externalId)?.id;
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
		throw problem("Token “{0}” was created but isn't in the list yet. Reload the account in a moment.", name);
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
			(moduleIds) => [...moduleIds].join(', ') || '–',
			// The client has logged the failed request, and the original error is more important.
			() => '?',
		);
		const template =
			'Token {0} was created, but not all of its modules could be added. Its current modules are: {1}. Edit the token to add the others.';
		throw new ProblemError([{ field: null, template, args: [id, assignedModules] }, ...toProblemError(cause).problems], { cause });
	}
}
