import assert from 'node:assert/strict';
import { findHeaderArguments, parseCurlCommand } from '../../../src/requestFiles/curlCommand';

const parse = (text: string) => parseCurlCommand(text, 0, text.length);
const valuesOf = (text: string) => parse(text).words.map(({ value }) => value);

describe('A cURL command', () => {
	const commands: [title: string, text: string, values: string[]][] = [
		['has a word over several lines', 'curl http://a\\\n/b\\\r\n/c -s', ['curl', 'http://a/b/c', '-s']],
		['ends a word before a continuation', 'curl http://a\\\n -s\\\n\\\n -v', ['curl', 'http://a', '-s', '-v']],
		['ends a word before a continuation at its end', 'curl http://a\\\n', ['curl', 'http://a']],
		['has quotes inside a word', `curl -H"a: 'b'"'c"d'$'e\\'f'`, ['curl', `-Ha: 'b'c"de'f`]],
		['has escapes, but not in single quotes', `curl a\\ b "c\\"d\\e" 'f\\'`, ['curl', 'a b', 'c"d\\e', 'f\\']],
		['can end with a backslash', 'curl a\\', ['curl', 'a\\']],
		['can have an open quote', "curl 'a b", ['curl', 'a b']],
		['has no comments, even in quotes', 'curl -d "a\n  # b\n\t// c\nd # e"\n# f\n-s', ['curl', '-d', 'a\n\n\nd # e', '-s']],
		['continues after a caret or a backtick', 'curl a^\nb `\r\nc', ['curl', 'a^', 'b', 'c']],
	];
	for (const [title, text, values] of commands) {
		it(title, () => {
			assert.deepEqual(valuesOf(text), values);
		});
	}

	it('ends where a line starts the next request, unless it is continued', () => {
		const next = 'curl a\nGET https://b';
		assert.equal(parse(next).nextRequest, next.indexOf('GET'));
		assert.equal(parse('curl a\ncurl b').nextRequest, 7);
		assert.equal(parse('curl a \\\nGET https://b').nextRequest, undefined);
		assert.equal(parse('curl a curl b').nextRequest, undefined);
		assert.equal(parse('curl a\n').nextRequest, undefined);
	});

	it('has header arguments', () => {
		const namesOf = (text: string) => findHeaderArguments(text, parse(text).words).map(({ authorization }) => authorization);
		assert.deepEqual(namesOf('curl -H "Authorization : x"'), ['Authorization']);
		assert.deepEqual(namesOf('curl -H "Authorization;"'), ['Authorization']);
		assert.deepEqual(namesOf('curl -H "AuthorizationX: x" -H "X: authorization:"'), ['', '']);
		assert.deepEqual(namesOf('curl -H'), []);
		assert.deepEqual(namesOf('curl -u a:b'), ['Authorization']);
	});
});
