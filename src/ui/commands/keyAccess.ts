import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { KeyVersion } from '../../domain/token';
import { problem } from '../../domain/problems';
import { readClipboardSeconds } from '../settings';

const UNAVAILABLE_KEY_MESSAGES = {
	notFound:
		"The API key of {0} isn't in this editor's secret storage. The token might have been created in another browser or profile, or the storage was cleared. The token is still valid. View its key where you created it, or rotate the token to get a new key.",
	vaultFailed: "Couldn't read the API key of {0} from secret storage. The token is still valid. Try again in a moment.",
	notShown:
		"The account key doesn't have permission to view the API key of {0}. View it in CloudBlue Connect, or rotate the token to get a new key.",
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
	vscode.window.setStatusBarMessage(copiedText(tokenId, seconds), 5000);
	if (seconds > 0) {
		setTimeout(() => void clearClipboardIfUnchanged(authorization), seconds * 1000).unref();
	}
}

function copiedText(tokenId: string, seconds: number): string {
	switch (seconds) {
		case 0:
			return vscode.l10n.t('$(check) Copied API key for {0}', tokenId);
		case 1:
			return vscode.l10n.t('$(check) Copied API key for {0}. Clipboard clears in 1 second.', tokenId);
		default:
			return vscode.l10n.t('$(check) Copied API key for {0}. Clipboard clears in {1} seconds.', tokenId, seconds);
	}
}

async function clearClipboardIfUnchanged(authorization: string): Promise<void> {
	if ((await vscode.env.clipboard.readText()) === authorization) {
		await vscode.env.clipboard.writeText('');
	}
}
