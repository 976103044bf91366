import * as vscode from 'vscode';
import type { TokenSource, KeyVersion } from '../../domain/ports';
import { problem } from '../../domain/problems';
import { readClipboardSeconds } from '../settings';

const UNAVAILABLE_KEY_MESSAGES = {
	lost: 'This editor’s secret storage does not hold the key of {0}. It may have been created in another browser or profile, or the storage was cleared. The token itself goes on working: read its key where it was created, or rotate the token for a new key.',
	'vault-failed':
		'The secret storage could not be read, so the key of {0} cannot be shown. The token itself goes on working: try again in a moment.',
	'not-shown':
		'The platform does not show the key of {0} to this account’s key. Read it on the platform, or rotate the token for a new key.',
} as const;

/**
 * The value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says in plain words why there is none
 */
export async function readAuthorization(source: TokenSource, tokenId: string, which?: KeyVersion): Promise<string> {
	const result = await source.readKey(tokenId, which);
	if ('unavailable' in result) {
		throw problem(UNAVAILABLE_KEY_MESSAGES[result.unavailable], tokenId);
	}
	return result.authorization;
}

/** Puts a token's key on the clipboard, and takes it off again after a while if it is still there. */
export async function copyAuthorization(source: TokenSource, tokenId: string, which?: KeyVersion): Promise<void> {
	const authorization = await readAuthorization(source, tokenId, which);
	await vscode.env.clipboard.writeText(authorization);
	const seconds = readClipboardSeconds();
	vscode.window.setStatusBarMessage(
		seconds === 0
			? vscode.l10n.t('$(check) Copied the API key of {0}', tokenId)
			: vscode.l10n.t('$(check) Copied the API key of {0}; it leaves the clipboard after {1} s', tokenId, seconds),
		5000,
	);
	if (seconds > 0) {
		setTimeout(() => void clearClipboardIfUnchanged(authorization), seconds * 1000).unref();
	}
}

async function clearClipboardIfUnchanged(authorization: string): Promise<void> {
	if ((await vscode.env.clipboard.readText()) === authorization) {
		await vscode.env.clipboard.writeText('');
	}
}
