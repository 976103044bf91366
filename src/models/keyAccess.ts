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
export interface KeyClipboardOptions {
	readonly clipboard: { readText(): PromiseLike<string>; writeText(text: string): PromiseLike<void> };
	/** The time after which a copied key is removed from the clipboard; 0 if it's kept. */
	readonly readClipboardSeconds: () => number;
	/** Shows a message in the status bar for a short time. */
	readonly showMessage: (text: string) => void;
	/** Calls `callback` once, after `delayMs`. */
	readonly setTimer: (callback: () => void, delayMs: number) => void;
	readonly log: Log;
}

/** Copies keys to the clipboard, and clears it after the configured time if it still contains the key. */
export class KeyClipboard {
	constructor(private readonly options: KeyClipboardOptions) {}

	/** @param authorization value of the `Authorization` header of the token with the ID `tokenId` */
	async copy(authorization: string, tokenId: string): Promise<void> {
		const { clipboard, readClipboardSeconds, setTimer, showMessage } = this.options;
		await clipboard.writeText(authorization);
		const seconds = readClipboardSeconds();
		showMessage(copiedKeyText(tokenId, seconds));
		if (seconds > 0) {
			setTimer(() => void this.#clearIfUnchanged(authorization), seconds * 1000);
		}
	}

	async #clearIfUnchanged(authorization: string): Promise<void> {
		const { clipboard, log } = this.options;
		try {
			if ((await clipboard.readText()) === authorization) {
				await clipboard.writeText('');
			}
		} catch (error) {
			logFailure(log, 'clear the clipboard')(error);
		}
	}
}
