/*
 * A formatted store file has a header, records that are separated by `SEPARATOR`, and a footer. If each record is a JSON value on its own,
 * they're together the elements of the list: a line break in a JSON text is never part of a string.
 */
const HEADER_PATTERN = /^\{\n\t"version": ([1-9]\d{0,8}),\n\t"tokens": \[/;
const MAX_HEADER_LENGTH = 40;
const FIRST_SEPARATOR = Buffer.from('\n\t\t');
const SEPARATOR = Buffer.from(',\n\t\t');
const RECORD_END = Buffer.from('\n\t\t}');
const FOOTER = Buffer.from('\n\t]\n}\n');

/** Where the records of a formatted store file are in its bytes. */
export interface StoreLayout {
	readonly version: number;
	readonly headerLength: number;
	/** For each record, the position after its last byte. */
	readonly ends: readonly number[];
}

/** A formatted store file. */
export interface FormattedStore {
	readonly bytes: Buffer;
	readonly layout: StoreLayout;
}

/** The text of one or more records with what's between them. */
export interface RecordTexts {
	readonly bytes: Buffer;
	/** For each record, the position after its last byte. */
	readonly ends: readonly number[];
}

/** The layout of a file, and how many of its records are also at the start, and at the end, of an earlier version of it. */
export interface FoundLayout {
	readonly layout: StoreLayout;
	readonly startCount: number;
	readonly endCount: number;
}

/**
 * Finds the records of a file, and those that it has in common with an earlier version of it. Returns undefined if the file isn't formatted.
 * Whether each record is a JSON value is left to the caller.
 */
export function findLayout(bytes: Buffer, known?: FormattedStore): FoundLayout | undefined {
	const [header = '', version] = HEADER_PATTERN.exec(bytes.toString('latin1', 0, MAX_HEADER_LENGTH)) ?? [];
	if (version === undefined || !bytes.subarray(-FOOTER.length).equals(FOOTER)) {
		return undefined;
	}
	const headerLength = header.length;
	const base = known?.layout.version === Number(version) ? known : { bytes, layout: { ends: [] } };
	const { ends } = base.layout;
	const growth = bytes.length - base.bytes.length;
	const isSame = (from: number, to: number, shift: number) =>
		to + shift <= bytes.length && base.bytes.compare(bytes, from + shift, to + shift, from, to) === 0;
	let startCount = 0;
	let start = headerLength;
	while (startCount < ends.length && isSame(start, ends[startCount]!, 0)) {
		start = ends[startCount++]!;
	}
	let endCount = 0;
	let end = bytes.length - FOOTER.length;
	// The first record isn't compared, because it has another separator.
	for (let index = ends.length - 1; index > 0 && index >= startCount; index--) {
		const from = ends[index - 1]!;
		if (from + growth < start || !isSame(from, ends[index]!, growth)) {
			break;
		}
		end = from + growth;
		endCount++;
	}
	const ownEnds = findRecordEnds(bytes, headerLength, start, end);
	if (!ownEnds || (endCount > 0 && end === headerLength)) {
		return undefined;
	}
	const commonEnds = ends.slice(ends.length - endCount).map((position) => position + growth);
	return {
		startCount,
		endCount,
		layout: { version: Number(version), headerLength, ends: [...ends.slice(0, startCount), ...ownEnds, ...commonEnds] },
	};
}

/** Finds where the records between two positions end. Returns undefined if there's anything else between them. */
function findRecordEnds(bytes: Buffer, headerLength: number, start: number, end: number): readonly number[] | undefined {
	const ends: number[] = [];
	for (let position = start; position !== end; position = ends.at(-1)!) {
		const separator = position === headerLength ? FIRST_SEPARATOR : SEPARATOR;
		const recordStart = position + separator.length;
		const recordEnd = bytes.indexOf(RECORD_END, recordStart) + RECORD_END.length;
		if (recordEnd < recordStart || recordEnd > end || bytes.compare(separator, 0, separator.length, position, recordStart) !== 0) {
			return undefined;
		}
		ends.push(recordEnd);
	}
	return ends;
}

/** Returns the text of some records in a row, of which there's at least one. */
export function getRecordTexts({ bytes, layout }: FormattedStore, from: number, to: number): RecordTexts {
	const { headerLength, ends } = layout;
	const start = from === 0 ? headerLength + FIRST_SEPARATOR.length : ends[from - 1]! + SEPARATOR.length;
	const slice = ends.slice(from, to);
	return { bytes: bytes.subarray(start, slice.at(-1)), ends: slice.map((end) => end - start) };
}

/** Creates a formatted file with these records, of which there's at least one. */
export function formatStore(version: number, parts: readonly RecordTexts[]): FormattedStore {
	const header = Buffer.from(`{\n\t"version": ${version},\n\t"tokens": [`);
	const ends: number[] = [];
	const pieces: Uint8Array[] = [header];
	let length = header.length;
	for (const part of parts) {
		const separator = ends.length === 0 ? FIRST_SEPARATOR : SEPARATOR;
		const start = length + separator.length;
		part.ends.forEach((end) => ends.push(start + end));
		pieces.push(separator, part.bytes);
		length = start + part.bytes.length;
	}
	return { bytes: Buffer.concat([...pieces, FOOTER]), layout: { version, headerLength: header.length, ends } };
}
