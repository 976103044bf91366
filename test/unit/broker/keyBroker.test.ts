import assert from 'node:assert/strict';
import type { KeyDecision, KeyRequest, KeyRequester } from '../../../src/broker/keyRequest';
import { problem } from '../../../src/domain/problems';
import type { SourceToken } from '../../../src/domain/tokenSources';
import { createSourceToken } from '../../support/sourceTokens';
import { TestBroker } from '../../support/testBroker';

const SECRET = 'ab'.repeat(20);
const TASK: KeyRequester = { kind: 'task', name: 'Import', folder: 'shop' };
const COPY: KeyRequester = { kind: 'command', title: 'Copy API Key', destination: 'clipboard' };
const DENIED = /^ProblemError: The API key of SU-631-646-036 wasn't released because you didn't allow it\.$/;

describe('KeyBroker', () => {
	let user: TestBroker;
	let found: SourceToken;
	let reads: number;
	beforeEach(() => {
		user = new TestBroker();
		reads = 0;
		found = createSourceToken({}, { readKey: (id) => Promise.resolve((reads++, { authorization: `ApiKey ${id}:${SECRET}` })) });
	});

	const release = (changes: Partial<KeyRequest> = {}) =>
		user.broker.release({ found, form: 'authorization', requester: TASK, consent: 'ask', ...changes });
	const change = ({ source, token }: SourceToken): SourceToken => ({
		source,
		token: { ...token, updated: { at: '2030-01-02T00:00:00.000Z', by: 'someone' } },
	});
	const listGrants = (tokens = [found]) => user.broker.listGrants(tokens, 'workspace');
	const reasons = () => user.records.map(({ reason }) => reason);
	/** Makes the next question wait until the returned function answers it. */
	const holdAnswer = () => {
		let answer!: (decision: KeyDecision) => void;
		user.answer = () => new Promise((resolve) => (answer = resolve));
		return (decision: KeyDecision) => answer(decision);
	};

	it('releases a key in each form, and only after the user has allowed it', async () => {
		await assert.rejects(release(), DENIED);
		assert.equal(reads, 0);
		user.answer = 'once';
		assert.equal(await release(), `ApiKey SU-631-646-036:${SECRET}`);
		assert.equal(await release({ form: 'credential' }), `SU-631-646-036:${SECRET}`);
		assert.equal(await release({ form: 'secret' }), SECRET);
		assert.equal(user.questions.length, 4);
	});

	it('records each release and denial, without the key', async () => {
		await assert.rejects(release());
		user.answer = 'once';
		await release({ form: 'secret' });
		await release({ consent: 'given', requester: COPY });
		assert.deepEqual(user.records, [
			{
				at: '2030-01-01T00:00:00.000Z',
				sourceId: 'workspace',
				tokenId: found.token.id,
				form: 'authorization',
				requester: TASK,
				isReleased: false,
				reason: 'denied',
			},
			{
				at: '2030-01-01T00:00:00.000Z',
				sourceId: 'workspace',
				tokenId: found.token.id,
				form: 'secret',
				requester: TASK,
				isReleased: true,
				reason: 'once',
			},
			{
				at: '2030-01-01T00:00:00.000Z',
				sourceId: 'workspace',
				tokenId: found.token.id,
				form: 'authorization',
				requester: COPY,
				isReleased: true,
				reason: 'given',
			},
		]);
		assert.doesNotMatch(JSON.stringify(user.records), new RegExp(SECRET));
	});

	it("records a key that's allowed but can't be read as not released", async () => {
		user.answer = 'once';
		const unavailable = createSourceToken({}, { readKey: () => Promise.resolve({ unavailable: 'notFound' }) });
		await assert.rejects(release({ found: unavailable }), /isn't in VS Code's secret storage/);
		const failing = createSourceToken({}, { readKey: () => Promise.reject(problem('The disk failed.')) });
		await assert.rejects(release({ found: failing }), /The disk failed/);
		assert.deepEqual(reasons(), ['unavailable', 'unavailable']);
	});

	it('remembers what is allowed for a session, for this requester and token only', async () => {
		user.answer = 'session';
		await release({ sessionId: '1' });
		await release({ sessionId: '1' });
		assert.deepEqual(reasons(), ['session', 'session']);
		assert.equal(user.questions.length, 1);
		const otherToken = createSourceToken({ id: 'SU-000-000-001' }, { readKey: found.source.readKey.bind(found.source) });
		const otherSource = createSourceToken({}, { id: 'VA-1', readKey: found.source.readKey.bind(found.source) });
		for (const changes of [
			{ sessionId: '2' },
			{ sessionId: '1', requester: { ...TASK, name: 'Other' } },
			{ sessionId: '1', found: otherToken },
			{ sessionId: '1', found: otherSource },
		] satisfies Partial<KeyRequest>[]) {
			await release(changes);
		}
		assert.equal(user.questions.length, 5);
	});

	it('asks again after the session has ended, or the token was changed', async () => {
		user.answer = 'session';
		await release({ sessionId: '1' });
		const changed = change(found);
		await release({ sessionId: '1', found: changed });
		await release({ sessionId: '1', found: changed });
		assert.equal(user.questions.length, 2);
		user.broker.endSession('1');
		await release({ sessionId: '1', found: changed });
		assert.equal(user.questions.length, 3);
	});

	it('remembers what is always allowed until it is revoked, in each session and for the changed token', async () => {
		user.answer = 'always';
		await release({ sessionId: '1' });
		const changed = change(found);
		await release({ sessionId: '2', found: changed });
		assert.equal(user.questions.length, 1);
		const { always } = await listGrants();
		assert.deepEqual(always, [{ sourceId: 'workspace', tokenId: found.token.id, requester: TASK }]);
		await user.broker.revoke(always[0]!);
		user.answer = 'deny';
		await assert.rejects(release({ sessionId: '1' }), DENIED);
	});

	it('revokes what is allowed for a session, too', async () => {
		user.answer = 'session';
		await release({ sessionId: '1' });
		const [grant] = (await listGrants()).session;
		await user.broker.revoke(grant!);
		assert.deepEqual((await listGrants()).session, []);
		user.answer = 'deny';
		await assert.rejects(release({ sessionId: '1' }), DENIED);
	});

	it('lists what is allowed for a session until the token is changed or deleted, also for a token of an account that is not known yet', async () => {
		user.answer = 'session';
		await release({ sessionId: '1' });
		const ofAccount = createSourceToken({}, { id: 'VA-1', readKey: found.source.readKey.bind(found.source) });
		await release({ sessionId: '1', found: ofAccount });
		const listedSources = async (tokens: SourceToken[]) => (await listGrants(tokens)).session.map(({ sourceId }) => sourceId);
		assert.deepEqual(await listedSources([found, ofAccount]), ['workspace', 'VA-1']);
		assert.deepEqual(await listedSources([change(found), ofAccount]), ['VA-1']);
		assert.deepEqual(await listedSources([ofAccount]), ['VA-1']);
		assert.deepEqual(await listedSources([found]), ['workspace', 'VA-1']);
		assert.deepEqual(await listedSources([found, change(ofAccount)]), ['workspace']);
	});

	it('asks an agent each time, and offers nothing else', async () => {
		user.answer = 'always';
		await release({ sessionId: '1' });
		user.answer = 'once';
		await Promise.all([1, 2].map(() => release({ sessionId: '1', consent: 'askEachTime' })));
		assert.deepEqual(
			user.questions.map(({ choices }) => choices),
			[['once', 'session', 'always'], ['once'], ['once']],
		);
		assert.deepEqual(await listGrants(), {
			session: [],
			always: [{ sourceId: 'workspace', tokenId: found.token.id, requester: TASK }],
		});
	});

	it('asks again once the workspace is trusted, because its tasks could not repeat before what the user allowed', async () => {
		user.isTrusted = false;
		user.answer = 'session';
		await release({ requester: COPY, sessionId: 'window' });
		await release({ requester: COPY, sessionId: 'window' });
		assert.deepEqual(
			user.questions.map(({ choices }) => choices),
			[['once', 'session']],
		);
		user.isTrusted = true;
		await release({ requester: COPY, sessionId: 'window' });
		assert.equal(user.questions.length, 2);
	});

	it('offers sessions only to requesters that have one', async () => {
		await assert.rejects(release());
		assert.deepEqual(user.questions[0]!.choices, ['once', 'always']);
	});

	it('asks one question at a time, and the same question only once', async () => {
		const answer = holdAnswer();
		const same = [release(), release(), release()];
		const other = release({ requester: { ...TASK, name: 'Other' } });
		await new Promise(setImmediate);
		assert.equal(user.questions.length, 1);
		user.answer = 'deny';
		answer('once');
		assert.deepEqual(
			(await Promise.allSettled(same)).map(({ status }) => status),
			['fulfilled', 'fulfilled', 'fulfilled'],
		);
		await assert.rejects(other);
		assert.equal(user.questions.length, 2);
	});

	it('asks again for another form, because an answer about the secret says nothing about the whole key', async () => {
		const answer = holdAnswer();
		const forms = [release({ form: 'secret' }), release()];
		await new Promise(setImmediate);
		user.answer = 'deny';
		answer('once');
		assert.deepEqual(
			(await Promise.allSettled(forms)).map(({ status }) => status),
			['fulfilled', 'rejected'],
		);
	});

	it('uses an answer that was given while the question waited for its turn', async () => {
		const answer = holdAnswer();
		const first = release({ sessionId: '1' });
		const second = release({ sessionId: '2' });
		await new Promise(setImmediate);
		answer('always');
		await Promise.all([first, second]);
		assert.equal(user.questions.length, 1);
	});

	it('is silent for a minute after three denials, says so once, and then asks again', async () => {
		for (let count = 0; count < 5; count++) {
			await assert.rejects(release(), DENIED);
		}
		assert.deepEqual([user.questions.length, user.silenced.length], [3, 1]);
		assert.deepEqual(reasons(), ['denied', 'denied', 'denied', 'silenced', 'silenced']);
		await assert.rejects(release({ requester: COPY }));
		assert.equal(user.questions.length, 4);
		user.now = new Date(user.now.getTime() + 60_000);
		user.answer = 'once';
		await release();
		assert.equal(user.questions.length, 5);
	});

	it('is silent for all command lines, whatever folder they claim to run in', async () => {
		for (let count = 0; count < 5; count++) {
			await assert.rejects(release({ requester: { kind: 'commandLine', folder: `/${count}`, command: 'get' } }), DENIED);
		}
		assert.equal(user.questions.length, 3);
	});

	it('releases nothing in an untrusted workspace but what is copied, also if trust is lost while it asks', async () => {
		user.answer = 'once';
		user.isTrusted = false;
		await assert.rejects(release(), /API keys are released only in trusted workspaces\. Trust the workspace and try again\./);
		await assert.rejects(release({ consent: 'given' }), /trusted/);
		assert.equal(await release({ requester: COPY }), `ApiKey SU-631-646-036:${SECRET}`);
		assert.deepEqual(reasons(), ['untrusted', 'untrusted', 'once']);
		user.isTrusted = true;
		const answer = holdAnswer();
		const waiting = release();
		await new Promise(setImmediate);
		user.isTrusted = false;
		answer('once');
		await assert.rejects(waiting);
	});
});
