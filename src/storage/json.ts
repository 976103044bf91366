import * as v from 'valibot';
import { isInstant } from '../domain/expiration';

/** Parses JSON text, or bytes in UTF-8. Returns undefined if `content` isn't valid. */
export function parseJson(content: string | Uint8Array): unknown {
	try {
		// A lenient decoder would turn damaged bytes into replacement characters within a name.
		return JSON.parse(typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown;
	} catch {
		// Callers report invalid content; the parser's message could quote a part of it.
		return undefined;
	}
}

/** An ISO 8601 date and time with a time zone, as stored files contain it. */
export const instantSchema = v.pipe(v.string(), v.check(isInstant));
