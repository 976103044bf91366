import type { IncomingMessage } from 'node:http';
import { MAX_LOGGED_REQUESTS, toLoggedPath, type DenialReason, type LoggedRequest } from '../domain/loggedRequest';
import { targetBelowBase } from './basePath';
import { ClientRequest } from './clientRequest';

/** How long requests are collected before they're sent while somebody watches, in milliseconds. */
const BATCH_DELAY_MS = 250;

/** Longest request target that's kept as it is, in characters. Of a longer one, only the start is copied. */
const MAX_TARGET_LENGTH = 1024;

/** A key's token ID. Longer IDs don't exist. */
const CLAIMED_ID_PATTERN = /^ApiKey +(SU(?:-\d{3}){3,8}):/i;

/** A place in the ring, which is written again and again. */
interface Slot {
	/** Milliseconds since 1970. */
	time: number;
	tokenId: string | null;
	method: string;
	/** Includes the query. */
	target: string;
	status: number;
	durationMs: number;
	reason: DenialReason | undefined;
	/** What was written, so that it isn't converted again when it's sent. */
	written: LoggedRequest | undefined;
}

export interface RequestLogOptions {
	/** From `getBasePath`. */
	readonly basePath: string;
	/** Gets each request once, in batches, while somebody watches and when the gateway stops. */
	readonly send: (requests: readonly LoggedRequest[]) => void;
	/** Gets each request at once; undefined if nothing is written. */
	readonly write?: ((request: LoggedRequest) => void) | undefined;
}

/**
 * The last requests, in memory. Recording one writes into a place that was allocated before: everything else is done only for requests that
 * somebody wants to see.
 */
export class RequestLog {
	readonly #slots: readonly Slot[] = Array.from({ length: MAX_LOGGED_REQUESTS }, createSlot);
	/** Requests that were recorded, and those of them that were sent or dropped. */
	#recordedCount = 0;
	#sentCount = 0;
	#isWatched = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly options: RequestLogOptions) {}

	/**
	 * Records a response that's about to be sent.
	 * @param tokenId null takes the ID that the request claims, so that a user can find out whose key isn't valid
	 * @param now milliseconds since 1970
	 */
	record(request: IncomingMessage, tokenId: string | null, status: number, reason: DenialReason | undefined, now: number): void {
		const slot = this.#slots[this.#recordedCount++ % MAX_LOGGED_REQUESTS]!;
		const target = request.url ?? '';
		slot.durationMs = request instanceof ClientRequest ? performance.now() - request.receivedAt : 0;
		slot.time = now - slot.durationMs;
		slot.tokenId = tokenId ?? getClaimedTokenId(request.headers.authorization);
		slot.method = request.method ?? '';
		slot.target = target.length > MAX_TARGET_LENGTH ? copy(target.slice(0, MAX_TARGET_LENGTH)) : target;
		slot.status = status;
		slot.reason = reason;
		slot.written = undefined;
		if (this.options.write) {
			slot.written = this.#toLoggedRequest(slot);
			this.options.write(slot.written);
		}
		if (this.#isWatched) {
			this.#timer ??= setTimeout(() => this.flush(), BATCH_DELAY_MS);
		}
	}

	/** Sends the requests since the last batch, at once and then in batches; or stops sending them. */
	setWatched(isWatched: boolean): void {
		this.#isWatched = isWatched;
		if (isWatched) {
			this.flush();
		}
	}

	/** Sends the requests that weren't sent yet. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const first = Math.max(this.#sentCount, this.#recordedCount - MAX_LOGGED_REQUESTS);
		const count = this.#recordedCount - first;
		this.#sentCount = this.#recordedCount;
		if (count > 0) {
			this.options.send(
				Array.from({ length: count }, (_, index) => this.#toLoggedRequest(this.#slots[(first + index) % MAX_LOGGED_REQUESTS]!)),
			);
		}
	}

	/** Forgets all requests so far. */
	clear(): void {
		this.#sentCount = this.#recordedCount;
		this.#slots.forEach((slot) => Object.assign(slot, createSlot()));
	}

	#toLoggedRequest({ time, tokenId, method, target, status, durationMs, reason, written }: Slot): LoggedRequest {
		if (written) {
			return written;
		}
		const path = toLoggedPath(targetBelowBase(this.options.basePath, target));
		return {
			time: Math.round(time),
			tokenId,
			method,
			path,
			status,
			durationMs: Math.round(durationMs * 10) / 10,
			...(reason && { reason }),
		};
	}
}

function createSlot(): Slot {
	return { time: 0, tokenId: null, method: '', target: '', status: 0, durationMs: 0, reason: undefined, written: undefined };
}

/** Reveals nothing about the tokens: it's the same for an ID that exists and one that doesn't. */
function getClaimedTokenId(authorization: string | undefined): string | null {
	const id = authorization === undefined ? undefined : CLAIMED_ID_PATTERN.exec(authorization.slice(0, 64))?.[1];
	return id === undefined ? null : copy(id).toUpperCase();
}

/** Copies a part of a text, which would otherwise keep the whole text in memory: up to 64 KB per request, or the secret after an ID. */
function copy(part: string): string {
	return Buffer.from(part, 'latin1').toString('latin1');
}
