import assert from 'node:assert/strict';
import { ALL_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { copyFormatLabel } from '../../../src/models/copyFormats';
import { createSampleRequests } from '../../../src/models/sampleRequests';
import { createSourceToken } from '../../support/sourceTokens';

describe('createSampleRequests', () => {
	const listSamples = (permissions: readonly string[]) => createSampleRequests(createSourceToken({ permissions }), BUILT_IN_MODULE_PATHS);

	it('returns the first path of each module', () => {
		assert.deepEqual(listSamples(['MD-0001', 'MD-0024']), [
			{ title: 'Account', path: '/accounts' },
			{ title: 'DevOps', path: '/devops' },
		]);
	});

	it('returns the shared path for all modules, no modules, and unknown modules', () => {
		for (const permissions of [[ALL_MODULES], [], ['MD-9999']]) {
			assert.deepEqual(listSamples(permissions), [{ title: 'Available to all tokens', path: '/modules' }]);
		}
	});

	it('skips paths with placeholders', () => {
		const sourceToken = createSourceToken({ permissions: ['Orders'] });
		assert.equal(createSampleRequests(sourceToken, { Orders: ['/orders/{id}/lines', '/orders'] })[0].path, '/orders');
	});
});

describe('copyFormatLabel', () => {
	it('gives each format its own label', () => {
		const labels = (['header', 'curl', 'fetch', 'python', 'sdk'] as const).map((format) => copyFormatLabel(format).label);
		assert.deepEqual(labels, ['Header', 'cURL', 'fetch', 'requests', 'Connect SDK']);
	});
});
