import { getAllowance } from '../domain/allowedHosts';
import { parseOrigin } from '../domain/origins';
import type { HostVerdict } from '../domain/tokenHosts';
import type { SourceToken } from '../domain/tokenSources';
import { checkToken, type HostCheckContext } from './hostCheck';

/** Encodes one byte for each character in Base64. Available in Node.js and in browsers. */
declare function btoa(bytes: string): string;

/** A request that a client is about to send. */
export interface OutgoingRequest {
	/** Where it's sent, and the proxy that reads it, if there's one. An empty text stands for a host that isn't known. */
	readonly urls: readonly string[];
	/** What a key can be a part of, as far as it's known: the URL, the headers, and the body. Bytes are Latin-1 characters. */
	readonly text: string;
}

/** The keys that clients could read in this window, to recognize them in requests even after a client has stored them. */
export class ReleasedKeys {
	/** By secret. */
	readonly #tokens = new Map<string, SourceToken & { readonly forms: readonly string[] }>();

	/** @param key `SU-…:<secret>` */
	add(key: string, { source, token }: SourceToken): void {
		const secret = key.slice(key.lastIndexOf(':') + 1);
		this.#tokens.set(secret, { source, token, forms: [secret, ...listBase64Forms(secret)] });
	}

	/** Returns the tokens whose keys a request contains. */
	findIn({ text }: OutgoingRequest): readonly SourceToken[] {
		return [...this.#tokens.values()].filter(({ forms }) => forms.some((form) => text.includes(form)));
	}

	/**
	 * Finds a key in a request that mustn't be sent to one of the request's hosts. What users allowed a file is for hosts that can't be determined
	 * in advance, so it applies to any.
	 * @param file URI of the request's file; undefined if it isn't known, so that it could be any file that the user allowed for the token
	 */
	findWithheld(
		request: OutgoingRequest,
		file: string | undefined,
		context: HostCheckContext,
	): (SourceToken & { verdict: HostVerdict }) | undefined {
		return this.findIn(request)
			.filter((found) => !isFileAllowed(found, file, context))
			.map((found) => ({ ...found, verdict: checkToken(request.urls.map(parseOrigin), found, '', context) }))
			.find(({ verdict }) => verdict.kind !== 'allowed');
	}
}

function isFileAllowed({ source, token }: SourceToken, file: string | undefined, { hosts }: HostCheckContext): boolean {
	const { files } = getAllowance(hosts, { sourceId: source.id, tokenId: token.id });
	return file === undefined ? files.length > 0 : files.includes(file);
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
