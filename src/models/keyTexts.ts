import * as l10n from '@vscode/l10n';
import type { KeyReadResult } from '../domain/ports';
import { problem } from '../domain/problems';

const UNAVAILABLE_KEY_MESSAGES = {
	notFound:
		"The API key of {0} isn't in VS Code's secret storage. The token might have been created in another browser or profile, or the storage was cleared. The token is still valid. View its key where you created it, or rotate the token to get a new key.",
	vaultFailed: "Couldn't read the API key of {0} from secret storage. The token is still valid. Try again in a moment.",
	notShown:
		"The account key doesn't have permission to view the API key of {0}. View it in CloudBlue Connect, or rotate the token to get a new key.",
} as const;

/**
 * Returns the value of the `Authorization` header, in plain text.
 * @throws ProblemError that says why the key can't be read
 */
export function authorizationOrThrow(result: KeyReadResult, tokenId: string): string {
	if ('unavailable' in result) {
		throw problem(UNAVAILABLE_KEY_MESSAGES[result.unavailable], tokenId);
	}
	return result.authorization;
}

/**
 * Confirms that a key was copied, with an icon for the status bar.
 * @param seconds until the clipboard is cleared; 0 if it isn't
 * @param isSecret whether only the key's secret was copied
 */
export function copiedKeyText(tokenId: string, seconds: number, isSecret = false): string {
	if (isSecret) {
		return copiedSecretText(tokenId, seconds);
	}
	switch (seconds) {
		case 0:
			return l10n.t('$(check) Copied API key for {0}', tokenId);
		case 1:
			return l10n.t('$(check) Copied API key for {0}. Clipboard clears in 1 second.', tokenId);
		default:
			return l10n.t('$(check) Copied API key for {0}. Clipboard clears in {1} seconds.', tokenId, seconds);
	}
}

function copiedSecretText(tokenId: string, seconds: number): string {
	switch (seconds) {
		case 0:
			return l10n.t('$(check) Copied secret of {0}', tokenId);
		case 1:
			return l10n.t('$(check) Copied secret of {0}. Clipboard clears in 1 second.', tokenId);
		default:
			return l10n.t('$(check) Copied secret of {0}. Clipboard clears in {1} seconds.', tokenId, seconds);
	}
}
