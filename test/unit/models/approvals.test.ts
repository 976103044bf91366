import assert from 'node:assert/strict';
import { askUntilRead, MIN_READING_MS } from '../../../src/broker/askUntilRead';
import type { ApprovalDecision, ApprovalEnd, ApprovalRequest, ClientProgram, PendingApproval } from '../../../src/domain/approvalRequest';
import { createLog } from '../../../src/domain/log';
import { Approvals, GATHERING_MS, type ApprovalQuestion } from '../../../src/models/approvals';
import { approvalButtons, approvalQuestionText } from '../../../src/models/approvalTexts';

type Answer = Exclude<ApprovalDecision, 'denyWithoutQuestion'>;

const MINUTE_MS = 60_000;

/** A request that a gateway holds. */
class HeldRequest implements PendingApproval {
	readonly decisions: ApprovalDecision[] = [];
	end: ApprovalEnd | undefined;
	readonly request: ApprovalRequest;

	constructor(changes: Partial<ApprovalRequest> = {}) {
		this.request = {
			id: 1,
			tokenId: 'SU-631-646-036',
			tokenName: 'Shop',
			method: 'POST',
			path: '/products',
			effect: 'none',
			clientPort: 50_000,
			gatewayPort: 7357,
			...changes,
		};
	}

	decide(decision: ApprovalDecision): void {
		this.decisions.push(decision);
	}
}

/** Lets everything run that only waits for promises. */
const settle = () => new Promise(setImmediate);

describe('Approval of requests', () => {
	let now: number;
	let questions: ApprovalQuestion[];
	/** Answers the open questions, in order. */
	let answers: ((answer: Answer) => void)[];
	let silenced: string[];
	let late: string[];
	let logged: string[];
	let findProgram: () => Promise<ClientProgram | undefined>;
	/** Ends the waiting for programs, which otherwise takes as long as the search for them. */
	let endSearch: () => void;
	let approvals: Approvals;

	beforeEach(() => {
		now = Date.UTC(2030, 0, 1);
		[questions, answers, silenced, late, logged] = [[], [], [], [], []];
		findProgram = () => Promise.resolve(undefined);
		endSearch = () => undefined;
		approvals = new Approvals({
			ask: (question) => {
				questions.push(question);
				return new Promise((resolve) => answers.push(resolve));
			},
			findProgram: () => findProgram(),
			reportSilence: ({ tokenId }) => silenced.push(tokenId),
			reportLateAnswer: ({ tokenId }) => late.push(tokenId),
			wait: (milliseconds) => (milliseconds === GATHERING_MS ? Promise.resolve() : new Promise((resolve) => (endSearch = resolve))),
			clock: () => new Date(now),
			log: createLog((level, line) => logged.push(`${level}: ${line}`)),
		});
	});

	async function add(...requests: readonly HeldRequest[]): Promise<void> {
		requests.forEach((request) => approvals.add(request));
		await settle();
	}

	/** Answers the open question. */
	async function answer(decision: Answer): Promise<void> {
		answers.shift()!(decision);
		await settle();
	}

	const asked = () => questions.map(({ requests }) => requests.map(({ pending }) => pending));

	it('is asked for once for requests that wait together, and once more for those that arrive during the question', async () => {
		const [first, second, third, fourth] = Array.from({ length: 4 }, () => new HeldRequest());
		await add(first!, second!);
		await add(third!, fourth!);
		assert.deepEqual(asked(), [[first, second]]);
		await answer('allow');
		assert.deepEqual([first!.decisions, second!.decisions, third!.decisions], [['allow'], ['allow'], []]);
		assert.deepEqual(asked().slice(1), [[third, fourth]]);
		await answer('deny');
		assert.deepEqual([third!.decisions, fourth!.decisions], [['deny'], ['deny']]);
		await add(new HeldRequest());
		assert.equal(questions.length, 3);
	});

	it('is asked for separately for each token, one question at a time', async () => {
		const [shop, other, shopAgain] = ['SU-1', 'SU-2', 'SU-1'].map((tokenId) => new HeldRequest({ tokenId }));
		await add(shop!, other!, shopAgain!);
		assert.deepEqual(asked(), [[shop, shopAgain]]);
		await answer('allowForAWhile');
		assert.deepEqual([shop!.decisions, shopAgain!.decisions], [['allowForAWhile'], ['allowForAWhile']]);
		assert.deepEqual(asked()[1], [other]);
	});

	it('is not asked for if the requests have ended, and an answer after their end is reported', async () => {
		const [asking, ended, waiting] = [new HeldRequest(), new HeldRequest(), new HeldRequest()];
		await add(asking);
		await add(ended, waiting);
		ended.end = 'timedOut';
		await answer('allow');
		assert.deepEqual(asked(), [[asking], [waiting]]);
		assert.deepEqual(late, []);
		waiting.end = 'disconnected';
		await answer('allow');
		assert.deepEqual(late, [waiting.request.tokenId]);
		await add(new HeldRequest());
		questions.at(-1)!.requests.forEach(({ pending }) => Object.assign(pending, { end: 'timedOut' }));
		await answer('deny');
		assert.equal(late.length, 1, 'nothing has to be done after a denial');
		const gone = new HeldRequest();
		gone.end = 'disconnected';
		await add(gone);
		assert.equal(questions.length, 3);
	});

	it('is denied without a question for a minute after three denials within a minute', async () => {
		for (let denials = 0; denials < 3; denials++) {
			await add(new HeldRequest());
			now += 10_000;
			await answer('deny');
		}
		assert.deepEqual([questions.length, silenced], [3, ['SU-631-646-036']]);
		const [silent, other] = [new HeldRequest(), new HeldRequest({ tokenId: 'SU-2' })];
		now += MINUTE_MS - 1;
		await add(silent, other);
		assert.deepEqual(silent.decisions, ['denyWithoutQuestion']);
		assert.deepEqual(asked()[3], [other], 'another token is asked about');
		await answer('allow');
		now += 1;
		await add(new HeldRequest());
		assert.equal(questions.length, 5, 'after a minute, it is asked about again');
	});

	it('is also denied without a question for requests that were waiting at the third denial', async () => {
		const waiting = new HeldRequest();
		for (let denials = 0; denials < 3; denials++) {
			await add(new HeldRequest());
			if (denials === 2) {
				await add(waiting);
			}
			await answer('deny');
		}
		assert.deepEqual([questions.length, waiting.decisions], [3, ['denyWithoutQuestion']]);
	});

	it('is asked for after three denials in more than a minute, or with an allowed request among them', async () => {
		for (const [decision, minutes] of [
			['deny', 1],
			['deny', 1],
			['deny', 0],
			['deny', 0],
			['allow', 0],
			['deny', 0],
			['deny', 0],
		] as const) {
			await add(new HeldRequest());
			await answer(decision);
			now += minutes * MINUTE_MS;
		}
		assert.deepEqual([questions.length, silenced], [7, []]);
	});

	it('is asked for with the programs that are known in time', async () => {
		const curl = { name: 'curl', processId: 1234 };
		findProgram = () => Promise.resolve(curl);
		await add(new HeldRequest());
		assert.deepEqual(questions[0]!.requests[0]!.program, curl);
		let find: (program: ClientProgram) => void;
		findProgram = () => new Promise((resolve) => (find = resolve));
		await add(new HeldRequest());
		await answer('allow');
		assert.equal(questions.length, 1, 'the next question waits for the program');
		endSearch();
		await settle();
		find!(curl);
		await settle();
		assert.equal(questions[1]!.requests[0]!.program, undefined);
		await answer('allow');
		findProgram = () => Promise.reject(new Error('no /proc'));
		await add(new HeldRequest());
		assert.equal(questions[2]!.requests[0]!.program, undefined);
	});

	it('is denied if the question fails', async () => {
		const failing = new Approvals({
			ask: () => Promise.reject(new Error('no window')),
			findProgram: () => findProgram(),
			reportSilence: () => undefined,
			reportLateAnswer: () => undefined,
			wait: () => Promise.resolve(),
			clock: () => new Date(now),
			log: createLog(() => undefined),
		});
		const request = new HeldRequest();
		failing.add(request);
		await settle();
		assert.deepEqual(request.decisions, ['deny']);
	});

	it('is logged for each request with the token, method, path, program, and reason', async () => {
		findProgram = () => Promise.resolve({ name: 'cu\u202erl', processId: 1234 });
		const [allowed, ended] = [new HeldRequest(), new HeldRequest({ method: 'DELETE', path: '/orders/1' })];
		await add(allowed, ended);
		ended.end = 'timedOut';
		await answer('allow');
		assert.deepEqual(logged, [
			'info: Allowed SU-631-646-036 POST /products, curl (PID 1234) (allow)',
			'info: Denied SU-631-646-036 DELETE /orders/1, curl (PID 1234) (timedOut before the answer)',
		]);
	});

	it('is not given by a key press that was meant for something else', async () => {
		const durations = [0, MIN_READING_MS - 1, MIN_READING_MS];
		let time = 0;
		let questionCount = 0;
		const user = new Approvals({
			ask: () =>
				askUntilRead<Answer>(
					() => {
						time += durations[questionCount++]!;
						return Promise.resolve('allow');
					},
					() => time,
				),
			findProgram: () => findProgram(),
			reportSilence: () => undefined,
			reportLateAnswer: () => undefined,
			wait: () => Promise.resolve(),
			clock: () => new Date(now),
			log: createLog(() => undefined),
		});
		const request = new HeldRequest();
		user.add(request);
		await settle();
		assert.deepEqual([questionCount, request.decisions], [3, ['allow']]);
	});
});

describe('The question for approval', () => {
	const textOf = (requests: readonly Partial<ApprovalRequest>[], program?: ClientProgram, tokenName = 'Shop') =>
		approvalQuestionText({
			tokenId: 'SU-631-646-036',
			tokenName,
			requests: requests.map((changes) => ({ pending: new HeldRequest(changes), program })),
		});

	it('names the token, the request, and the program', () => {
		const { message, detail } = textOf([{}], { name: 'curl', processId: 1234 });
		assert.equal(message, 'Allow a request with the token “Shop” (SU-631-646-036)?');
		assert.equal(detail.split('\n')[0], 'POST /products from curl (PID 1234)');
		assert.match(detail, /all requests of this token through this window's gateway.*permissions, approval, or key change.*select Deny/);
		assert.equal(textOf([{}]).detail.split('\n')[0], 'POST /products');
		const ownProgram = { name: 'node', processId: process.pid };
		assert.equal(textOf([{}], ownProgram).detail.split('\n')[0], 'POST /products from an extension in this window');
		assert.deepEqual(
			approvalButtons().map(({ title }) => title),
			['Allow', 'Allow for 10 Minutes', 'Deny'],
		);
	});

	it('lists up to five different requests, and counts equal ones', () => {
		const paths = ['/a', '/b', '/a', '/c', '/d', '/e', '/f', '/g'];
		const { message, detail } = textOf(paths.map((path) => ({ path })));
		assert.equal(message, 'Allow 8 requests with the token “Shop” (SU-631-646-036)?');
		assert.deepEqual(detail.split('\n').slice(0, 7), ['POST /a (×2)', 'POST /b', 'POST /c', 'POST /d', 'POST /e', 'and 2 more', '']);
	});

	it('says if a request that seems to read can write', () => {
		assert.match(textOf([{ method: 'GET', effect: 'webSocket' }]).detail, /^WebSocket \/products\n/);
		assert.match(textOf([{ method: 'GET', effect: 'otherMethod' }]).detail, /^GET \/products, whose query can choose another method\n/);
	});

	it('shows names and paths as data: on one line, without invisible characters, and not too long', () => {
		const hostile = 'a\u202e\u200f\n\nAllow “all”?\u0000\u001b[31m';
		const { message, detail } = textOf([{ path: `/${hostile}${'x'.repeat(500)}` }], { name: hostile, processId: 1 }, hostile);
		assert.equal(message, "Allow a request with the token “a Allow 'all'? [31m” (SU-631-646-036)?");
		const [line = ''] = detail.split('\n');
		assert.match(line, /^POST \/a Allow 'all'\? \[31mx+…x+ from a Allow 'all'\? \[31m \(PID 1\)$/);
		assert.ok(line.length < 250);
		assert.doesNotMatch(message + line, /[\p{Cf}\p{Cc}]/u);
	});
});
