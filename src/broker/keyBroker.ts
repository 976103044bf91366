import pLimit from 'p-limit';
import { formatKey } from '../domain/connectReference';
import type { Log } from '../domain/log';
import type { Clock, KeyReadResult } from '../domain/ports';
import { problem, solvableProblem } from '../domain/problems';
import type { AuditEntry, AuditOutcome } from './auditEntry';
import { getRequesterId, type KeyDecision, type KeyGrant, type KeyQuestion, type KeyRequest } from './keyRequest';

/** After this many denials of the same requester within the period, it's denied without a question. */
const MAX_DENIALS = 3;
const DENIAL_PERIOD_MS = 60_000;

/** Where *Always for This Workspace* is stored. */
export interface KeyGrantStore {
	read(): Promise<readonly KeyGrant[]>;
	add(grant: KeyGrant): Promise<void>;
}

export interface KeyBrokerOptions {
	readonly grants: KeyGrantStore;
	/** Asks the user in a modal dialog. Closing it is a denial. */
	readonly ask: (question: KeyQuestion) => Promise<KeyDecision>;
	/** Tells the user that a requester is denied without a question for a while. */
	readonly reportSilence: (request: KeyRequest) => void;
	readonly record: (entry: AuditEntry) => Promise<void>;
	/** Throws a `ProblemError` that says why the key can't be read. */
	readonly toAuthorization: (result: KeyReadResult, tokenId: string) => string;
	readonly isTrusted: () => boolean;
	/** Whether nothing is asked, because tests have no user. */
	readonly isTest: boolean;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Releases keys: the only way of a key from the vault to something outside of this extension. Decides whether the user must be asked, asks one
 * question at a time, remembers the answer, and records every release and denial.
 */
export class KeyBroker {
	/** One modal dialog at a time. */
	readonly #limit = pLimit(1);
	/** Questions that wait for an answer, by what they ask, so that the same question isn't asked twice. */
	readonly #open = new Map<string, Promise<AuditOutcome>>();
	/** Decisions for a session, by token and session, with the token's state at that time. */
	readonly #sessionGrants = new Map<string, string>();
	/** When requests of a requester were denied by the user, in milliseconds. */
	readonly #denials = new Map<string, readonly number[]>();

	constructor(private readonly options: KeyBrokerOptions) {}

	/**
	 * Reads a key that the user or an earlier decision allows to release.
	 * @returns the key in the form that's asked for
	 * @throws ProblemError if it isn't allowed, or can't be read; the latter isn't recorded as a release
	 */
	async release(request: KeyRequest): Promise<string> {
		const { source, token } = request.found;
		const outcome = await this.#decide(request);
		if (outcome.isReleased) {
			try {
				const authorization = this.options.toAuthorization(await source.readKey(token.id), token.id);
				await this.#record(request, outcome);
				return formatKey(authorization, request.form);
			} catch (error) {
				await this.#record(request, { isReleased: false, reason: 'unavailable' });
				throw error;
			}
		}
		await this.#record(request, outcome);
		throw outcome.reason === 'untrusted'
			? solvableProblem('untrusted', 'API keys are released only in trusted workspaces. Trust the workspace and try again.')
			: problem("The API key of {0} wasn't released because you didn't allow it.", token.id);
	}

	/** Forgets the decisions for a session that has ended. */
	endSession(sessionId: string): void {
		for (const key of this.#sessionGrants.keys()) {
			if (key.endsWith(`\n${sessionId}`)) {
				this.#sessionGrants.delete(key);
			}
		}
	}

	async #decide(request: KeyRequest): Promise<AuditOutcome> {
		const { isTest, isTrusted } = this.options;
		const { requester, consent } = request;
		if (!isTrusted() && !(requester.kind === 'command' && requester.destination === 'clipboard')) {
			return { isReleased: false, reason: 'untrusted' };
		}
		if (isTest) {
			return { isReleased: true, reason: 'test' };
		}
		if (consent === 'given') {
			return { isReleased: true, reason: 'given' };
		}
		const id = [...getTokenPath(request), getRequesterId(requester), request.sessionId ?? '', consent].join('\n');
		const open = this.#open.get(id);
		if (open) {
			const outcome = await open;
			// An agent's answer counts once. The others that waited for it are asked about in turn.
			return consent === 'askEachTime' && outcome.isReleased ? this.#decide(request) : outcome;
		}
		const outcome = this.#limit(() => this.#decideInTurn(request)).finally(() => this.#open.delete(id));
		this.#open.set(id, outcome);
		return outcome;
	}

	async #decideInTurn(request: KeyRequest): Promise<AuditOutcome> {
		const { grants, ask, clock, isTrusted } = this.options;
		if (request.consent === 'ask') {
			if (request.sessionId !== undefined && this.#sessionGrants.get(getSessionKey(request)) === request.found.token.updated.at) {
				return { isReleased: true, reason: 'session' };
			}
			const grant = toGrant(request);
			if ((await grants.read()).some((other) => isSameGrant(other, grant))) {
				return { isReleased: true, reason: 'always' };
			}
		}
		const requesterId = getRequesterId(request.requester);
		const isRecent = (time: number) => Math.abs(clock().getTime() - time) < DENIAL_PERIOD_MS;
		const denials = (this.#denials.get(requesterId) ?? []).filter(isRecent);
		if (denials.length >= MAX_DENIALS) {
			return { isReleased: false, reason: 'silenced' };
		}
		const decision = await ask({ request, choices: getChoices(request) });
		if (decision === 'deny' || !isTrusted()) {
			this.#denials.set(requesterId, [...denials, clock().getTime()]);
			if (denials.length + 1 === MAX_DENIALS) {
				this.options.reportSilence(request);
			}
			return { isReleased: false, reason: 'denied' };
		}
		this.#denials.delete(requesterId);
		if (decision === 'session' && request.sessionId !== undefined) {
			this.#sessionGrants.set(getSessionKey(request), request.found.token.updated.at);
		}
		if (decision === 'always') {
			await grants.add(toGrant(request));
		}
		return { isReleased: true, reason: decision };
	}

	async #record({ found, form, requester }: KeyRequest, outcome: AuditOutcome): Promise<void> {
		const { clock, record, log } = this.options;
		const { source, token } = found;
		const at = clock().toISOString();
		log.info(`${outcome.isReleased ? 'Released' : "Didn't release"} the API key of ${token.id} (${requester.kind}, ${outcome.reason})`);
		await record({ at, sourceId: source.id, tokenId: token.id, form, requester, ...outcome });
	}
}

/** Agents are asked about each time, and a command's answer applies to the window. */
function getChoices({ consent, sessionId }: KeyRequest): KeyQuestion['choices'] {
	return consent === 'askEachTime' ? ['once'] : ['once', ...(sessionId === undefined ? [] : ['session' as const]), 'always'];
}

function getTokenPath({ found: { source, token } }: KeyRequest): readonly string[] {
	return [source.id, token.id];
}

function getSessionKey(request: KeyRequest): string {
	return [...getTokenPath(request), getRequesterId(request.requester), request.sessionId].join('\n');
}

function toGrant(request: KeyRequest): KeyGrant {
	const { source, token } = request.found;
	return { sourceId: source.id, tokenId: token.id, requesterId: getRequesterId(request.requester) };
}

function isSameGrant(left: KeyGrant, right: KeyGrant): boolean {
	return left.sourceId === right.sourceId && left.tokenId === right.tokenId && left.requesterId === right.requesterId;
}
