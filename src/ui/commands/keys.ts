import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';

const LOST =
	'This editor’s secret storage does not hold the key of {0}. It may have been created in another browser or profile, or the storage was cleared. The token itself goes on working: read its key where it was created, or create a new token.';
const VAULT_FAILED =
	'The editor’s secret storage could not be read, so the key of {0} cannot be shown. The token itself goes on working: try again in a moment.';

/**
 * The value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says in plain words why there is none
 */
export async function readAuthorization(source: TokenSource, tokenId: string): Promise<string> {
	const reading = await source.readKey(tokenId);
	if ('unavailable' in reading) {
		throw problem(reading.unavailable === 'lost' ? LOST : VAULT_FAILED, tokenId);
	}
	return reading.authorization;
}

/** Puts a token's key on the clipboard. */
export async function copyAuthorization(source: TokenSource, tokenId: string): Promise<void> {
	await vscode.env.clipboard.writeText(await readAuthorization(source, tokenId));
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied the API key of {0}', tokenId), 4000);
}
