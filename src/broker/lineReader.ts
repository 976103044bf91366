const NEWLINE = 0x0a;

/** Splits a stream of bytes into lines, without their line breaks. */
export class LineReader {
	#chunks: Uint8Array[] = [];
	#length = 0;

	/** @param maxBytes length of the longest line */
	constructor(private readonly maxBytes: number) {}

	/**
	 * Adds bytes and returns the lines that are complete.
	 * @throws RangeError if a line is too long
	 */
	read(chunk: Uint8Array): readonly string[] {
		const lines: string[] = [];
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			this.#add(chunk.subarray(start, end));
			lines.push(Buffer.concat(this.#chunks).toString('utf8'));
			this.#chunks = [];
			this.#length = 0;
			start = end + 1;
		}
		this.#add(chunk.subarray(start));
		return lines;
	}

	#add(part: Uint8Array): void {
		this.#length += part.length;
		if (this.#length > this.maxBytes) {
			this.#chunks = [];
			throw new RangeError('The line is too long.');
		}
		this.#chunks.push(part);
	}
}
