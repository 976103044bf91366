const MASK_LENGTH = 10;
const BACKSLASH = 0x5c;
/** JSON within JSON within JSON has 7 backslashes. */
const MAX_BACKSLASHES = 8;
const LETTER_U = 0x75;

/**
 * Replaces secrets in a stream of bytes with asterisks: as they are, in UTF-16, with characters written as JSON escapes, and in Base64, also as
 * a part of what's encoded, such as the password of Basic authentication. Returns bytes as soon as it's clear that no secret begins in them, so
 * it delays at most a part of a line.
 */
export class KeyMask {
	/** What may be the beginning of a secret. */
	#rest: Uint8Array = new Uint8Array();
	readonly #secrets: readonly Uint8Array[];

	/** @param secrets hexadecimal digits; the case of letters is ignored */
	constructor(secrets: readonly string[]) {
		const texts = secrets.flatMap((secret) => [secret, ...listBase64Parts(secret)]);
		this.#secrets = [...new Set(texts.map((text) => text.toLowerCase()))].map((text) => Buffer.from(text, 'latin1'));
	}

	/** Adds bytes, and returns those that can be written. */
	write(chunk: Uint8Array): Uint8Array {
		const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		const output: Uint8Array[] = [];
		let written = 0;
		for (let start = 0; start < bytes.length; start++) {
			const end = this.#match(bytes, start);
			if (end === 'partial') {
				output.push(bytes.subarray(written, start));
				this.#rest = bytes.slice(start);
				return Buffer.concat(output);
			}
			if (end !== undefined) {
				output.push(bytes.subarray(written, start), createMask(bytes.subarray(start, end)));
				written = end;
				start = end - 1;
			}
		}
		this.#rest = new Uint8Array();
		output.push(bytes.subarray(written));
		return Buffer.concat(output);
	}

	/** Ends the stream, and returns the remaining bytes. */
	end(): Uint8Array {
		const rest = this.#rest;
		this.#rest = new Uint8Array();
		return rest;
	}

	/** Returns where the secret that begins at `start` ends; undefined if there's none, and `partial` if more bytes are needed to know. */
	#match(bytes: Uint8Array, start: number): number | 'partial' | undefined {
		let isPartial = false;
		for (const secret of this.#secrets) {
			const end = matchSecret(bytes, start, secret);
			if (typeof end === 'number') {
				return end;
			}
			isPartial ||= end === 'partial';
		}
		return isPartial ? 'partial' : undefined;
	}
}

/**
 * Returns what all texts in Base64 that contain the secret have in common, for each position of its first byte in a group of 3. Only the
 * characters at its borders, which hold at most one of its digits, depend on what surrounds it. Digits are encoded in the same way in both alphabets of Base64.
 */
function listBase64Parts(secret: string): readonly string[] {
	return [0, 1, 2].map((position) => {
		const encoded = Buffer.from('\0'.repeat(position) + secret, 'latin1').toString('base64');
		return encoded.slice(Math.ceil((position * 8) / 6), Math.floor(((position + secret.length) * 8) / 6));
	});
}

/** Matches a secret whose characters are bytes, have a zero between them (UTF-16), or are escapes like `\u0061`, also in UTF-16. */
function matchSecret(bytes: Uint8Array, start: number, secret: Uint8Array): number | 'partial' | undefined {
	const first = bytes[start]!;
	if (first !== BACKSLASH && toLowerCase(first) !== secret[0]) {
		return undefined;
	}
	const reader = new CharacterReader(bytes, start);
	for (const expected of secret) {
		const character = reader.read();
		if (character === 'partial') {
			return 'partial';
		}
		if (character !== expected) {
			return undefined;
		}
	}
	return reader.position;
}

/** Reads characters in lowercase. */
class CharacterReader {
	#position: number;

	constructor(
		private readonly bytes: Uint8Array,
		private readonly start: number,
	) {
		this.#position = start;
	}

	get position(): number {
		return this.#position;
	}

	/** Returns the next character's code, or undefined if it's none that a secret has. */
	read(): number | 'partial' | undefined {
		const byte = this.#readByte();
		return byte === BACKSLASH ? this.#readEscape() : byte;
	}

	/** Reads an escape after its first backslash. */
	#readEscape(): number | 'partial' | undefined {
		let byte = this.#readByte();
		for (let count = 1; byte === BACKSLASH && count < MAX_BACKSLASHES; count++) {
			byte = this.#readByte();
		}
		if (byte !== LETTER_U) {
			return byte === 'partial' ? 'partial' : undefined;
		}
		let digits = '';
		while (digits.length < 4) {
			const digit = this.#readByte();
			if (digit === 'partial') {
				return 'partial';
			}
			digits += String.fromCharCode(digit);
		}
		return /^[\da-f]{4}$/.test(digits) ? toLowerCase(Number.parseInt(digits, 16)) : undefined;
	}

	#readByte(): number | 'partial' {
		if (this.#position > this.start && this.bytes[this.#position] === 0) {
			this.#position++;
		}
		const byte = this.bytes[this.#position];
		if (byte === undefined) {
			return 'partial';
		}
		this.#position++;
		return toLowerCase(byte);
	}
}

function toLowerCase(code: number): number {
	return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** Returns asterisks in the encoding of a secret. */
function createMask(secret: Uint8Array): Uint8Array {
	const isUtf16 = secret[1] === 0;
	return Buffer.from(
		'*'
			.repeat(MASK_LENGTH)
			.split('')
			.join(isUtf16 ? '\0' : ''),
		'latin1',
	);
}
