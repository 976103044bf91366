import { escapeLabel } from './localization';

/** Longest name in a question: room for most paths, but not enough to push the rest of the question out of sight. */
const MAX_LENGTH = 160;

/**
 * Returns a name that's shown between quotation marks in a question: on one line, without characters that are invisible or look like the end of
 * the quotation, and only its beginning and end if it's long. Whoever asks can choose the name, so it could contain a question of its own.
 */
export function quotableName(name: string): string {
	const characters = Array.from(
		name
			.replace(/\p{Cf}/gu, '')
			.replace(/[\p{Cc}\p{Z}]+/gu, ' ')
			.replace(/[“”„‟«»"]/g, "'")
			.trim(),
	);
	const half = MAX_LENGTH / 2;
	return escapeLabel(
		characters.length <= MAX_LENGTH ? characters.join('') : `${characters.slice(0, half).join('')}…${characters.slice(1 - half).join('')}`,
	);
}
