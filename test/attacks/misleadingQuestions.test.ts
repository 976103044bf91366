import assert from 'node:assert/strict';
import { askUntilRead, MIN_READING_MS } from '../../src/broker/askUntilRead';
import { isSameGrant, type KeyDecision, type KeyRequester } from '../../src/broker/keyRequest';
import { keyQuestionText, silencedText } from '../../src/models/keyQuestion';
import { createSourceToken } from '../support/sourceTokens';
import { TestBroker } from '../support/testBroker';

const AUTHORIZATION = `ApiKey SU-631-646-036:${'ab'.repeat(20)}`;
const SHOP = '/projects/shop';

describe('A requester that misleads the user', () => {
	const found = createSourceToken({}, { readKey: () => Promise.resolve({ authorization: AUTHORIZATION }) });
	let user: TestBroker;
	beforeEach(() => (user = new TestBroker()));

	const release = (requester: KeyRequester) => user.broker.release({ found, form: 'authorization', requester, consent: 'ask' });
	const message = (requester: KeyRequester, token = found) =>
		keyQuestionText({ request: { found: token, form: 'authorization', requester, consent: 'ask' }, choices: ['once'] }).message;

	it('cannot write a question of its own with quotation marks, line breaks, invisible characters, or a long name', () => {
		const lie = 'Import” in /trusted to use the API key of “Test” (SU-000-000-001)?';
		const names = [
			lie,
			`x\n\n${lie}`,
			`x\u2028\u2029${lie}`,
			`x\u202e\u200f\u200b\u2066\ufeff${lie}`,
			lie + ' '.repeat(4_000),
			`${lie}\t\r\u0007\u009b`,
		];
		for (const name of names) {
			const requesters: readonly KeyRequester[] = [
				{ kind: 'task', name, folder: SHOP },
				{ kind: 'task', name: 'Build', folder: name },
				{ kind: 'debugSession', name, folder: SHOP },
				{ kind: 'debugSession', name: 'Build', folder: name },
				{ kind: 'commandLine', command: name, folder: SHOP },
				{ kind: 'commandLine', command: 'get', folder: name },
				{ kind: 'commandLine', command: 'get', folder: SHOP, agent: name },
				{ kind: 'requestFile', file: name },
			];
			for (const text of [...requesters.map((requester) => message(requester)), message({ kind: 'window' }, createSourceToken({ name }))]) {
				assert.doesNotMatch(text, /[\p{Cc}\p{Zl}\p{Zp}\u202e\u200f\u2066\ufeff]| {2}/u);
				assert.ok(text.endsWith('(SU-631-646-036)?'), text);
				assert.ok(text.length < 700, text);
				assert.doesNotMatch(text, /Import”|of “Test”/);
			}
			assert.doesNotMatch(silencedText({ kind: 'task', name, folder: SHOP }), /Import”|\n/);
		}
		assert.equal(
			message({ kind: 'commandLine', folder: SHOP, command: 'run node' }),
			'Allow “connect-tokens run node” in “/projects/shop” to use the API key of “Nightly import” (SU-631-646-036)?',
		);
		const long = message({ kind: 'commandLine', folder: `/home/${'x'.repeat(1_000)}/end`, command: 'get' });
		assert.match(long, /in “\/home\/x+…x+\/end” to use/, 'both ends of a path are shown');
	});

	it('cannot write a question of its own with what looks like quotation marks or nothing, or cover others with accents', () => {
		for (const quote of ['”', '＂', '〞', '❞', '🙷', '″', 'ˮ', '״', '»', '‟']) {
			const text = message({ kind: 'task', name: `Test${quote} (SU-000-000-001)? Or ${quote}`, folder: SHOP });
			assert.equal(text.split(quote).length - 1, quote === '”' ? 3 : 0, text);
		}
		for (const blank of ['\u3164', '\u115f', '\uffa0', '\u2800', '\ufe0f', '\u{e0100}', '\u034f']) {
			const text = message({ kind: 'task', name: `Build${blank.repeat(100)}`, folder: SHOP });
			assert.ok(text.includes('“Build”'), text);
		}
		assert.doesNotMatch(message({ kind: 'task', name: `Build${'\u0301\u0327'.repeat(70)}`, folder: SHOP }), /\p{M}{5}/u);
		const accented = 'Tiếng Việt, नमस्ते, พี่ชื่อ'.normalize('NFD');
		assert.ok(message({ kind: 'task', name: accented, folder: SHOP }).includes(accented));
	});

	it('does not share the answer to a question that names another program', async () => {
		const answers: ((decision: KeyDecision) => void)[] = [];
		user.answer = () => new Promise((resolve) => answers.push(resolve));
		const requesters: readonly KeyRequester[] = [
			{ kind: 'commandLine', folder: SHOP, command: 'run node' },
			{ kind: 'commandLine', folder: SHOP, command: 'get' },
			{ kind: 'command', title: 'Copy API Key', destination: 'clipboard' },
			{ kind: 'command', title: 'Copy As', destination: 'clipboard' },
		];
		const results = Promise.allSettled(requesters.map(release));
		for (const [index] of requesters.entries()) {
			while (answers.length <= index) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			answers[index]!(index % 2 === 0 ? 'once' : 'deny');
		}
		assert.deepEqual(
			(await results).map(({ status }) => status),
			['fulfilled', 'rejected', 'fulfilled', 'rejected'],
		);
	});

	it('does not get what was allowed for another folder or name that is written alike', () => {
		const grant = (requester: KeyRequester) => ({ sourceId: 'workspace', tokenId: 'SU-631-646-036', requester });
		const pairs: readonly (readonly [KeyRequester, KeyRequester])[] = [
			[
				{ kind: 'task', folder: '/a', name: 'b:c' },
				{ kind: 'task', folder: '/a:b', name: 'c' },
			],
			[
				{ kind: 'debugSession', folder: '/a', name: 'b:c' },
				{ kind: 'debugSession', folder: '/a:b', name: 'c' },
			],
			[
				{ kind: 'task', name: 'Import' },
				{ kind: 'task', folder: '', name: 'Import' },
			],
		];
		for (const [left, right] of pairs) {
			assert.ok(isSameGrant(grant(left), grant({ ...left })));
			assert.ok(!isSameGrant(grant(left), grant(right)), JSON.stringify(left));
		}
	});

	it('is not allowed by a key press that was meant for something else, such as another question', async () => {
		const answers: (readonly [KeyDecision, number])[] = [
			['once', 0],
			['always', MIN_READING_MS - 1],
			['session', MIN_READING_MS],
		];
		let time = 0;
		const ask = () => {
			const [decision, duration] = answers.shift()!;
			time += duration;
			return Promise.resolve(decision);
		};
		assert.equal(await askUntilRead(ask, () => time), 'session');
		answers.push(['deny', 0]);
		assert.equal(await askUntilRead(ask, () => time), 'deny');
	});

	it('cannot flood the user with questions by using many names', async () => {
		for (const kind of ['task', 'debugSession'] as const) {
			user = new TestBroker();
			for (let index = 0; index < 20; index++) {
				await assert.rejects(release({ kind, name: `Task ${index}`, folder: SHOP }));
			}
			assert.equal(user.questions.length, 3, kind);
			await assert.rejects(release({ kind, name: 'Task', folder: '/projects/other' }));
			assert.equal(user.questions.length, 4, 'another folder is asked about');
		}
	});
});
