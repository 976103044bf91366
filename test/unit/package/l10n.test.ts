import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { collectUserVisibleTexts } from '../../support/userVisibleTexts';

const readJson = (path: string) => JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => Array.from(text.matchAll(/\{\d+\}/g), ([item]) => item).sort();

describe('the Spanish translation', () => {
	let texts: Record<string, string> | undefined;
	/** Parses the sources once for all tests. */
	const textsOfSources = () => (texts ??= Object.fromEntries([...collectUserVisibleTexts()].map((text) => [text, text])));

	const bundles: [name: string, english: () => Record<string, string>, spanish: string][] = [
		['the extension', textsOfSources, 'l10n/bundle.l10n.es.json'],
		['the manifest', () => readJson('package.nls.json'), 'package.nls.es.json'],
	];
	for (const [name, english, path] of bundles) {
		it(`contains exactly the texts of ${name}`, () => {
			assert.deepEqual(Object.keys(readJson(path)).sort(), Object.keys(english()).sort());
		});

		it(`keeps all placeholders, commands, icons, and code of ${name}`, () => {
			const spanish = readJson(path);
			for (const [key, text] of Object.entries(english())) {
				assert.deepEqual(placeholders(spanish[key] ?? ''), placeholders(text), text);
				for (const [fixedText] of text.matchAll(/command:[\w.]+|\$\([\w-]+\)|`[^`]+`/g)) {
					assert.ok(spanish[key]?.includes(fixedText), `${fixedText} in ${key}`);
				}
			}
		});
	}

	it('has each text once in each file, because only the last one counts', () => {
		for (const file of ['package.nls.json', 'package.nls.es.json', 'l10n/bundle.l10n.es.json']) {
			const keys = Array.from(readFileSync(join(repositoryRoot, file), 'utf8').matchAll(/^\s*("(?:[^"\\]|\\.)*"):/gm), ([, key]) => key!);
			assert.ok(keys.length > 0);
			assert.deepEqual(
				keys.filter((key, index) => keys.indexOf(key) !== index),
				[],
				file,
			);
		}
	});
});
