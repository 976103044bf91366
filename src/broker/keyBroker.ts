import pLimit from 'p-limit';
import { formatKey } from '../domain/connectReference';
import type { Log } from '../domain/log';
import type { Clock, KeyReadResult } from '../domain/ports';
import { problem, solvableProblem } from '../domain/problems';
import type { SourceToken } from '../domain/tokenSources';
import type { AuditEntry, AuditOutcome } from './auditEntry';
import {
	getRequesterId,
	isSameGrant,
	type KeyDecision,
	type KeyGrant,
	type KeyQuestion,
	type KeyRequest,
	type KeyRequester,
} from './keyRequest';

/** After this many denials of the same requester within the period, it's denied without a question. */
const MAX_DENIALS = 3;
const DENIAL_PERIOD_MS = 60_000;

/** Where *Always for This Workspace* is stored. */
export interface KeyGrantStore {
	read(): Promise<readonly KeyGrant[]>;
	add(grant: KeyGrant): Promise<void>;
	remove(grant: KeyGrant): Promise<void>;
}

interface SessionGrant extends KeyGrant {
	readonly sessionId: string;
	/** When the token was last changed before the question, ISO 8601: a changed token is asked about again. */
	readonly tokenUpdatedAt: string;
	/** Tasks of the workspace couldn't repeat what the user allowed in Restricted Mode. */
	readonly isTrusted: boolean;
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
	/** Decisions for a session, by token, requester, and session. */
	readonly #sessionGrants = new Map<string, SessionGrant>();
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
				const authorization = this.options.toAuthorization(await source.readKey(token.id, request.which), token.id);
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
		this.#deleteSessionGrants((grant) => grant.sessionId === sessionId);
	}

	/**
	 * What the user has allowed for sessions of this window, and always in this workspace. Decisions for a session end when their token is
	 * changed or deleted.
	 * @param tokens all tokens of the workspace, and the known ones of accounts
	 */
	async listGrants(
		tokens: readonly SourceToken[],
		workspaceId: string,
	): Promise<{ readonly session: readonly KeyGrant[]; readonly always: readonly KeyGrant[] }> {
		const isCurrent = ({ sourceId, tokenId, tokenUpdatedAt }: SessionGrant) => {
			const found = tokens.find(({ source, token }) => source.id === sourceId && token.id === tokenId);
			return found ? found.token.updated.at === tokenUpdatedAt : sourceId !== workspaceId;
		};
		return { session: [...this.#sessionGrants.values()].filter(isCurrent), always: await this.options.grants.read() };
	}

	/**
	 * Forgets what the user has allowed, for sessions and always.
	 * @throws ProblemError if it can't be saved; it's then still allowed
	 */
	async revoke(revoked: KeyGrant): Promise<void> {
		this.#deleteSessionGrants((grant) => isSameGrant(grant, revoked));
		await this.options.grants.remove(revoked);
	}

	#deleteSessionGrants(isDeleted: (grant: SessionGrant) => boolean): void {
		for (const [key, grant] of this.#sessionGrants) {
			if (isDeleted(grant)) {
				this.#sessionGrants.delete(key);
			}
		}
	}

	async #decide(request: KeyRequest): Promise<AuditOutcome> {
		const { requester, consent } = request;
		if (this.#isUntrusted(requester)) {
			return { isReleased: false, reason: 'untrusted' };
		}
		if (consent === 'given') {
			return { isReleased: true, reason: 'given' };
		}
		if (this.options.isTest) {
			return { isReleased: true, reason: 'test' };
		}
		const id = JSON.stringify([...getTokenPath(request), requester, request.sessionId, consent, request.form]);
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
			const sessionGrant = this.#sessionGrants.get(getSessionKey(request));
			if (sessionGrant?.tokenUpdatedAt === request.found.token.updated.at && sessionGrant.isTrusted === isTrusted()) {
				return { isReleased: true, reason: 'session' };
			}
			const grant = toGrant(request);
			if ((await grants.read()).some((other) => isSameGrant(other, grant))) {
				return { isReleased: true, reason: 'always' };
			}
		}
		const deniedId = getDeniedId(request.requester);
		const isRecent = (time: number) => Math.abs(clock().getTime() - time) < DENIAL_PERIOD_MS;
		const denials = (this.#denials.get(deniedId) ?? []).filter(isRecent);
		if (denials.length >= MAX_DENIALS) {
			return { isReleased: false, reason: 'silenced' };
		}
		const decision = await ask({ request, choices: getChoices(request, isTrusted()) });
		if (this.#isUntrusted(request.requester)) {
			return { isReleased: false, reason: 'untrusted' };
		}
		if (decision === 'deny') {
			this.#denials.set(deniedId, [...denials, clock().getTime()]);
			if (denials.length + 1 === MAX_DENIALS) {
				this.options.reportSilence(request);
			}
			return { isReleased: false, reason: 'denied' };
		}
		this.#denials.delete(deniedId);
		if (decision === 'session' && request.sessionId !== undefined) {
			const { sessionId, found } = request;
			this.#sessionGrants.set(getSessionKey(request), {
				...toGrant(request),
				sessionId,
				tokenUpdatedAt: found.token.updated.at,
				isTrusted: isTrusted(),
			});
		}
		if (decision === 'always') {
			await grants.add(toGrant(request));
		}
		return { isReleased: true, reason: decision };
	}

	/** Copying stays possible in Restricted Mode, because it involves nothing of the workspace. */
	#isUntrusted(requester: KeyRequester): boolean {
		return !this.options.isTrusted() && !(requester.kind === 'command' && requester.destination === 'clipboard');
	}

	async #record({ found, form, requester }: KeyRequest, outcome: AuditOutcome): Promise<void> {
		const { clock, record, log } = this.options;
		const { source, token } = found;
		const at = clock().toISOString();
		log.info(`${outcome.isReleased ? 'Released' : "Didn't release"} the API key of ${token.id} (${requester.kind}, ${outcome.reason})`);
		// In the order in which people look for them, because lines are long.
		await record({ at, ...outcome, tokenId: token.id, requester, form, sourceId: source.id });
	}
}

/** What's asked each time isn't remembered here. A decision for the workspace requires that it's trusted. */
function getChoices({ consent, sessionId }: KeyRequest, isTrusted: boolean): KeyQuestion['choices'] {
	const choices = ['once', ...(sessionId === undefined ? [] : ['session' as const]), ...(isTrusted ? ['always' as const] : [])] as const;
	return consent === 'askEachTime' ? ['once'] : choices;
}

/**
 * Identifies the requesters that are denied together. A program can claim to run in any folder, and a folder can contain any number of tasks
 * and launch configurations.
 */
function getDeniedId(requester: KeyRequester): string {
	switch (requester.kind) {
		case 'commandLine':
			return requester.kind;
		case 'debugSession':
		case 'task':
			return JSON.stringify([requester.kind, requester.folder]);
		default:
			return getRequesterId(requester);
	}
}

function getTokenPath({ found: { source, token } }: KeyRequest): readonly string[] {
	return [source.id, token.id];
}

function getSessionKey(request: KeyRequest): string {
	return [...getTokenPath(request), getRequesterId(request.requester), request.sessionId].join('\n');
}

function toGrant(request: KeyRequest): KeyGrant {
	const { source, token } = request.found;
	return { sourceId: source.id, tokenId: token.id, requester: request.requester };
}
