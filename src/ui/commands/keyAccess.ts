import * as vscode from 'vscode';
import * as keyAccess from '../../models/keyAccess';
import { log } from '../log';
import { readClipboardSeconds } from '../settings';

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
