import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { TokenSources } from '../../../src/domain/tokenSources';
import { NO_FILTER, SORT_ORDERS, STATUS_ORDER, type Arrangement, type TokenFilter } from '../../../src/models/arrangement';
import { filterTokens, sortTokens } from '../../../src/models/arrangementPrompts';
import { STATUS_ICONS } from '../../../src/models/statusTexts';
import { BACK } from '../../../src/models/multiStepInput';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';
import { Workspaces } from '../../support/store/workspaces';

/** Keeps an arrangement, as the store of a workspace does. */
function createStore(initial: Partial<Arrangement> = {}) {
	let current: Arrangement = { sort: 'name', filter: NO_FILTER, ...initial };
	return {
		read: () => current,
		update: (changes: Partial<Arrangement>) => {
			current = { ...current, ...changes };
			return Promise.resolve();
		},
		previews: [] as (string | undefined)[],
		preview(filter: TokenFilter | undefined) {
			this.previews.push(filter?.text);
		},
	};
}

describe('Sorting the Tokens view', () => {
	it('offers every order in a single prompt, and keeps the filter', async () => {
		const filter = { ...NO_FILTER, text: 'crm' };
		const store = createStore({ filter });
		const prompts = new ScriptedPrompts(['expiresFirst']);
		await sortTokens(prompts, store);
		assert.deepEqual(store.read(), { sort: 'expiresFirst', filter });
		assert.deepEqual(prompts.shown[0]?.position, { title: 'Sort Tokens', step: 0, totalSteps: 0 });
		assert.equal(prompts.shown[0].text, 'Select a sort order');
		assert.equal(prompts.shown[0].initial, 'name');
		assert.deepEqual(
			prompts.shown[0].choices.map(({ value, label, icon }) => [value, label, icon]),
			[
				['name', 'Name, A to Z', ['check']],
				['nameDescending', 'Name, Z to A', ['blank']],
				['newest', 'Creation date, newest first', ['blank']],
				['oldest', 'Creation date, oldest first', ['blank']],
				['expiresFirst', 'Expiration date, soonest first', ['blank']],
				['expiresLast', 'Expiration date, latest first', ['blank']],
				['lastUsed', 'Last used, most recent first', ['blank']],
				['status', 'Status, most urgent first', ['blank']],
			],
		);
		assert.equal(prompts.shown[0].choices.length, SORT_ORDERS.length);
	});

	it('changes nothing if the user cancels', async () => {
		const store = createStore();
		await sortTokens(new ScriptedPrompts([undefined]), store);
		assert.equal(store.read().sort, 'name');
	});
});

describe('Filtering the Tokens view', () => {
	const workspaces = new Workspaces();

	async function run(store: ReturnType<typeof createStore>, ...inputs: ScriptedInput[]) {
		const source = workspaces.open({ folder: await workspaces.folder() });
		await source.create({ name: 'CRM', extension: 'zapier' });
		await source.create({ name: 'Billing' });
		const { id } = await source.create({ name: 'Old' });
		await source.disable(id);
		const prompts = new ScriptedPrompts(inputs);
		await filterTokens(prompts, store, new TokenSources(source, silentLog));
		return prompts.shown;
	}

	it('by status offers all statuses with their icons and the number of tokens', async () => {
		const store = createStore();
		const shown = await run(store, 'statuses', ['expired', 'inactive']);
		assert.deepEqual(store.read().filter, { ...NO_FILTER, statuses: ['expired', 'inactive'] });
		assert.deepEqual(
			shown.map(({ position: { title, step, totalSteps }, text }) => `${title} ${step}/${totalSteps}: ${text}`),
			['Filter Tokens 1/2: Select what to filter by', 'Filter Tokens 2/2: Select statuses to show. Select none to show all.'],
		);
		assert.deepEqual(
			shown[0]?.choices.map(({ label, icon }) => [label, icon]),
			[
				['Text', ['search']],
				['Status', ['pulse']],
				['Extension', ['plug']],
			],
		);
		assert.deepEqual(
			shown[1]?.choices.map(({ value, label, description, icon }) => [value, label, description, icon]),
			STATUS_ORDER.map((status, index) => [
				status,
				['Expired', 'Expiring', 'Revitalised', 'Active', 'Disabled', 'Other'][index],
				{ active: '2 tokens', inactive: '1 token' }[status as string] ?? '0 tokens',
				STATUS_ICONS[status],
			]),
		);
	});

	it('by extension offers the extensions of the tokens, and keeps the other parts', async () => {
		const store = createStore({ filter: { ...NO_FILTER, text: 'crm', extensions: ['gone'] } });
		const shown = await run(store, 'extensions', ['zapier']);
		assert.deepEqual(store.read().filter, { ...NO_FILTER, text: 'crm', extensions: ['zapier'] });
		assert.equal(shown[1]?.text, 'Select extensions to show. Select none to show all.');
		assert.deepEqual(shown[1].initial, ['gone']);
		assert.deepEqual([...shown[1].choices].map(({ label, description }) => `${label}: ${description}`).sort(), [
			'Custom: 2 tokens',
			'Zapier: 1 token',
			'gone: 0 tokens',
		]);
	});

	it('by text starts with the current text', async () => {
		const store = createStore({ filter: { ...NO_FILTER, text: 'crm' } });
		const shown = await run(store, 'text', 'billing');
		assert.equal(store.read().filter.text, 'billing');
		assert.deepEqual(store.previews, ['billing', undefined], 'shown while it is entered');
		assert.equal(shown[1]?.initial, 'crm');
		assert.match(shown[1].text, /^Enter words from the name, ID, external ID, or description\. Leave empty to show all\.$/);
		assert.deepEqual(
			shown[0]?.choices.map(({ label, description }) => [label, description]),
			[
				['Text', 'crm'],
				['Status', 'all'],
				['Extension', 'all'],
				['Clear Filter', undefined],
			],
		);
	});

	it('is cleared in a single step', async () => {
		const store = createStore({ filter: { statuses: ['active'], extensions: ['zapier'], text: 'crm' } });
		const shown = await run(store, 'clear');
		assert.deepEqual(store.read().filter, NO_FILTER);
		assert.equal(shown.length, 1);
		assert.deepEqual(
			shown[0]?.choices.map(({ description }) => description),
			['crm', 'Active', 'Zapier', undefined],
		);
	});

	it('changes nothing if the user cancels, also after going back', async () => {
		const filter = { ...NO_FILTER, text: 'crm' };
		const store = createStore({ filter });
		await run(store, 'statuses', BACK, undefined);
		assert.deepEqual(store.read().filter, filter);
	});
});
