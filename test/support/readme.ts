import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';

/** The token in the README's examples. */
const EXAMPLE_TOKEN = 'SU-000-000-000';
/** Another one. */
const OTHER_EXAMPLE_TOKEN = 'SU-000-000-001';

/** Returns the code blocks of a language in a section of the README, with the IDs of these tokens in place of the example's. */
export function readCodeBlocks(heading: string, language: string, tokenId: string, otherTokenId = OTHER_EXAMPLE_TOKEN): readonly string[] {
	const blocks = readSection(heading).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
	return Array.from(blocks, ([, code]) => code!.replaceAll(EXAMPLE_TOKEN, tokenId).replaceAll(OTHER_EXAMPLE_TOKEN, otherTokenId));
}

/** Returns the code within the sentences of a section of the README that begins with a text. */
export function readInlineCode(heading: string, start: string): string {
	const code = Array.from(readSection(heading).matchAll(/`([^`\n]+)`/g), ([, text]) => text!).find((text) => text.startsWith(start));
	if (code === undefined) {
		throw new Error(`The section “${heading}” of README.md has no code that begins with ${start}.`);
	}
	return code;
}

/** Returns what a row of the table "I need a key in …" says to write, with the ID of this token in place of the example's. */
export function readTableCode(need: string, tokenId: string): readonly string[] {
	const row = readSection('Keys wherever code runs')
		.split('\n')
		.find((line) => line.startsWith(`| ${need} | `));
	const cell = row?.slice(`| ${need} | `.length) ?? '';
	const codes = Array.from(cell.matchAll(/`([^`]+)`|<code>(.+?)<\/code>/g), ([, markdown, html]) => markdown ?? html!);
	return codes.map((code) => code.replaceAll('&#124;', '|').replaceAll(EXAMPLE_TOKEN, tokenId));
}

/** @throws Error if the README has no such section */
function readSection(heading: string): string {
	const text = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
	const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
	if (section === undefined) {
		throw new Error(`README.md has no section “${heading}”.`);
	}
	return section;
}
