import { escapeLabel } from './localization';

/** Longest name in a question: room for most paths, but not enough to push the rest of the question out of sight. */
const MAX_LENGTH = 160;

/**
 * Returns a name for a question, where it's shown between quotation marks: on one line, without invisible characters, piles of accents that cover
 * other lines, and what looks like closing quotation marks, and shortened in the middle if it's long. The program that asks chooses the name,
 * which could otherwise look like another question.
 */
export function quotableName(name: string): string {
	const characters = Array.from(
		name
			.replace(/[\p{Cf}\p{DI}]/gu, '')
			.replace(/(\p{M}{4})\p{M}+/gu, '$1')
			.replace(/[\p{Cc}\p{Z}\u2800]+/gu, ' ')
			.replace(/[“”„‟«»"＂〝〞〟❝❞❠🙶🙷🙸″‶‴‷˝ˮ״]/gu, "'")
			.trim(),
	);
	const half = MAX_LENGTH / 2;
	return escapeLabel(
		characters.length <= MAX_LENGTH ? characters.join('') : `${characters.slice(0, half).join('')}…${characters.slice(1 - half).join('')}`,
	);
}
