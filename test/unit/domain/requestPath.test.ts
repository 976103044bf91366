import assert from 'node:assert/strict';
import { canLeaveBasePath, readPath, type PathReadings } from '../../../src/domain/requestPath';

describe('The readings of a path', () => {
	const cases: [path: string, readings: PathReadings | undefined][] = [
		['/', { segments: [], alternatives: [], raw: undefined }],
		['', { segments: [], alternatives: [], raw: undefined }],
		['/products/PRD-1', { segments: ['products', 'PRD-1'], alternatives: [], raw: undefined }],
		['/products/', { segments: ['products'], alternatives: [], raw: undefined }],
		['/a,b', { segments: ['a,b'], alternatives: [], raw: undefined }],
		['/caf%C3%A9', { segments: ['café'], alternatives: [], raw: ['caf%C3%A9'] }],
		// Node passes each byte as one character.
		['/caf\xc3\xa9', { segments: ['café'], alternatives: [], raw: undefined }],
		['/team%2Fapi', { segments: ['team/api'], alternatives: [['team', 'api']], raw: ['team%2Fapi'] }],
		['/usage%20x/y', { segments: ['usage x', 'y'], alternatives: [['usage']], raw: ['usage%20x', 'y'] }],
		['/a/b%20c%20d', { segments: ['a', 'b c d'], alternatives: [['a', 'b']], raw: ['a', 'b%20c%20d'] }],
		['/a%2Fb%20c/d', { segments: ['a/b c', 'd'], alternatives: [['a', 'b c', 'd'], ['a/b'], ['a', 'b']], raw: ['a%2Fb%20c', 'd'] }],
		['//', undefined],
		['//a', undefined],
		['/a//b', undefined],
		['/a%2F%2Fb', undefined],
		['/a%', undefined],
		['/a%ff', undefined],
		['/a.', undefined],
		['/a%20', undefined],
		['/%20a', undefined],
		['/a%5Cb', undefined],
		['/a%3Bb', undefined],
		['/a%3Fb', undefined],
		['/a%23b', undefined],
		['/a%00b', undefined],
		['/a%E2%80%8Bb', undefined],
		['/a%2541', undefined],
		['/a%25u0041', undefined],
		['/a%EF%BC%8F', undefined],
	];
	for (const [path, readings] of cases) {
		it(`of ${JSON.stringify(path)} are ${readings ? 'known' : 'ambiguous'}`, () => {
			assert.deepEqual(readPath(path), readings);
		});
	}
});

describe('A path that leaves its folder', () => {
	const encode = (text: string, times: number): string =>
		times === 0
			? text
			: encode(
					text.replace(/^(.)|%/g, (first) => `%${first.charCodeAt(0).toString(16)}`),
					times - 1,
				);

	for (const path of [
		...['/..', '/a/../b', '/./a', '/a/.', '/%2e%2e/a', '/.%2e/a', '/%252e%252e', '/..%2fa', '/..%5ca', '/%u002e%u002e/a'],
		...['/%c0%ae%c0%ae/a', '/%e0%80%ae./a', '/%f0%80%80%ae./a', '/%ef%bc%8e%ef%bc%8e/a', '/\u2025/a'.replace('\u2025', '%e2%80%a5')],
		...[
			'/..;a=b/c',
			'/..%3Fa',
			'/..%23a',
			'/..%00/a',
			'/..%20/a',
			'/.%20./a',
			'/%20../a',
			'/..%20%25',
			'/a/.%20b',
			'/%20..%20b/c',
			'/..%e2%80%8b/a',
			'/... /a',
		],
		...['/a..', '/a../b', '/a%2e%2e/b', '/a..;b', '/a..%2fb'],
		...['/a%0ab', '/a%0D%0Ab', '/a%0d', '/a%250ab', '/a%c0%8ab', '/a%u000ab'],
	]) {
		it(`is ${JSON.stringify(path)}`, () => {
			assert.ok(canLeaveBasePath(path));
		});
	}

	for (const path of [
		'/',
		'/a/b',
		'/..a',
		'/a...',
		'/a..b',
		'/...',
		'/.well-known/a',
		'/a%2Fb',
		'/caf%C3%A9',
		'/%f0%9f%98%80',
		'/a%',
		'/1.5',
	]) {
		it(`isn’t ${JSON.stringify(path)}`, () => {
			assert.ok(!canLeaveBasePath(path));
		});
	}

	it('may be any that is still encoded after eight decodings', () => {
		assert.ok(!canLeaveBasePath(`/${encode('a', 7)}`));
		assert.ok(canLeaveBasePath(`/${encode('a', 8)}`));
	});
});
