import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { KeyClipboard, readAuthorization as readWithLog } from '../../models/keyAccess';
import { log } from '../log';
import { readClipboardSeconds } from '../settings';

/** The editor's clipboard. */
export const keyClipboard = new KeyClipboard({
	clipboard: vscode.env.clipboard,
	readClipboardSeconds,
	showMessage: (text) => vscode.window.setStatusBarMessage(text, 5000),
	setTimer: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
	log,
});

/**
 * Reads the value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says why the key can't be read
 */
export function readAuthorization(source: TokenSource, tokenId: string): Promise<string> {
	return readWithLog(source, tokenId, log);
}

/** Copies a token's key to the clipboard. */
export async function copyAuthorization(source: TokenSource, tokenId: string): Promise<void> {
	await keyClipboard.copy(await readAuthorization(source, tokenId), tokenId);
}
