import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import * as keyAccess from '../../models/keyAccess';
import { log } from '../log';
import { readClipboardSeconds } from '../settings';

/**
 * Reads the value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says why the key can't be read
 */
export function readAuthorization(source: TokenSource, tokenId: string): Promise<string> {
	return keyAccess.readAuthorization(source, tokenId, log);
}

/** Reads a token's key and copies it to the clipboard. */
export async function copyAuthorization(source: TokenSource, tokenId: string): Promise<void> {
	await copyKey(await readAuthorization(source, tokenId), tokenId);
}

/**
 * Copies a token's key, or its secret, to the clipboard. Clears the clipboard after the configured time if it still contains the key.
 * @param onCleared called after that time
 */
export function copyKey(text: string, tokenId: string, onCleared?: () => void): Promise<void> {
	return keyAccess.copyKey(text, tokenId, {
		clipboard: vscode.env.clipboard,
		seconds: readClipboardSeconds(),
		showMessage: (text) => vscode.window.setStatusBarMessage(text, 5000),
		setTimer: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
		...(onCleared && { onCleared }),
		log,
	});
}
