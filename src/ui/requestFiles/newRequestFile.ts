import * as vscode from 'vscode';
import type { CommandTarget } from '../../models/commandTargets';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { targets } from '../commands/targets';
import { readAuthorizationFormat, readModules } from '../settings';
import { chooseInsertedFormat, finishInsertion } from './chooseInsertedFormat';
import { openRequestFile } from './openRequestFile';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

/** *New Request File*: opens a file with a request for each of the token's modules, sent to the gateway or the account's endpoint. */
export async function newRequestFile(target: CommandTarget, { sources, clock, gateway, keys, isTest }: RequestFileServices): Promise<void> {
	const title = vscode.l10n.t('New Request File');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (!found) {
		return;
	}
	const { source, token } = found;
	const answer = await chooseInsertedFormat(readAuthorizationFormat(), title, isTest);
	if (!answer) {
		return;
	}
	const isReference = answer.format === 'reference';
	const authorization = isReference
		? await referenceValueFor(found, sources)
		: await keys.releaseToCommand(target.argument, found, { title, destination: 'file' });
	const baseUrl = source.remote
		? { variable: 'endpoint', url: source.remote.account.endpoint }
		: { variable: 'gateway', url: new URL(await startGatewayFor(gateway)).origin };
	const { createSampleRequests, formatRequestFile } = await loadOnDemand();
	const text = formatRequestFile(baseUrl, createSampleRequests(found, readModules().paths), authorization);
	await openRequestFile(`${token.id}.http`, text);
	await finishInsertion(answer);
}
