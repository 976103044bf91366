import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../host/paths';
import { texts } from '../../support/texts';

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => Array.from(text.matchAll(/\{\d+\}/g), ([one]) => one).sort();

describe('the Spanish translation', () => {
	const cases: [what: string, english: () => Record<string, string>, spanish: string][] = [
		['what the extension says', () => Object.fromEntries([...texts()].map((text) => [text, text])), 'l10n/bundle.l10n.es.json'],
		['what the manifest says', () => read('package.nls.json'), 'package.nls.es.json'],
	];
	for (const [what, english, path] of cases) {
		it(`has all of ${what}, and nothing else`, () => {
			assert.deepEqual(Object.keys(read(path)).sort(), Object.keys(english()).sort());
		});

		it(`keeps every placeholder, command and icon of ${what}`, () => {
			const spanish = read(path);
			for (const [key, text] of Object.entries(english())) {
				assert.deepEqual(placeholders(spanish[key] ?? ''), placeholders(text), text);
				for (const [fixed] of text.matchAll(/command:[\w.]+|\$\([\w-]+\)|`[^`]+`/g)) {
					assert.ok(spanish[key]?.includes(fixed), `${fixed} in ${key}`);
				}
			}
		});
	}
});
