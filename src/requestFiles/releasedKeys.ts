import { parseOrigin } from '../domain/origins';
import type { HostVerdict } from '../domain/tokenHosts';
import type { SourceToken } from '../domain/tokenSources';
import { checkToken, type HostCheckContext } from './hostCheck';
import type { OutgoingRequest } from './httpYacLogMask';

/** Encodes one byte for each character in Base64. Available in Node.js and in browsers. */
declare function btoa(bytes: string): string;

/** The keys that clients could read in this window, to recognize them in requests even after a client has stored them. */
export class ReleasedKeys {
	/** By secret. */
	readonly #tokens = new Map<string, SourceToken & { readonly forms: readonly string[] }>();

	/** @param key `SU-…:<secret>` */
	add(key: string, { source, token }: SourceToken): void {
		const secret = key.slice(key.lastIndexOf(':') + 1);
		this.#tokens.set(secret, { source, token, forms: [secret, ...listBase64Forms(secret)] });
	}

	/** Returns whether a request contains any of the keys. */
	isIn({ text }: OutgoingRequest): boolean {
		return this.#findIn(text).length > 0;
	}

	/**
	 * Finds a key in a request that mustn't be sent to the request's host. What users allowed a file is for hosts that can't be determined
	 * in advance, so it applies to any.
	 * @param file URI of the request's file
	 */
	findWithheld(
		{ url, text }: OutgoingRequest,
		file: string,
		context: HostCheckContext,
	): (SourceToken & { verdict: HostVerdict }) | undefined {
		return this.#findIn(text)
			.filter((found) => checkToken([undefined], found, file, context).kind !== 'allowed')
			.map((found) => ({ ...found, verdict: checkToken([parseOrigin(url)], found, file, context) }))
			.find(({ verdict }) => verdict.kind !== 'allowed');
	}

	#findIn(text: string): readonly SourceToken[] {
		return [...this.#tokens.values()].filter(({ forms }) => forms.some((form) => text.includes(form)));
	}
}

/**
 * Returns what every Base64 text of a secret contains, no matter what surrounds the secret. There are three forms, because three bytes become
 * four characters. The alphabets differ only in characters that hexadecimal digits never become.
 */
function listBase64Forms(secret: string): readonly string[] {
	return [0, 1, 2].map((offset) => {
		const encoded = btoa(' '.repeat(offset) + secret);
		const [start, end] = [offset, offset + secret.length].map((bytes) => (bytes * 4) / 3);
		return encoded.slice(Math.ceil(start!), Math.floor(end!));
	});
}
