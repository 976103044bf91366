import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { findHeaderArguments, parseCurlCommands, quoteArgument } from '../../../src/requestFiles/curlCommand';

const parse = (text: string) => parseCurlCommands(text, 0, text.length);
const commandsOf = (text: string) => parse(text).commands.map(({ words }) => words.map(({ value }) => value));
const valuesOf = (text: string) => commandsOf(text)[0];

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
		['has substitutions with quotes in quotes', 'curl "$(jq ".a b" "f g")" c', ['curl', '$(jq ".a b" "f g")', 'c']],
		['has nested substitutions', `curl "a $(b "$(c ')' "d e")")f" g`, ['curl', `a $(b "$(c ')' "d e")")f`, 'g']],
		['has substitutions outside of quotes', 'curl $(a "b c") <(d e) ${f:-"g h"}', ['curl', '$(a "b c")', '<(d e)', '${f:-"g h"}']],
		['has substitutions in backticks', 'curl "`jq ".a b" c`" -d `d e` f', ['curl', '`jq ".a b" c`', '-d', '`d e`', 'f']],
		['has escaped substitutions', 'curl "\\$(a" b', ['curl', '$(a', 'b']],
		[
			"has cmd's escaped quotes",
			'curl ^"http://a?b=1^&c=2^" ^\r\n -H ^"a: \\^"b c\\^" ^%^d^" ^\n-s',
			['curl', 'http://a?b=1&c=2', '-H', 'a: "b c" %d', '-s'],
		],
		["has cmd's quotes beside escaped ones", 'curl ^"a^" "b^ \\"c\\" ""d"" e" f^&g^', ['curl', 'a', 'b^ "c" "d" e', 'f&g^']],
		["has cmd's line breaks", 'curl ^"a^\n\nb^" ^"c\n', ['curl', 'a\nb', 'c']],
		[
			"has PowerShell's escapes",
			'curl.exe "a`"b $(c "d e")" \'f\'\'g\' `\n `$h "i""j"',
			['curl.exe', 'a"b $(c "d e")', "f'g", '$h', 'i"j'],
		],
		["has PowerShell's backslashes", 'curl a\\b "c\\" `\n"d e', ['curl', 'a\\b', 'c\\', 'd e']],
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

	it('ends at an operator, and joins requests with --next', () => {
		assert.deepEqual(commandsOf('curl a --next -s b -: c'), [
			['curl', 'a'],
			['--next', '-s', 'b'],
			['-:', 'c'],
		]);
		assert.deepEqual(commandsOf('curl a | jq -H b && curl c; curl d; e'), [
			['curl', 'a', '|'],
			['curl', 'c;'],
			['curl', 'd;', 'e'],
		]);
		assert.deepEqual(commandsOf('curl a "&&" b; c'), [['curl', 'a', '&&', 'b;', 'c']]);
	});

	it('can have a substitution that ends nowhere', () => {
		for (const text of ['curl "$(a "b c"', 'curl ${a b', `curl $(${'a'.repeat(3000)})`, 'curl "$(a" `\nb']) {
			assert.ok(
				parse(text).commands[0]!.words.some(({ hasOpenSubstitution }) => hasOpenSubstitution),
				text,
			);
		}
	});

	it('is read as a shell does', function () {
		const shell = ['bash', 'zsh'].find((name) => spawnSync(name, ['-c', 'true']).status === 0);
		if (shell === undefined) {
			this.skip();
		}
		for (const text of [
			`curl "a$(echo "b c" 'd "e')f" "\`echo "g h"\`" i\\ j $'k\\'l' "m\\"n" \${x:-"o p"} 'q'r"s" \\\n --next t`,
			`curl "$(echo "$(echo ")" "a  b")")" "\\$(c" '$(d' "\${y:-$(echo "e f")}"`,
		]) {
			const script = `curl() { printf '%s\\0' curl "$@"; }\n${text}`;
			const { stdout }: { stdout: string } = spawnSync(shell, ['-c', script], { encoding: 'utf8' });
			const words = parse(text).commands.flatMap(({ words: all }) => all);
			const expected = stdout.split('\0').slice(0, -1);
			assert.equal(words.length, expected.length, stdout);
			for (const [index, { value }] of words.entries()) {
				if (!/[$`]/.test(value)) {
					assert.equal(value, expected[index]);
				}
			}
		}
	});

	for (const [value, argument] of [
		['a b', '^"a b^"'],
		['%20&"x"', '^"^%^20^&^\\^"x^\\^"^"'],
	] as const) {
		it(`quotes ${value} so that cmd reads the same`, () => {
			assert.equal(quoteArgument(value, '^', 'cmd'), argument);
			assert.deepEqual(valuesOf(`curl ${argument} ^"^"`), ['curl', value, '']);
		});
	}

	it('quotes text for PowerShell', () => {
		assert.equal(quoteArgument('a "$b` {{$c}}', '"', 'powerShell'), '"a `"`$b`` {{$c}}"');
		assert.equal(quoteArgument("it's", "'", 'powerShell'), "'it''s'");
	});

	it('has header arguments', () => {
		const namesOf = (text: string) => findHeaderArguments(text, parse(text).commands[0]!.words).map(({ authorization }) => authorization);
		assert.deepEqual(namesOf('curl -H "Authorization : x"'), ['Authorization']);
		assert.deepEqual(namesOf('curl -H "Authorization;"'), ['Authorization']);
		assert.deepEqual(namesOf('curl -H "AuthorizationX: x" -H "X: authorization:"'), ['', '']);
		assert.deepEqual(namesOf('curl -H'), []);
		assert.deepEqual(namesOf('curl -u a:b'), ['Authorization']);
		assert.deepEqual(namesOf('curl -H "Authorization" -H authorization'), ['Authorization', 'authorization']);
		assert.deepEqual(namesOf(`curl '-H' "authorization: a" "-HAuthorization: b" --expand-header 'AUTHORIZATION: c'`), [
			'authorization',
			'Authorization',
			'AUTHORIZATION',
		]);
		assert.deepEqual(namesOf('curl --headers "Authorization: x" --proxy-header "Authorization: x"'), []);
	});
});
