import assert from 'node:assert/strict';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { mergeCustomModules } from '../../../src/domain/customModules';
import { addModules, importedModuleItems, importedModulesText } from '../../../src/models/importedModuleItems';

const module = (name: string, paths: readonly string[] = [`/${name}`], sharedPaths: readonly string[] = []) => ({
	name,
	paths,
	sharedPaths,
});

describe('Modules to import', () => {
	it('are listed with their paths, and selected unless they replace others', () => {
		const many = Array.from({ length: 8 }, (_, index) => `/p${index}`);
		const items = importedModuleItems([module('New'), module('own'), module('billing', many, ['/p1'])], { Own: ['/x'] });
		assert.deepEqual(
			items.map(({ label, description, detail, picked }) => [label, description, detail, picked]),
			[
				['New', '1 path', '/New', true],
				['own', '1 path · replaces the paths of “Own”', '/own', false],
				[
					'billing',
					'8 paths · replaces the paths of “Billing”',
					'/p0, /p1, /p2, /p3, /p4, /p5, and 2 more · also in other modules: /p1',
					false,
				],
			],
		);
	});

	it('aren’t selected if they cover whatever no other module covers', () => {
		const items = importedModuleItems([module('All', ['/{id}', '/x']), module('Two', ['/{id}/{id}']), module('Tenants', ['/{id}/a'])], {});
		assert.deepEqual(
			items.map(({ description, picked }) => [description, picked]),
			[
				['2 paths · covers all paths that no other module covers', false],
				['1 path · covers all paths that no other module covers', false],
				['1 path', true],
			],
		);
	});

	it('aren’t selected if their name is the ID of a built-in module, which they would replace', () => {
		const { id, name } = BUILT_IN_MODULES[0]!;
		const [item] = importedModuleItems([module(id)], {});
		assert.deepEqual([item!.description, item!.picked], [`1 path · replaces the paths of “${name}”`, false]);
		assert.deepEqual(mergeCustomModules({ [id]: ['/a'] }).paths[id], ['/a']);
	});

	it('show names, paths, and a title of any length as plain text on one line', () => {
		const hostile = '/$(trash)\u202e[a](b)\n';
		const [item] = importedModuleItems([module('a', [hostile, `/${'x'.repeat(1_000_000)}`], [hostile])], {});
		const texts = [item!.detail ?? '', importedModulesText(1, `T${hostile}${'x'.repeat(1_000_000)}`)];
		texts.forEach((text) => assert.doesNotMatch(text, /\$\(|\]\(|[\n\u202e]/));
		assert.ok(texts.every(({ length }) => length < 500));
	});

	it('are added to the setting, and replace those with the same name', () => {
		assert.deepEqual(addModules({ Own: ['/a'], Other: ['/b'] }, [module('own', ['/c']), module('New')]), {
			Other: ['/b'],
			own: ['/c'],
			New: ['/New'],
		});
	});

	it('are counted', () => {
		assert.equal(importedModulesText(1, ''), 'Imported 1 module. Grant it to tokens.');
		assert.equal(importedModulesText(3, ''), 'Imported 3 modules. Grant them to tokens.');
		assert.equal(importedModulesText(1, 'Shop'), 'Imported 1 module from “Shop”. Grant it to tokens.');
		assert.equal(importedModulesText(3, 'Shop'), 'Imported 3 modules from “Shop”. Grant them to tokens.');
	});
});
