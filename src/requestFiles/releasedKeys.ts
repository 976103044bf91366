import { parseOrigin } from '../domain/origins';
import type { HostVerdict } from '../domain/tokenHosts';
import type { SourceToken } from '../domain/tokenSources';
import { checkToken, type HostCheckContext } from './hostCheck';
import type { OutgoingRequest } from './httpYacLogMask';

/** The keys that clients could read in this window, to recognize them in requests even after a client has stored them. */
export class ReleasedKeys {
	/** By secret. */
	readonly #tokens = new Map<string, SourceToken>();

	/** @param key `SU-…:<secret>` */
	add(key: string, { source, token }: SourceToken): void {
		this.#tokens.set(key.slice(key.lastIndexOf(':') + 1), { source, token });
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
		return [...this.#tokens].filter(([secret]) => text.includes(secret)).map(([, found]) => found);
	}
}
