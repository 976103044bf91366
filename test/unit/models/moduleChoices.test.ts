import assert from 'node:assert/strict';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { addModulePaths, filterModules } from '../../../src/models/moduleChoices';

describe('Module choices', () => {
	it('have the paths of their module, including those in the setting', () => {
		const modules = [...BUILT_IN_MODULES, { id: 'Orders', name: 'Orders' }];
		const choices = addModulePaths(modules, { ...BUILT_IN_MODULE_PATHS, Orders: ['/orders'], usage: ['/used'] });
		assert.deepEqual(
			choices.map(({ id, name }) => ({ id, name })),
			modules,
		);
		assert.deepEqual(choices.find(({ id }) => id === 'MD-0024')?.paths, ['/devops']);
		assert.deepEqual(choices.at(-1)?.paths, ['/orders']);
		assert.deepEqual(choices.find(({ id }) => id === 'usage')?.paths, ['/used']);
	});

	it('of an account have the paths of the built-in module with the same name', () => {
		const choices = addModulePaths(
			[
				{ id: 'MD-0099', name: 'tier config' },
				{ id: 'MD-0007', name: 'Renamed' },
				{ id: 'MD-0098', name: 'Unheard of' },
				{ id: 'constructor', name: 'toString' },
			],
			BUILT_IN_MODULE_PATHS,
		);
		assert.deepEqual(choices[0]?.paths, ['/tier/configs', '/tier/config-requests']);
		assert.ok(choices[1]?.paths?.includes('/auth/tokens'));
		assert.deepEqual(choices.slice(2), [
			{ id: 'MD-0098', name: 'Unheard of' },
			{ id: 'constructor', name: 'toString' },
		]);
	});

	for (const [filter, names] of [
		['', undefined],
		['  ', undefined],
		['CONFIG', ['Tier Config']],
		['config tier', ['Tier Config']],
		['/assets', ['Subscriptions', 'Usage']],
		['md-0024', ['DevOps']],
		['config usage', []],
		['nothing like it', []],
	] as const) {
		it(`are found by their name, ID, or paths: "${filter}"`, () => {
			const choices = addModulePaths(BUILT_IN_MODULES, BUILT_IN_MODULE_PATHS);
			assert.deepEqual(
				filterModules(choices, filter).map(({ name }) => name),
				names ?? BUILT_IN_MODULES.map(({ name }) => name),
			);
		});
	}
});
