import assert from 'node:assert/strict';
import { ALL_MODULES, BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import { EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import type { TokenDraft } from '../../../src/domain/token';
import { createDraftSteps, parseLocalDateTime } from '../../../src/models/draftSteps';
import { BACK, runMultiStepInput } from '../../../src/models/multiStepInput';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';
import { Workspaces } from '../../support/store/workspaces';

describe('The steps of Quick Create Token', () => {
	const now = new Date('2030-06-01T12:00:00.000Z');
	const clock = () => now;
	const workspaces = new Workspaces();

	async function run(...inputs: ScriptedInput[]) {
		const source = workspaces.open({ folder: await workspaces.folder(), clock });
		await source.create({ name: 'Taken' });
		const prompts = new ScriptedPrompts(inputs);
		const options = { prompts, clock, tokens: await source.list(), catalog: await source.getCatalog() };
		const draft = await runMultiStepInput<TokenDraft>('Title', { name: '' }, createDraftSteps(options));
		return { source, draft, shown: prompts.shown };
	}

	it('prompt for a name, an expiration, and modules, and create a draft that the source accepts', async () => {
		const { source, draft, shown } = await run('Nightly', 'days30', ['MD-0001', 'usage'], 'full');
		const token = await source.create(draft!);
		assert.equal(token.name, 'Nightly');
		assert.equal(token.extension.id, 'EXT-000');
		assert.equal(token.expirationDate, '2030-07-01T12:00:00.000Z');
		assert.deepEqual(token.permissions, ['MD-0001', 'usage']);
		assert.deepEqual(
			shown.map(({ position, text }) => `${position.step}/${position.totalSteps} ${text}`),
			[
				'1/3 Name shown in lists',
				'2/3 Select when the token expires',
				'3/3 Select the modules the token can access',
				'3/3 Select what the token may do with these modules',
			],
		);
	});

	it('prompt for all fields of the wizard after More…, which is offered once', async () => {
		const { source, draft, shown } = await run(
			'Nightly',
			'more',
			'ERP-1',
			BACK,
			'ERP-1',
			'Imports orders',
			'days30',
			'EXT-000',
			['MD-0001', 'usage'],
			'full',
		);
		const token = await source.create(draft!);
		assert.equal(token.name, 'Nightly');
		assert.equal(token.externalId, 'ERP-1');
		assert.equal(token.description, 'Imports orders');
		assert.equal(token.expirationDate, '2030-07-01T12:00:00.000Z');
		assert.deepEqual(token.permissions, ['MD-0001', 'usage']);
		assert.deepEqual(
			shown.map(({ position }) => `${position.step}/${position.totalSteps}`),
			['1/3', '2/3', '2/6', '3/6', '2/6', '3/6', '4/6', '5/6', '6/6', '6/6'],
		);
		const offers = shown.map(({ choices }) => choices.find(({ value }) => value === 'more'));
		assert.deepEqual(
			offers.map((choice) => choice !== undefined),
			[false, true, false, false, false, false, false, false, false, false],
		);
		assert.equal(`${offers[1]?.label} ${offers[1]?.description}`, 'More… External ID, description, and extension');
		assert.equal(shown[6]?.initial, 'days30');
	});

	it('skip the modules for an extension whose modules are fixed', async () => {
		const { draft, shown, source } = await run('Nightly', 'more', '', '', 'never', 'zapier');
		assert.equal(shown.length, 6);
		assert.equal(draft?.permissions, undefined);
		const token = await source.create(draft!);
		assert.deepEqual(token.permissions, [ALL_MODULES]);
		assert.equal(token.expirationDate, null);
	});

	it('drop selected modules when the user goes back and changes the extension', async () => {
		const { draft } = await run('Nightly', 'more', '', '', 'never', 'EXT-000', BACK, 'zapier');
		assert.equal(draft?.extension, 'zapier');
		assert.equal(draft.permissions, undefined);
	});

	it('validate by the rules of the domain and keep the prompt open', async () => {
		const { shown } = await run(
			'',
			'x'.repeat(129),
			'Name',
			'more',
			'x'.repeat(129),
			'',
			'',
			'never',
			'EXT-000',
			[],
			[ALL_MODULES],
			'full',
		);
		assert.deepEqual(
			shown.flatMap(({ error }) => error ?? []),
			[
				'Enter a name with 1 to 128 characters.',
				'Use at most 128 characters.',
				'Use at most 128 characters.',
				'Select at least one module.',
			],
		);
	});

	it('limit modules to reading, all of them or some', async () => {
		const { source, draft } = await run('Reader', 'never', ['MD-0001', 'usage'], 'read');
		assert.deepEqual((await source.create(draft!)).permissions, ['MD-0001:read', 'usage:read']);
		const { draft: all, shown } = await run('Reader', 'never', [ALL_MODULES], 'read');
		assert.deepEqual(all?.permissions, ['MD-0000:read']);
		assert.deepEqual(
			shown.at(-1)?.choices.map(({ label }) => label),
			['Full', 'Read-Only'],
		);
		const modules = ['MD-0001', 'usage', 'billing'];
		const { draft: some } = await run('Reader', 'never', modules, 'byModule', BACK, BACK, modules, 'byModule', ['usage']);
		assert.deepEqual(some?.permissions, ['MD-0001:read', 'usage', 'billing:read']);
	});

	it('do not limit them in an account, where that is not possible', async () => {
		const prompts = new ScriptedPrompts(['Reader', 'never', ['MD-0001']]);
		const catalog = { extensions: BUILT_IN_CATALOG.extensions, modules: BUILT_IN_CATALOG.modules };
		const draft = await runMultiStepInput<TokenDraft>('Title', { name: '' }, createDraftSteps({ prompts, clock, tokens: [], catalog }));
		assert.deepEqual(draft?.permissions, ['MD-0001']);
	});

	it('hint at a name that another token has', async () => {
		const { shown } = await run('Taken', undefined);
		assert.equal(shown[0]?.hint, 'Another token already has this name.');
	});

	it('offer every preset with its date, with 30 days selected', async () => {
		const { shown } = await run('Name', undefined);
		const { choices, initial } = shown[1]!;
		assert.deepEqual(
			choices.map(({ value }) => value),
			[...EXPIRATION_PRESETS, 'never', 'custom', 'more'],
		);
		assert.equal(initial, 'days30');
		assert.equal(choices[1]?.label, '30 days');
		assert.match(choices[1].description ?? '', /Jul 1, 2030/);
	});

	it('return from the custom date to the choices, with the input remembered', async () => {
		const { shown, draft } = await run(
			'Name',
			'custom',
			'tomorrow',
			'2020-01-01 00:00',
			BACK,
			'custom',
			'2031-01-02 03:04',
			BACK,
			'custom',
			'2031-01-02 03:05',
			[ALL_MODULES],
			'full',
		);
		const dates = shown.filter(({ text }) => text.startsWith('When the token expires'));
		assert.deepEqual(
			dates.map(({ error, initial }) => [error !== undefined, initial]),
			[
				[true, ''],
				[true, ''],
				[false, ''],
				[false, ''],
				[false, '2031-01-02 03:04'],
			],
		);
		assert.equal(draft?.expirationDate, new Date('2031-01-02T03:05').toISOString());
		const choices = shown.filter(({ text }) => text === 'Select when the token expires');
		assert.deepEqual(
			choices.map(({ initial }) => initial),
			['days30', 'custom', 'custom'],
		);
	});
});

describe('parseLocalDateTime', () => {
	it('reads a date and time in the local time zone', () => {
		assert.equal(parseLocalDateTime(' 2030-12-31 23:59 '), new Date(2030, 11, 31, 23, 59).toISOString());
		assert.equal(parseLocalDateTime('2030-12-31T23:59'), new Date(2030, 11, 31, 23, 59).toISOString());
	});

	for (const text of ['', 'tomorrow', '2030-02-30 10:00', '2030-12-31', '2030-12-31 25:00']) {
		it(`returns “${text}” unchanged`, () => {
			assert.equal(parseLocalDateTime(text), text);
		});
	}
});
