import { createHash } from 'node:crypto';

/** Returns an ID for a value: the start of the SHA-256 of its JSON, 12 hexadecimal characters. Equal values have equal IDs. */
export function hashContent(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
