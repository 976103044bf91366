import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { loggedRequestSchema, MAX_LOGGED_PATH_LENGTH, toLoggedPath } from '../../../src/domain/loggedRequest';

const isValidPath = (path: string) => v.safeParse(loggedRequestSchema.entries.path, path).success;

describe('The path of a request in the log', () => {
	it('has no query', () => {
		assert.equal(toLoggedPath('/products?secret=1'), '/products');
		assert.equal(toLoggedPath('/products'), '/products');
		assert.equal(toLoggedPath('?secret'), '');
	});

	it('shows control characters, bidirectional marks, quotes, and braces as escapes', () => {
		const bytes = (text: string) => Buffer.from(text).toString('latin1');
		assert.equal(toLoggedPath(bytes('/a\u0000\u001b[31m\u007f')), '/a%00%1B[31m%7F');
		assert.equal(toLoggedPath(bytes('/\u202etxt.exe\u200f')), '/%E2%80%AEtxt.exe%E2%80%8F');
		assert.equal(toLoggedPath(bytes('/ü "{{$processEnv X}}`|\\^<>')), '/%C3%BC%20%22%7B%7B$processEnv%20X%7D%7D%60%7C%5C%5E%3C%3E');
		assert.equal(toLoggedPath("/a%20b/(c)~!*';:@&=+$,[d]"), "/a%20b/(c)~!*';:@&=+$,[d]");
	});

	it('is cut with an ellipsis if it is long, also if escapes make it long', () => {
		const exact = `/${'x'.repeat(MAX_LOGGED_PATH_LENGTH - 1)}`;
		assert.equal(toLoggedPath(exact), exact);
		for (const target of [`${exact}x`, `/${'x'.repeat(65_536)}`, `/${'\u0080'.repeat(300)}`, `/${'\u0000'.repeat(65_536)}?x`]) {
			const path = toLoggedPath(target);
			assert.equal(path.length, MAX_LOGGED_PATH_LENGTH);
			assert.ok(path.endsWith('…'));
		}
	});

	it('is valid for all bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
				assert.ok(isValidPath(toLoggedPath(Buffer.from(bytes).toString('latin1'))));
			}),
		);
	});

	it('is rejected from another window if it has characters that the log does not have', () => {
		for (const path of ['/a b', '/\u202e', '/"', '/{{x}}', '/…a', `/${'a'.repeat(MAX_LOGGED_PATH_LENGTH)}`]) {
			assert.ok(!isValidPath(path), path);
		}
	});
});
