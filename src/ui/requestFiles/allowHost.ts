import * as v from 'valibot';
import * as vscode from 'vscode';
import { parseOrigin } from '../../domain/origins';
import { fieldProblem, problem, unknownTokenProblem } from '../../domain/problems';
import { allowanceConfirmation } from '../../models/tokenHostTexts';
import { confirm } from '../commands/messages';
import { describeFile } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

const tokenSchema = { tokenId: v.string(), sourceId: v.string() };
const originSchema = v.pipe(
	v.string(),
	v.check((text) => parseOrigin(text) === text),
);
const argumentSchema = v.union([v.object({ ...tokenSchema, origin: originSchema }), v.object({ ...tokenSchema, file: v.string() })]);

/**
 * *Allow This Host for the Token* and *Allow for This File*. Asks in any case, except under test: a task or another extension can run the
 * command, too.
 */
export async function allowHost(argument: unknown, { sources, hosts, isTest }: RequestFileServices): Promise<void> {
	const { success, output } = v.safeParse(argumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Place the cursor on the request and select the quick fix.');
	}
	const { tokenId, sourceId } = output;
	const found = await sources.find({ tokenId, sourceId });
	if (!found) {
		throw unknownTokenProblem(tokenId);
	}
	if (found.token.lease) {
		throw problem('A lease is valid only at the gateway, so no host can be allowed for it. Use another token.');
	}
	const allowance = 'origin' in output ? { origin: output.origin } : { file: output.file };
	const file = 'file' in allowance ? describeFile(allowance.file) : '';
	if (isTest || (await confirm(allowanceConfirmation(found.token, allowance, file), vscode.l10n.t('Allow')))) {
		await hosts.change({ sourceId, tokenId }, allowance, true);
	}
}
