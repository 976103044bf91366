import { logFailure } from '../../domain/log';
import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { KeyVersion } from '../../domain/token';
import { authorizationOrThrow, copiedKeyText } from '../../models/keyTexts';
import { log } from '../log';
import { readClipboardSeconds } from '../settings';

/**
 * Reads the value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says why the key can't be read
 */
export async function readAuthorization(source: TokenSource, tokenId: string, which?: KeyVersion): Promise<string> {
	const authorization = authorizationOrThrow(await source.readKey(tokenId, which), tokenId);
	log.info(`Read the API key of ${tokenId}`);
	return authorization;
}

/** Copies a token's key to the clipboard. Clears the clipboard after the configured time if it still contains the key. */
export async function copyAuthorization(source: TokenSource, tokenId: string, which?: KeyVersion): Promise<void> {
	const authorization = await readAuthorization(source, tokenId, which);
	await vscode.env.clipboard.writeText(authorization);
	const seconds = readClipboardSeconds();
	vscode.window.setStatusBarMessage(copiedKeyText(tokenId, seconds), 5000);
	if (seconds > 0) {
		setTimeout(() => void clearClipboardIfUnchanged(authorization), seconds * 1000).unref();
	}
}

async function clearClipboardIfUnchanged(authorization: string): Promise<void> {
	try {
		if ((await vscode.env.clipboard.readText()) === authorization) {
			await vscode.env.clipboard.writeText('');
		}
	} catch (error) {
		logFailure(log, 'clear the clipboard')(error);
	}
}
