import type { ApprovalDecision, ClientProgram, PendingApproval } from '../domain/approvalRequest';
import { logFailure, type Log } from '../domain/log';
import type { Clock } from '../domain/ports';
import { quotableName } from './quotableName';

/** After this many denials of the same token within the period, it's denied without a question for as long. */
const MAX_DENIALS = 3;
const DENIAL_PERIOD_MS = 60_000;
/** How long a question waits for requests that are sent together, in milliseconds. */
export const GATHERING_MS = 100;
/** How long it waits at most for the names of the programs that made them. */
export const PROGRAM_TIMEOUT_MS = 300;

/**
 * How many requests wait for a question before those that have ended are forgotten. The gateway holds fewer, but a program can send and cancel
 * thousands while a question is open.
 */
const MAX_WAITING = 250;

/** A request in a question. */
export interface AskedRequest {
	readonly pending: PendingApproval;
	/** Undefined if it's not known. */
	readonly program: ClientProgram | undefined;
}

/** A question about requests of one token, of which there's at least one. */
export interface ApprovalQuestion {
	readonly tokenId: string;
	readonly tokenName: string;
	readonly requests: readonly AskedRequest[];
}

export interface ApprovalsOptions {
	/** Asks the user in a modal dialog. Closing it is a denial. */
	readonly ask: (question: ApprovalQuestion) => Promise<Exclude<ApprovalDecision, 'denyWithoutQuestion'>>;
	/** Finds the program that made a request. */
	readonly findProgram: (request: PendingApproval['request']) => Promise<ClientProgram | undefined>;
	/** Tells the user that a token is denied without a question for a while. */
	readonly reportSilence: (question: ApprovalQuestion) => void;
	/** Tells the user that none of the requests waited for the answer anymore. */
	readonly reportLateAnswer: (question: ApprovalQuestion) => void;
	readonly wait: (milliseconds: number) => Promise<void>;
	readonly clock: Clock;
	readonly log: Log;
}

/** A request that isn't part of a question yet. */
class WaitingRequest implements AskedRequest {
	program: ClientProgram | undefined;
	#search: Promise<void> | undefined;

	constructor(
		readonly pending: PendingApproval,
		private readonly options: Pick<ApprovalsOptions, 'findProgram' | 'log'>,
	) {}

	/** Searches for the program, once. Resolves when it was found, or can't be. */
	search(): Promise<void> {
		const { findProgram, log } = this.options;
		return (this.#search ??= findProgram(this.pending.request).then(
			(program) => void (this.program = program),
			logFailure(log, 'find the program that made a request'),
		));
	}
}

/** Asks about the requests that a gateway holds, in one question at a time, and logs what was decided about each. */
export class Approvals {
	/** Requests that aren't part of a question yet, in order. */
	#waiting: readonly WaitingRequest[] = [];
	#isAsking = false;
	/** When the user denied requests of a token, in milliseconds. Not more than `MAX_DENIALS` for each. */
	readonly #denials = new Map<string, readonly number[]>();

	constructor(private readonly options: ApprovalsOptions) {}

	/** Asks about a request, together with others of its token that wait. */
	add(pending: PendingApproval): void {
		if (this.#isSilenced(pending.request.tokenId)) {
			this.#decide({ pending, program: undefined }, 'denyWithoutQuestion');
			return;
		}
		if (this.#waiting.length >= MAX_WAITING) {
			this.#getNextToken();
		}
		this.#waiting = [...this.#waiting, new WaitingRequest(pending, this.options)];
		if (!this.#isAsking) {
			this.#isAsking = true;
			void this.#askAll();
		}
	}

	async #askAll(): Promise<void> {
		for (let tokenId = this.#getNextToken(); tokenId !== undefined; tokenId = this.#getNextToken()) {
			await this.#gather();
			const requests = this.#take(tokenId);
			const [first] = requests;
			if (first !== undefined) {
				await this.#askAbout({ tokenId, tokenName: first.pending.request.tokenName, requests });
			}
		}
		this.#isAsking = false;
	}

	/** Forgets the requests that have ended meanwhile. Returns the token of the first other one. */
	#getNextToken(): string | undefined {
		const [ended, waiting] = [this.#waiting.filter(hasEnded), this.#waiting.filter((entry) => !hasEnded(entry))];
		this.#waiting = waiting;
		ended.forEach((entry) => this.#logOutcome(entry, `${entry.pending.end ?? ''}, not asked about`));
		return waiting[0]?.pending.request.tokenId;
	}

	/** Programs often send several requests at the same time. */
	async #gather(): Promise<void> {
		const { wait } = this.options;
		void this.#search();
		await wait(GATHERING_MS);
		await Promise.race([this.#search(), wait(PROGRAM_TIMEOUT_MS - GATHERING_MS)]);
	}

	/** Searches for the programs only of requests that still wait, of which the gateway holds a limited number. */
	async #search(): Promise<void> {
		await Promise.all(this.#waiting.filter((entry) => !hasEnded(entry)).map((entry) => entry.search()));
	}

	#take(tokenId: string): readonly AskedRequest[] {
		this.#getNextToken();
		const taken = this.#waiting.filter(({ pending }) => pending.request.tokenId === tokenId);
		this.#waiting = this.#waiting.filter((entry) => !taken.includes(entry));
		// A program that's found later isn't part of the question anymore.
		return taken.map(({ pending, program }) => ({ pending, program }));
	}

	async #askAbout(question: ApprovalQuestion): Promise<void> {
		const { requests, tokenId } = question;
		const decision = this.#isSilenced(tokenId) ? 'denyWithoutQuestion' : await this.#ask(question);
		if (decision === 'deny') {
			this.#recordDenial(question);
		} else if (decision !== 'denyWithoutQuestion') {
			this.#denials.delete(tokenId);
			if (requests.every(hasEnded)) {
				this.options.reportLateAnswer(question);
			}
		}
		requests.forEach((request) => this.#decide(request, decision));
	}

	async #ask(question: ApprovalQuestion): Promise<ApprovalDecision> {
		try {
			return await this.options.ask(question);
		} catch (error) {
			logFailure(this.options.log, 'ask for approval')(error);
			return 'deny';
		}
	}

	#decide(request: AskedRequest, decision: ApprovalDecision): void {
		const { end } = request.pending;
		this.#logOutcome(request, end === undefined ? decision : `${end} before the answer`);
		request.pending.decide(decision);
	}

	#logOutcome({ pending: { request, end }, program }: AskedRequest, outcome: string): void {
		const isAllowed = outcome === 'allow' || outcome === 'allowForAWhile' || end === 'allowed';
		const requester = program === undefined ? '' : `, ${quotableName(program.name)} (PID ${program.processId})`;
		const { tokenId, method, path } = request;
		this.options.log.info(`${isAllowed ? 'Allowed' : 'Denied'} ${tokenId} ${method} ${quotableName(path)}${requester} (${outcome})`);
	}

	#isSilenced(tokenId: string): boolean {
		const denials = this.#denials.get(tokenId) ?? [];
		return denials.length >= MAX_DENIALS && this.#isRecent(denials.at(-1)!);
	}

	#recordDenial(question: ApprovalQuestion): void {
		const { tokenId } = question;
		const previous = (this.#denials.get(tokenId) ?? []).filter((time) => this.#isRecent(time));
		const denials = [...previous, this.options.clock().getTime()].slice(-MAX_DENIALS);
		this.#denials.set(tokenId, denials);
		if (denials.length >= MAX_DENIALS) {
			this.options.reportSilence(question);
		}
	}

	/** Also ends if the clock is set back. */
	#isRecent(time: number): boolean {
		return Math.abs(this.options.clock().getTime() - time) < DENIAL_PERIOD_MS;
	}
}

function hasEnded({ pending }: AskedRequest): boolean {
	return pending.end !== undefined;
}
