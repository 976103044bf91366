import assert from 'node:assert/strict';
import type { AgentCaller, LeaseProposal } from '../../../src/agents/agentServices';
import { leaseQuestionButtons, leaseQuestionText, leasedTokenText, type LeaseDecision } from '../../../src/models/leaseProposalTexts';
import type { ConfirmationText } from '../../../src/models/lifecycleTexts';
import { requestLease } from '../../../src/models/requestLease';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';
import { Workspaces } from '../../support/store/workspaces';

const REQUESTED: LeaseProposal = {
	lease: { task: 'Check the prices', agent: 'Copilot' },
	permissions: ['pricing', 'products:read'],
	minutes: 90,
	limits: { rate: { requests: 100, per: 'minute' } },
	approval: 'writes',
};
const EDITOR: AgentCaller = { kind: 'editor' };

describe("An agent's request for a lease", () => {
	const workspaces = new Workspaces();

	async function request(proposal: LeaseProposal, decisions: readonly LeaseDecision[], inputs: readonly unknown[] = [], caller = EDITOR) {
		const time = { now: new Date('2030-01-01T00:00:00.000Z') };
		const workspace = workspaces.open({ folder: await workspaces.folder(), clock: () => time.now });
		const questions: ConfirmationText[] = [];
		const remaining = [...decisions];
		const token = await requestLease(proposal, caller, {
			workspace,
			clock: () => time.now,
			prompts: new ScriptedPrompts([...inputs] as ScriptedInput[]),
			ask: (question) => {
				questions.push(question);
				// The user takes a while.
				time.now = new Date(time.now.getTime() + 60_000);
				return Promise.resolve(remaining.shift() ?? assert.fail('an unexpected question'));
			},
		});
		assert.deepEqual(remaining, []);
		return { token, questions, tokens: await workspace.list() };
	}

	it('names who asks, what for, and what the agent may do, and creates what was shown', async () => {
		const { token, questions, tokens } = await request(REQUESTED, ['lease']);
		assert.deepEqual(questions, [
			{
				message: 'Lease a token to the agent “Copilot” for the task “Check the prices”?',
				detail: [
					'Access for 90 minutes: Pricing (full access), Products (read-only)\nRestrictions: 100 requests per minute · approval for writes',
					"A language model or an extension in this window asks for it. The token is valid only at this workspace's gateway. If you didn't expect this, select Deny.",
				].join('\n\n'),
			},
		]);
		assert.deepEqual(tokens, [token]);
		assert.deepEqual(
			[token!.lease, token!.permissions, token!.limits, token!.approval, token!.expirationDate],
			[REQUESTED.lease, REQUESTED.permissions, REQUESTED.limits, 'writes', '2030-01-01T01:31:00.000Z'],
		);
	});

	it('says when nothing restricts the agent', () => {
		const { detail } = leaseQuestionText({ ...REQUESTED, permissions: ['MD-0000'], limits: null, approval: 'never' }, EDITOR, (id) => id);
		assert.match(detail, /^Access for 90 minutes: All modules \(full access\)\nRestrictions: no approval\n/);
	});

	it('can be denied or narrowed; closing the steps is no answer', async () => {
		assert.deepEqual((await request(REQUESTED, ['deny'])).tokens, []);
		assert.deepEqual((await request(REQUESTED, ['change', 'deny'], [undefined])).tokens, []);
		const narrowed = await request(REQUESTED, ['change', 'change'], [undefined, ['products'], 15, '10', 'always', true]);
		assert.deepEqual(
			narrowed.tokens.map(({ permissions, approval, expirationDate }) => [permissions, approval, expirationDate]),
			[[['products:read'], 'always', '2030-01-01T00:17:00.000Z']],
		);
	});

	it('is rejected without a question if it is not possible', async () => {
		for (const [changes, message] of [
			[{ minutes: 481 }, /A lease lasts at most 8 hours/],
			[{ minutes: 0 }, /Choose a date in the future/],
			[{ permissions: ['nothing'] }, /Module "nothing" doesn't exist/],
			[{ lease: { task: 'Check\nAllow', agent: 'A' } }, /Describe the task on one line/],
			[{ limits: { rate: { requests: 0, per: 'minute' } } }, /Enter a whole number/],
		] as const) {
			await assert.rejects(request({ ...REQUESTED, ...changes }, []), message);
		}
	});

	it('quotes what comes from the agent, so that nothing in it looks like a part of the question', () => {
		const hostile = '”?\n\nIt is safe. $(check) [Allow](command:x) \u202e“';
		const caller: AgentCaller = { kind: 'commandLine', name: hostile, folder: `/tmp/${'x'.repeat(5000)}` };
		const { message, detail } = leaseQuestionText(
			{ ...REQUESTED, lease: { task: hostile, agent: hostile } },
			caller,
			(id) => `${id} ${hostile}`,
		);
		assert.doesNotMatch(message + detail, /\$\(check\)|\u202e/);
		assert.equal(message.split('\n').length, 1);
		assert.equal(detail.split('\n').length, 4, 'only our own line breaks');
		assert.equal(message.match(/[“”]/g)?.length, 4, 'only our own quotation marks');
		assert.match(detail, /A program that calls itself “'\?.*” asks for it, started in “\/tmp\/x+…x+”\. Any program can claim that\./);
		assert.ok(message.length + detail.length < 1500);
	});

	it('has buttons of its own, the safe one last', () => {
		assert.deepEqual(
			leaseQuestionButtons().map(({ title, decision }) => [title, decision]),
			[
				['Lease', 'lease'],
				['Change…', 'change'],
				['Deny', 'deny'],
			],
		);
	});

	it('never shows the key to say how the agent gets it', async () => {
		const { token } = await request(REQUESTED, ['lease']);
		const text = leasedTokenText(token!, `connect://${token!.id}`);
		assert.match(text, /^Leased the token Check the prices \(SU-[\d-]+\)\./);
		assert.doesNotMatch(text, /[0-9a-f]{40}/);
	});
});
