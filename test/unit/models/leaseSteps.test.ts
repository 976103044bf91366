import assert from 'node:assert/strict';
import type { LeaseProposal } from '../../../src/agents/agentServices';
import { BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import { createLeaseDraft } from '../../../src/models/leaseProposalTexts';
import { createLeaseSteps, NEW_LEASE } from '../../../src/models/leaseSteps';
import { BACK, runMultiStepInput } from '../../../src/models/multiStepInput';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';

const NOW = new Date('2030-01-01T00:00:00.000Z');
const REQUESTED: LeaseProposal = {
	lease: { task: 'Check the prices', agent: 'Copilot' },
	permissions: ['pricing', 'products:read'],
	minutes: 90,
	limits: { rate: { requests: 100, per: 'minute' }, total: 500 },
	approval: 'writes',
};

describe('The steps of Lease Token to Agent', () => {
	async function run(inputs: readonly unknown[], requested?: LeaseProposal) {
		const prompts = new ScriptedPrompts([...inputs] as ScriptedInput[]);
		const steps = createLeaseSteps({ prompts, catalog: BUILT_IN_CATALOG, now: () => NOW, ...(requested && { requested }) });
		const proposal = await runMultiStepInput('Lease Token to Agent', requested ?? NEW_LEASE, steps);
		return { proposal, shown: prompts.shown };
	}

	const values = ({ choices }: ScriptedPrompts['shown'][number]) => choices.map(({ value }) => value);

	it('propose a read-only token for an hour, with a rate limit and approval for writes', async () => {
		const { proposal, shown } = await run([' Check the prices ', 'Claude Code', ['products', 'pricing'], 'read', 60, '60', 'writes', true]);
		assert.deepEqual(proposal, {
			lease: { task: 'Check the prices', agent: 'Claude Code' },
			permissions: ['pricing:read', 'products:read'],
			minutes: 60,
			limits: { rate: { requests: 60, per: 'minute' } },
			approval: 'writes',
		});
		assert.deepEqual(
			shown.map(({ initial }) => initial),
			['', '', [], 'read', 60, '60', 'writes', true],
		);
		assert.deepEqual(values(shown[4]!), [15, 30, 60, 120, 240, 480, 0]);
		assert.deepEqual(
			shown[4]!.choices.map(({ label }) => label),
			['15 minutes', '30 minutes', '1 hour', '2 hours', '4 hours', '8 hours', 'Another duration'],
		);
		const [{ description, detail } = assert.fail()] = shown.at(-1)!.choices;
		assert.equal(description, '1 hour · 60 requests per minute · approval for writes');
		assert.equal(detail, 'Pricing (read-only), Products (read-only)');
		assert.deepEqual(shown.at(-1)!.position, { title: 'Lease Token to Agent', step: 7, totalSteps: 7 });
		const draft = createLeaseDraft(proposal, NOW);
		assert.deepEqual([draft.name, draft.expirationDate], ['Check the prices', '2030-01-01T01:00:00.000Z']);
	});

	it('accept other values, reject invalid ones, and go back', async () => {
		const { proposal, shown } = await run([
			'',
			'x'.repeat(201),
			'Write prices',
			'x'.repeat(61),
			'Cursor',
			[],
			['MD-0000'],
			BACK,
			['pricing', 'products'],
			'byModule',
			['pricing'],
			0,
			BACK,
			0,
			'481',
			'0',
			'1.5',
			' 45 ',
			'many',
			'',
			BACK,
			'',
			'never',
			true,
		]);
		assert.deepEqual(proposal, {
			lease: { task: 'Write prices', agent: 'Cursor' },
			permissions: ['pricing', 'products:read'],
			minutes: 45,
			limits: null,
			approval: 'never',
		});
		assert.deepEqual(
			shown
				.filter(({ text }) => text === 'Select the modules the agent can access')
				.map(({ initial }) => initial)
				.at(-1),
			['MD-0000'],
			'Back keeps what was selected',
		);
		const errors = shown.flatMap(({ error }) => error ?? []);
		assert.deepEqual(errors, [
			'Describe the task on one line with 1 to 200 characters.',
			'Describe the task on one line with 1 to 200 characters.',
			'Name the agent on one line with 1 to 60 characters.',
			'Select at least one module.',
			...Array<string>(3).fill('Enter a whole number from 1 to 480.'),
			'Enter a whole number from 1 to 1,000,000.',
		]);
	});

	it('cancel without a lease', async () => {
		for (const inputs of [[undefined], ['Task', 'Agent', ['products'], 'read', 60, '60', 'writes', undefined]]) {
			assert.equal((await run(inputs)).proposal, undefined);
		}
	});

	it('let the user narrow what an agent asks for, but not widen it', async () => {
		const { proposal, shown } = await run([['pricing', 'products'], [], 15, '10', 'always', true], REQUESTED);
		assert.deepEqual(proposal, {
			...REQUESTED,
			permissions: ['pricing:read', 'products:read'],
			minutes: 15,
			limits: { rate: { requests: 10, per: 'minute' }, total: 500 },
			approval: 'always',
		});
		const [modules, full, duration, rate, approval] = shown;
		assert.deepEqual(
			[values(modules!), modules!.initial],
			[
				['pricing', 'products'],
				['pricing', 'products'],
			],
		);
		assert.deepEqual([values(full!), full!.initial], [['pricing'], ['pricing']]);
		assert.deepEqual([values(duration!), duration!.initial], [[15, 30, 60, 90, 0], 90]);
		assert.equal(rate!.text, 'Highest number of requests per minute');
		assert.deepEqual(values(approval!), ['writes', 'always']);
	});

	it('reject more than an agent asked for', async () => {
		const inputs = [[], ['products'], 0, '91', '90', '101', '', '100', 'writes', true];
		const { proposal, shown } = await run(inputs, REQUESTED);
		assert.deepEqual(proposal, { ...REQUESTED, permissions: ['products:read'] });
		assert.deepEqual(
			shown.flatMap(({ error }) => error ?? []),
			[
				'Select at least one module.',
				'Enter a whole number from 1 to 90.',
				...Array<string>(2).fill('Enter a whole number from 1 to 100.'),
			],
		);
	});

	it('let the user choose some modules if an agent asks for all of them', async () => {
		const all = { ...REQUESTED, permissions: ['MD-0000:read', 'pricing'] };
		const { proposal, shown } = await run([['products', 'pricing'], ['pricing'], 90, '100', 'writes', true], all);
		assert.deepEqual(proposal?.permissions, ['pricing', 'products:read']);
		assert.equal(values(shown[0]!).length, BUILT_IN_CATALOG.modules.length + 1);
		assert.deepEqual(values(shown[1]!), ['pricing']);
		const unknown = { ...REQUESTED, permissions: ['gone:read'] };
		assert.deepEqual((await run([['gone'], 90, '100', 'writes', true], unknown)).proposal?.permissions, ['gone:read']);
	});
});
