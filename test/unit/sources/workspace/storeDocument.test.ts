import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TokenRecord } from '../../../../src/domain/token';
import { changeDocument, createDocument, parseDocument, type StoreDocument } from '../../../../src/sources/workspace/storeDocument';
import { parseStore, serializeStore, STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { createTestRecord } from '../../../support/seedTokens';

/** Whatever a change can do with the list of records. */
type ListChange = (tokens: readonly TokenRecord[], next: () => TokenRecord) => readonly TokenRecord[];

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 12 }),
	fc.constantFrom('\n\t\t}', '\n\t\t},\n\t\t{', '"tokens": [', '\ud800', '二 – é', '\u2028'),
);
const index = fc.nat(100);
const at = (tokens: readonly TokenRecord[], number: number) => number % Math.max(1, tokens.length);

const listChange: fc.Arbitrary<ListChange> = fc.oneof(
	fc.constant<ListChange>((tokens, next) => [...tokens, next()]),
	fc.constant<ListChange>((tokens, next) => [next(), ...tokens, next()]),
	fc.constant<ListChange>((tokens) => [...tokens].reverse()),
	fc.constant<ListChange>(() => []),
	index.map(
		(number): ListChange =>
			(tokens) =>
				tokens.filter((_, position) => position !== at(tokens, number)),
	),
	fc.tuple(fc.array(index, { minLength: 1, maxLength: 3 }), text).map(
		([numbers, name]): ListChange =>
			(tokens) =>
				tokens.map((token, position) => (numbers.some((number) => at(tokens, number) === position) ? { ...token, name } : token)),
	),
	fc.tuple(index, text).map(
		([number, id]): ListChange =>
			(tokens) =>
				tokens.map((token, position) =>
					position === at(tokens, number)
						? { ...token, limits: { total: 5 }, previousKey: { ...token.key, id: `${token.key.id} ${position} ${id}` } }
						: token,
				),
	),
);

/** Changes the text of a file as another program could. */
const edit: fc.Arbitrary<(file: string) => string> = fc.oneof(
	fc.constant((file: string) => file),
	fc.constant((file: string) => JSON.stringify(JSON.parse(file))),
	fc.constant((file: string) => file.replace(`"version": ${STORE_VERSION}`, '"version": 1')),
	fc.constant((file: string) => file.replaceAll('\n', '\r\n')),
	index.map((number) => (file: string) => replaceOccurrence(file, '"name": ', number, '"unknown": {},\n\t\t\t"name": ')),
	index.map((number) => (file: string) => replaceOccurrence(file, '"enabled": true', number, '"enabled":   false')),
	index.map((number) => (file: string) => replaceOccurrence(file, '"externalId": null', number, '"externalId": "\\u0041"')),
);

function replaceOccurrence(file: string, part: string, number: number, replacement: string): string {
	const pieces = file.split(part);
	const chosen = 1 + (number % Math.max(1, pieces.length - 1));
	return pieces.map((piece, position) => (position === 0 ? piece : `${position === chosen ? replacement : part}${piece}`)).join('');
}

describe('Document of a token store', () => {
	const tokens = Array.from({ length: 6 }, (_, number) => createTestRecord(number));
	const fileOf = (...records: readonly TokenRecord[]) => Buffer.from(serializeStore(records));

	/** Asserts that reading a file gives the same with and without knowing an earlier version of it. */
	function assertSameContent(bytes: Buffer, known: StoreDocument | undefined): StoreDocument | undefined {
		const document = parseDocument(bytes, known);
		const expected = parseStore(bytes);
		assert.deepEqual(
			document && { version: document.version, tokens: document.tokens, unreadableCount: document.unreadableCount },
			expected && { ...expected },
		);
		assert.ok(document === undefined || document.bytes.equals(bytes));
		return document;
	}

	it('is written like the serialized records after any changes by two windows and edits by other programs', () => {
		const steps = fc.array(fc.record({ window: fc.nat(1), change: listChange, edit }), { minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(steps, (sequence) => {
				let count = tokens.length;
				let file = fileOf(...tokens);
				const windows: (StoreDocument | undefined)[] = [undefined, undefined];
				for (const step of sequence) {
					const document = assertSameContent(file, windows[step.window])!;
					const after = step.change(document.tokens, () => createTestRecord(count++));
					const changed = changeDocument(document, after)!;
					assert.equal(changed.bytes.toString(), serializeStore(after));
					assert.deepEqual(changed.tokens, after);
					windows[step.window] = changed;
					file = Buffer.from(step.edit(changed.bytes.toString()));
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('has the same content as without an earlier version, wherever the file is damaged', () => {
		const known = createDocument(tokens);
		const lines = serializeStore(tokens).split('\n');
		const position = fc.nat(known.bytes.length - 1);
		const piece = fc.constantFrom(',\n\t\t', '\n\t\t', '\n\t\t}', '\n\t\t{', '\n\t]\n}\n', '[', '}', '\ufeff', '{}', 'null');
		const damaged = fc.oneof(
			// Lines are removed, repeated, or moved.
			fc
				.tuple(fc.nat(lines.length), fc.nat(40), fc.nat(lines.length))
				.map(([start, count, target]) =>
					Buffer.from([...lines.slice(0, target), ...lines.slice(start, start + count), ...lines.slice(target)].join('\n')),
				),
			fc.tuple(fc.nat(lines.length), fc.nat(40)).map(([start, count]) => Buffer.from(lines.toSpliced(start, count).join('\n'))),
			// A part is inserted, or replaces as many bytes.
			fc
				.tuple(position, piece)
				.map(([start, part]) => Buffer.concat([known.bytes.subarray(0, start), Buffer.from(part), known.bytes.subarray(start)])),
			fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([start, part]) => {
				const bytes = Buffer.from(known.bytes);
				bytes.set(part.slice(0, bytes.length - start), start);
				return bytes;
			}),
			fc.tuple(position, position).map(([one, other]) => Buffer.concat([known.bytes.subarray(0, one), known.bytes.subarray(other)])),
		);
		fc.assert(
			fc.property(damaged, (bytes) => {
				assertSameContent(bytes, known);
				assertSameContent(bytes, undefined);
			}),
			{ numRuns: 1500 },
		);
	});

	it('is not mistaken for valid if only the separators of records are wrong', () => {
		const [first, second] = [createDocument([tokens[0]!]), createDocument([tokens[1]!])];
		const [one, two] = [first, second].map(({ bytes }) => bytes.toString().slice(bytes.indexOf('\n\t\t{'), bytes.indexOf('\n\t]')));
		const file = (records: string) => Buffer.from(`{\n\t"version": ${STORE_VERSION},\n\t"tokens": [${records}\n\t]\n}\n`);
		for (const known of [undefined, first, second, createDocument(tokens.slice(0, 2))]) {
			assert.equal(assertSameContent(file(`${one},${two}`), known)?.tokens.length, 2);
			assert.equal(assertSameContent(file(`${one}${two}`), known), undefined);
			assert.equal(assertSameContent(file(`${two}${one}`), known), undefined);
			assert.equal(assertSameContent(file(`,${one},${two}`), known), undefined);
			assert.equal(assertSameContent(file(`,${two}`), known), undefined);
			assert.equal(assertSameContent(file(`${one},${two},`), known), undefined);
			assert.equal(assertSameContent(file(`${one},,${two}`), known), undefined);
			assert.equal(assertSameContent(file(`${one},${one}`), known)?.unreadableCount, 1);
		}
	});

	it('reuses the records that another window has not changed', () => {
		const known = createDocument(tokens);
		const after = [createTestRecord(10), ...tokens.slice(0, 2), { ...tokens[2]!, name: 'Changed' }, ...tokens.slice(3, 5)];
		const document = parseDocument(fileOf(...after), known)!;
		assert.deepEqual(
			document.tokens.map((token) => tokens.indexOf(token)),
			[-1, 0, 1, -1, 3, 4],
		);
		assert.deepEqual(document.tokens, after);
		assert.equal(parseDocument(Buffer.from(known.bytes), known), known);
	});

	it('keeps the bytes of records that have not changed, but none of unknown properties', () => {
		const edited = Buffer.from(serializeStore(tokens).replace('"name"', '"unknown": 1,\n\t\t\t"name"'));
		const document = changeDocument(parseDocument(edited)!, [...tokens, createTestRecord(10)]);
		assert.ok(!document!.bytes.includes('unknown'));
	});

	it('cannot be changed to what could not be read again', () => {
		const last = { ...tokens[5]!, previousKey: { ...tokens[5]!.key, id: 'previous' } };
		const valid = tokens.with(5, last);
		const document = createDocument(valid);
		const [first, second, third] = valid as [TokenRecord, TokenRecord, TokenRecord];
		const invalid: readonly (readonly TokenRecord[])[] = [
			[...valid, { ...createTestRecord(10), id: 'SU-1' }],
			[...valid, { ...createTestRecord(10), limits: { total: 0 } }],
			valid.with(1, { ...second, key: { ...second.key, expirationDate: '2031-02-29T00:00:00Z' } }),
			[...valid, createTestRecord(0)],
			[...valid, first],
			valid.with(1, first),
			[second, first, second, ...valid.slice(2)],
			[second, third, second, ...valid.slice(3)],
			valid.with(1, { ...second, key: { ...second.key, id: first.key.id } }),
			valid.with(1, { ...second, key: { ...second.key, id: last.previousKey.id } }),
			valid.with(1, { ...second, previousKey: second.key }),
			valid.with(1, { ...second, previousKey: { ...second.key, id: last.key.id } }),
			[createTestRecord(10), createTestRecord(10)],
		];
		for (const [number, after] of invalid.entries()) {
			assert.equal(changeDocument(document, after), undefined, String(number));
			assert.notEqual(parseStore(fileOf(...after))?.unreadableCount, 0, String(number));
		}
		assert.deepEqual(changeDocument(document, [second, first])?.tokens, [second, first]);
	});
});
