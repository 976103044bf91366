import { parseApiKey } from '../domain/apiKey';
import { logFailure, type Log } from '../domain/log';
import type { TokenSource } from '../domain/ports';
import type { KeyVersion } from '../domain/token';
import { authorizationOrThrow, copiedKeyText } from './keyTexts';

/**
 * Reads the value of the `Authorization` header for a token, in plain text.
 * @throws ProblemError that says why the key can't be read
 */
export async function readAuthorization(source: TokenSource, tokenId: string, log: Log, which?: KeyVersion): Promise<string> {
	const authorization = authorizationOrThrow(await source.readKey(tokenId, which), tokenId);
	log.info(`Read the API key of ${tokenId}`);
	return authorization;
}

/** What copying a key needs from the editor. */
export interface KeyCopyOptions {
	readonly clipboard: { readText(): PromiseLike<string>; writeText(text: string): PromiseLike<void> };
	/** Number of seconds after which the key is removed from the clipboard; 0 if it's kept. */
	readonly seconds: number;
	/** Shows a message in the status bar for a short time. */
	readonly showMessage: (text: string) => void;
	/** Called once the clipboard doesn't contain the key anymore: after it was cleared, or if something else was copied since. */
	readonly onCleared?: () => void;
	/** Calls `callback` once, after `delayMs`. */
	readonly setTimer: (callback: () => void, delayMs: number) => void;
	readonly log: Log;
}

/**
 * Copies a token's key to the clipboard, and clears the clipboard after the given time if it still contains the key.
 * @param text value of the `Authorization` header, or only the secret of the key
 */
export async function copyKey(text: string, tokenId: string, options: KeyCopyOptions): Promise<void> {
	const { clipboard, log, onCleared, seconds, setTimer, showMessage } = options;
	await clipboard.writeText(text);
	showMessage(copiedKeyText(tokenId, seconds, parseApiKey(text) === undefined));
	if (seconds > 0) {
		const clearIfUnchanged = async () => {
			if ((await clipboard.readText()) === text) {
				await clipboard.writeText('');
			}
			onCleared?.();
		};
		setTimer(() => void clearIfUnchanged().catch(logFailure(log, 'clear the clipboard')), seconds * 1000);
	}
}
