import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { AdoptionFlow, type AdoptionPrompts } from '../../../src/models/adoptionFlow';
import { claimOnce } from '../../../src/storage/claimOnce';
import { Places, type PlaceWindow } from '../../support/store/places';
import { assertTokensReadable, waitUntil, Workspaces } from '../../support/store/workspaces';

/** A prompt as the user saw it, and the labels of its buttons or items. */
interface Shown {
	readonly kind: 'notification' | 'modal' | 'list';
	readonly text: string;
	readonly labels: readonly string[];
}

describe('the offer to adopt tokens', () => {
	const workspaces = new Workspaces();
	const opened: { dispose(): void }[] = [];
	let places: Places;
	let shown: Shown[];
	/** Labels of the buttons or items that the user selects, in order. Without one, the user cancels. */
	let answers: string[];

	beforeEach(async () => {
		places = new Places(await workspaces.root());
		shown = [];
		answers = [];
	});

	afterEach(() => opened.splice(0).forEach((disposable) => disposable.dispose()));

	const answer = (kind: Shown['kind'], text: string, labels: readonly string[]): string | undefined => {
		shown.push({ kind, text, labels });
		return labels.includes(answers[0]!) ? answers.shift() : undefined;
	};

	const prompts: AdoptionPrompts = {
		pickOne: (items, { title }) => {
			const label = answer(
				'list',
				title,
				items.map((item) => item.label),
			);
			return Promise.resolve(items.find((item) => item.label === label)?.value);
		},
		ask: ({ message, detail }, ...actions) => Promise.resolve(answer('modal', `${message}\n${detail}`, actions)),
		notify: (text, ...actions) => Promise.resolve(answer('notification', text, actions)),
	};

	function open(name: string): PlaceWindow & { readonly flow: AdoptionFlow } {
		const window = places.open(name);
		const flow = new AdoptionFlow({
			adoption: window.adoption,
			workspace: window.source,
			prompts,
			claimNotification: (listId) => claimOnce(join(places.root, 'offered'), listId),
			log: silentLog,
		});
		opened.push(flow, window.source);
		return { ...window, flow };
	}

	async function createMoved(...names: string[]): Promise<readonly string[]> {
		const ids = await places.createFilled('old', ...names);
		renameSync(places.path('old'), places.path('new'));
		return ids;
	}

	it('says from where, how many, and which, and adopts them after a question', async () => {
		const ids = await createMoved('CRM', 'Reports', 'Zapier', 'Test');
		answers = ['Show', 'Adopt'];
		const { flow, source } = open('new');
		await flow.start();
		assert.deepEqual(shown.splice(1, 1)[0]?.labels, ['Adopt', 'Delete…']);
		assert.deepEqual(shown, [
			{
				kind: 'notification',
				text: `${places.path('old')} no longer exists. If it was moved here, adopt its 4 tokens: CRM, Reports, Zapier, and 1 more.`,
				labels: ['Show'],
			},
			{ kind: 'notification', text: 'Adopted 4 tokens with their API keys.', labels: [] },
		]);
		await assertTokensReadable(source, ids);
		assert.equal(flow.hasOffer, false);
	});

	it('is shown in a notification once, in any window, and stays in the Tokens view', async () => {
		await createMoved('CRM');
		const windows = [open('new'), open('new')];
		await Promise.all(windows.map(({ flow }) => flow.start()));
		await open('new').flow.start();
		assert.equal(shown.length, 1);
		assert.deepEqual(
			windows.map(({ flow }) => flow.hasOffer),
			[true, true],
		);
		assert.deepEqual(await windows[0]!.source.list(), []);
	});

	it('is not made to a workspace with tokens, but the command still adopts them', async () => {
		const ids = await createMoved('CRM');
		const { flow, source } = open('new');
		await flow.start();
		assert.equal(flow.hasOffer, true);
		const { id } = await source.create({ name: 'mine' });
		await waitUntil(() => !flow.hasOffer, 'the offer is withdrawn');
		answers = ['Adopt'];
		await flow.run();
		await assertTokensReadable(source, [id, ...ids]);
	});

	it('asks with the complete list before the command adopts anything', async () => {
		const [id] = await createMoved('[a](https://evil.test)');
		const { flow, source } = open('new');
		await flow.run();
		assert.deepEqual(shown, [
			{
				kind: 'modal',
				text: [
					'Adopt 1 token?',
					`From: ${places.path('old')} (no longer exists)`,
					'API keys, usage, and settings are moved, too.',
					'',
					`[a]\u200b(https://evil.test) (${id!})`,
				].join('\n'),
				labels: ['Adopt', 'Delete…'],
			},
		]);
		assert.deepEqual(await source.list(), []);
	});

	it('lets the user choose between several workspaces, and delete tokens after another question', async () => {
		await createMoved('CRM');
		await places.createFilled('other', 'Reports');
		rmSync(places.path('other'), { recursive: true });
		const { flow, adoption } = open('new');
		answers = ['Show', 'other', 'Delete…'];
		await flow.start();
		assert.equal((await adoption.find()).length, 2);
		answers = ['other', 'Delete…', 'Delete'];
		await flow.run();
		assert.deepEqual(
			shown.map(({ kind }) => kind),
			['notification', 'list', 'modal', 'modal', 'list', 'modal', 'modal'],
		);
		assert.deepEqual(
			(await adoption.find()).map(({ path }) => path),
			[places.path('old')],
		);
	});

	it('says that there is nothing to adopt', async () => {
		places.create('new');
		const { flow } = open('new');
		await flow.start();
		await flow.run();
		assert.match(shown.map(({ text }) => text).join(), /^There are no tokens to adopt\./);
	});

	it('reports keys whose tokens are missing, and removes them', async () => {
		await places.createFilled('app', 'one', 'two');
		rmSync(places.storeFiles('app').folder, { recursive: true });
		const { flow, adoption } = open('app');
		answers = ['Show', 'Remove Keys'];
		await flow.start();
		assert.match(shown[0]!.text, /^2 API keys of an earlier token list .* of no use\.$/);
		assert.deepEqual(await adoption.find(), []);
	});
});
