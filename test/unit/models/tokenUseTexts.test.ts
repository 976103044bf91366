import assert from 'node:assert/strict';
import { usageLines, usePickItems } from '../../../src/models/tokenUseTexts';
import { lastUsedText } from '../../../src/models/tokenTexts';

describe('Texts about the uses of a token', () => {
	const uses = [
		{ line: 0, column: 3 },
		{ line: 9, column: 0 },
	];
	const toLabel = (path: string) => path.slice(1);

	it('list each place with its line', () => {
		assert.deepEqual(
			usePickItems([{ path: '/a.http', uses }], toLabel).map(({ label, description, value }) => [label, description, value]),
			[
				['a.http', 'line 1', { path: '/a.http', line: 0, column: 3 }],
				['a.http', 'line 10', { path: '/a.http', line: 9, column: 0 }],
			],
		);
	});

	it('say before a key ends when it was last used, and in which files', () => {
		const files = ['/a', '/b', '/c', '/d', '/e'].map((path) => ({ path, uses }));
		const at = '2030-01-01T12:00:00.000Z';
		const now = new Date('2030-01-01T15:00:00.000Z');
		assert.deepEqual(usageLines(at, files, toLabel, now), [
			`Last used 3 hours ago (${lastUsedText(at)})`,
			'Used in 5 files: a, b, c, and 2 more',
		]);
		assert.deepEqual(usageLines(at, files.slice(4), toLabel, new Date(0)), [
			`Last used this minute (${lastUsedText(at)})`,
			'Used in 1 file: e',
		]);
		assert.deepEqual(usageLines(null, [], toLabel, now), ['Never used', 'Not used in files of this workspace']);
		assert.deepEqual(usageLines(undefined, undefined, toLabel, now), [], 'nothing that is not known');
	});
});
