import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createWindowsCommand, escapeSpecialCharacters, quoteArgument } from '../../../src/cli/windowsCommand';

const FILES = ['C:\\node\\node.exe', 'C:\\node\\npm.cmd', 'C:\\my tools\\build.bat', 'C:\\repository\\npm.cmd'];
const ENVIRONMENT = { Path: '.;C:\\node;"C:\\my tools"', COMSPEC: 'C:\\Windows\\System32\\cmd.exe', PATHEXT: '.EXE;.CMD;.BAT' };
const create = (command: string, ...args: string[]) =>
	createWindowsCommand(command, args, ENVIRONMENT, (path) => FILES.some((file) => file.toLowerCase() === path.toLowerCase()));

/** Reads arguments as Microsoft's C runtime does. */
function readArguments(line: string): string[] {
	const result: string[] = [];
	for (const [text] of line.matchAll(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/gs)) {
		result.push(
			text
				.slice(1, -1)
				.replace(/(\\+)(?="|$)/g, (slashes) => '\\'.repeat(Math.floor(slashes.length / 2)))
				.replace(/\\"/g, '"'),
		);
	}
	return result;
}

describe('A program on Windows', () => {
	it('is found on the PATH by its extensions, but never in the current folder', () => {
		assert.deepEqual(create('node', '-e', 'a "b"'), { file: 'C:\\node\\node.EXE', args: ['-e', 'a "b"'], isVerbatim: false });
		assert.deepEqual(create('missing'), { file: 'missing', args: [], isVerbatim: false });
		assert.equal(create('C:\\node\\node.exe').file, 'C:\\node\\node.exe');
	});

	it('runs in cmd.exe if it is a batch file, with arguments that cmd.exe does not interpret', () => {
		assert.deepEqual(create('npm', 'run', 'a&b', '%PATH%'), {
			file: 'C:\\Windows\\System32\\cmd.exe',
			args: ['/d', '/s', '/c', '"C:\\node\\npm.CMD ^^^"run^^^" ^^^"a^^^&b^^^" ^^^"^^^%PATH^^^%^^^""'],
			isVerbatim: true,
		});
		assert.match(create('build').args.at(-1)!, /^"C:\\my\^ tools\\build\.BAT/);
	});

	it('gets each argument as it was given', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab\\" ')) }), (argument) => {
				const quoted = quoteArgument(argument);
				// Every quotation mark within is after an odd number of backslashes, and the last one after an even number.
				const runs = Array.from(quoted.slice(1).matchAll(/(\\*)"/g), ([, slashes]) => slashes!.length % 2);
				assert.deepEqual(runs, [...Array.from(argument.matchAll(/"/g), () => 1), 0]);
			}),
		);
		assert.deepEqual(readArguments(['a b', 'c"d'].map(quoteArgument).join(' ')), ['a b', 'c"d']);
	});

	it('is started without a character that cmd.exe interprets', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const escapedText = escapeSpecialCharacters(text);
				assert.equal(escapedText.replace(/\^([\s\S])/g, '$1'), text);
				assert.doesNotMatch(escapedText.replace(/\^[\s\S]/g, ''), /[%!"`<>&|^]/);
			}),
		);
	});
});
