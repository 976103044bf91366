import assert from 'node:assert/strict';
import pLimit from 'p-limit';
import { AskBackoff } from '../../../src/agents/askBackoff';

describe('Questions of an agent', () => {
	function create() {
		const time = { now: new Date('2030-01-01T00:00:00.000Z') };
		const silenced: string[] = [];
		const backoff = new AskBackoff(
			() => time.now,
			pLimit(1),
			(agentId) => silenced.push(agentId),
		);
		let questions = 0;
		/** Asks, and returns whether there was a question. */
		const ask = async (answer: boolean | undefined, agentId = 'editor') => {
			const before = questions;
			await backoff.ask(agentId, () => {
				questions++;
				return Promise.resolve(answer);
			});
			return questions > before;
		};
		const wait = (seconds: number) => (time.now = new Date(time.now.getTime() + seconds * 1000));
		return { backoff, ask, wait, silenced };
	}

	it('are denied without being shown after three denials within a minute, which the user is told once', async () => {
		const { backoff, ask, wait, silenced } = create();
		assert.deepEqual([await ask(false), await ask(undefined), await ask(false)], [true, true, true]);
		assert.deepEqual(silenced, ['editor']);
		assert.equal(backoff.isSilenced('editor'), true);
		assert.deepEqual([await ask(true), await ask(true)], [false, false]);
		assert.equal(await ask(true, 'commandLine'), true, 'another agent is asked about');
		wait(61);
		assert.equal(backoff.isSilenced('editor'), false);
		assert.equal(await ask(true), true);
		assert.deepEqual(silenced, ['editor']);
	});

	it('are shown if the denials are further apart, or one in between was allowed', async () => {
		const { ask, wait, silenced } = create();
		for (let count = 0; count < 6; count++) {
			assert.equal(await ask(false), true);
			wait(31);
		}
		await ask(false);
		await ask(true);
		assert.deepEqual([await ask(false), await ask(false)], [true, true]);
		assert.deepEqual(silenced, []);
	});

	it('are denied even if 200 of them wait for their turn', async () => {
		const { backoff } = create();
		let shown = 0;
		const answers = await Promise.all(
			Array.from({ length: 200 }, () =>
				backoff.ask('editor', () => {
					shown++;
					return Promise.resolve(false);
				}),
			),
		);
		assert.equal(shown, 3);
		assert.ok(answers.every((answer) => answer !== true));
	});

	it('do not count as denied if they fail, and are shown again after the clock was set back', async () => {
		const { backoff, ask, wait } = create();
		for (let count = 0; count < 4; count++) {
			await assert.rejects(
				backoff.ask('editor', () => Promise.reject(new Error('The window closed.'))),
				/window closed/,
			);
		}
		assert.deepEqual([await ask(false), await ask(false), await ask(false)], [true, true, true]);
		wait(-3600);
		assert.equal(await ask(true), true);
	});
});
