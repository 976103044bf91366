/** What replaces a secret. */
export const SECRET_MASK = '*'.repeat(10);

/**
 * Replaces each full secret of an API key in `text` with asterisks. Unlike `maskSecrets`, it leaves shorter identifiers and invisible
 * characters as they are, so it's for text that the user continues to edit.
 */
export function maskFullSecrets(text: string): string {
	return text.replace(/[0-9a-f]{40,}/gi, SECRET_MASK);
}
