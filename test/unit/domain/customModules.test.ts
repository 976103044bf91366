import assert from 'node:assert/strict';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { mergeCustomModules } from '../../../src/domain/customModules';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';

describe('Custom modules', () => {
	it('are added to the built-in modules, with their names as IDs', () => {
		assert.deepEqual(mergeCustomModules({}), { list: BUILT_IN_MODULES, paths: BUILT_IN_MODULE_PATHS });
		assert.deepEqual(mergeCustomModules({ Orders: ['/orders', '/carts'], ' Stock ': ['/'] }), {
			list: [...BUILT_IN_MODULES, { id: 'Orders', name: 'Orders' }, { id: 'Stock', name: 'Stock' }],
			paths: { ...BUILT_IN_MODULE_PATHS, Orders: ['/orders', '/carts'], Stock: ['/'] },
		});
	});

	it('replace the paths of the built-in module with their name in any case, or with their ID', () => {
		assert.deepEqual(mergeCustomModules({ ACCOUNT: ['/people'], 'MD-0007': ['/hooks'], billing: ['/bills'] }), {
			list: BUILT_IN_MODULES,
			paths: { ...BUILT_IN_MODULE_PATHS, 'MD-0001': ['/people'], 'MD-0007': ['/hooks'], billing: ['/bills'] },
		});
	});

	it('can have names of 64 characters', () => {
		const name = 'x'.repeat(64);
		assert.deepEqual(mergeCustomModules({ [name]: ['/x'] }).list.at(-1), { id: name, name });
	});

	const invalid: Record<string, unknown> = {
		'a list instead of an object': ['/orders'],
		'no value': undefined,
		'an empty name': { ' ': ['/orders'] },
		'a name of 65 characters': { ['x'.repeat(65)]: ['/orders'] },
		'a name with a line break': { 'Or\nders': ['/orders'] },
		'the ID of all modules': { 'MD-0000': ['/orders'] },
		'a path instead of a list': { Orders: '/orders' },
		'no paths': { Orders: [] },
		'a path that is not a text': { Orders: [7] },
		'a path without a slash at the start': { Orders: ['/orders', 'my/carts'] },
		'a path with a space': { Orders: ['/my orders'] },
		'a path with a space at the end': { Orders: ['/orders '] },
		'a path with a query': { Orders: ['/orders?open'] },
		'a path with a fragment': { Orders: ['/orders#open'] },
	};
	for (const [name, setting] of Object.entries(invalid)) {
		it(`are rejected with an example if the setting contains ${name}`, () => {
			assert.throws(() => mergeCustomModules(setting), {
				name: 'ProblemError',
				message:
					"The connectTokens.modules setting isn't valid. Enter module names, each with a list of paths that start with a slash, " +
					'like { "Orders": ["/orders", "/carts"] }.',
			});
		});
	}
});
