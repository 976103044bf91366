import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { collectUserVisibleTexts } from '../../support/userVisibleTexts';

const readJson = (path: string) => JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => Array.from(text.matchAll(/\{\d+\}/g), ([item]) => item).sort();

describe('the Spanish translation', () => {
	const templateCases: [what: string, english: () => Record<string, string>, spanish: string][] = [
		[
			'what the extension says',
			() => Object.fromEntries([...collectUserVisibleTexts()].map((text) => [text, text])),
			'l10n/bundle.l10n.es.json',
		],
		['what the manifest says', () => readJson('package.nls.json'), 'package.nls.es.json'],
	];
	for (const [what, english, path] of templateCases) {
		it(`has all of ${what}, and nothing else`, () => {
			assert.deepEqual(Object.keys(readJson(path)).sort(), Object.keys(english()).sort());
		});

		it(`keeps every placeholder, command and icon of ${what}`, () => {
			const spanish = readJson(path);
			for (const [key, text] of Object.entries(english())) {
				assert.deepEqual(placeholders(spanish[key] ?? ''), placeholders(text), text);
				for (const [fixedTexts] of text.matchAll(/command:[\w.]+|\$\([\w-]+\)|`[^`]+`/g)) {
					assert.ok(spanish[key]?.includes(fixedTexts), `${fixedTexts} in ${key}`);
				}
			}
		});
	}
});
