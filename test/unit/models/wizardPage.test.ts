import assert from 'node:assert/strict';
import { EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { TokenSource } from '../../../src/domain/ports';
import { problem } from '../../../src/domain/problems';
import { silentLog } from '../../../src/domain/log';
import type { Drafts } from '../../../src/models/drafts';
import { commandIds } from '../../../src/models/manifestIds';
import { isOwnArgument } from '../../../src/models/ownArguments';
import { parseWizardPageState, WizardPage } from '../../../src/models/wizardPage';
import { addModulePaths } from '../../../src/models/moduleChoices';
import { EMPTY_LIMITS_INPUT } from '../../../src/protocol/messageSchemas';
import { Peer } from '../../../src/protocol/peer';
import { CREATED_TOKEN_ACTIONS, wizardHostMethods, wizardPageMethods, type WizardInput } from '../../../src/protocol/wizardMessages';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { createExampleDrafts } from '../../support/exampleDrafts';
import { createLinkedTransports } from '../../support/linkedTransports';
import { ACCEPTED_TEST } from '../../support/page/pageHosts';
import { Workspaces } from '../../support/store/workspaces';

const NOW = new Date('2030-03-01T09:30:00.000Z');
const INPUT: WizardInput = {
	name: 'Nightly import',
	externalId: '',
	description: '',
	expiration: { kind: 'preset', preset: 'days7' },
	extension: 'EXT-000',
	permissions: ['usage'],
	limits: EMPTY_LIMITS_INPUT,
	approval: 'never',
};

interface WizardOptions {
	readonly createdId?: string | null;
	/** Names of existing tokens. */
	readonly names?: readonly string[];
	/** By default, there are none. */
	readonly drafts?: Drafts;
	/** What the user answers when asked about the input. */
	readonly draftChoice?: 'discard' | 'keep' | undefined;
	/** By default, a new workspace. */
	readonly source?: TokenSource;
}

describe('The model of the wizard', () => {
	const workspaces = new Workspaces();

	async function openWizard({
		createdId = null,
		names = [],
		drafts = createExampleDrafts(),
		draftChoice,
		source: givenSource,
	}: WizardOptions = {}) {
		const source = givenSource ?? workspaces.open({ folder: await workspaces.folder(), clock: () => NOW });
		for (const name of names) {
			await source.create({ name });
		}
		const calls: string[] = [];
		const [hostTransport, pageTransport] = createLinkedTransports();
		const wizard = new WizardPage({
			transport: hostTransport,
			language: { locale: 'en', texts: {} },
			source,
			clock: () => NOW,
			drafts,
			readModulePaths: () => BUILT_IN_MODULE_PATHS,
			createdId,
			log: silentLog,
			testToken: ({ token }) => Promise.resolve({ ...ACCEPTED_TEST, title: token.id }),
			host: {
				runCommand: (id, token) => {
					assert.equal(isOwnArgument(token), id !== commandIds.openDetails);
					calls.push(`${id} ${token.tokenId} ${token.sourceId}`);
					return Promise.resolve();
				},
				askAboutDraft: () => {
					calls.push('ask');
					return Promise.resolve(draftChoice);
				},
				close: () => calls.push('close'),
			},
		});
		return { source, wizard, calls, page: new Peer(pageTransport, wizardPageMethods, {}, wizardHostMethods) };
	}

	it('shows what a token can be created with', async () => {
		const { page, source } = await openWizard({ names: ['CRM'] });
		const snapshot = await page.request('ready', {});
		assert.deepEqual(snapshot.names, ['CRM']);
		assert.deepEqual(snapshot.source, { id: 'workspace', account: null });
		assert.deepEqual([snapshot.draft, snapshot.createdId, snapshot.created], [null, null, null]);
		const catalog = await source.getCatalog();
		assert.deepEqual(snapshot.extensions, catalog.extensions);
		assert.deepEqual(snapshot.modules, addModulePaths(catalog.modules, BUILT_IN_MODULE_PATHS));
		assert.deepEqual(snapshot.maxLengths, { name: 128, externalId: 128, description: 255 });
		assert.deepEqual(snapshot.presets, EXPIRATION_PRESETS);
		assert.deepEqual([snapshot.hasReadOnlyAccess, snapshot.hasRequestRules], [true, true]);
		assert.deepEqual(snapshot.language, { locale: 'en', texts: {} });
	});

	it('opens even if the tokens cannot be read', async () => {
		const { page, source } = await openWizard();
		source.list = () => Promise.reject(problem('The disk is full.'));
		assert.deepEqual((await page.request('ready', {})).names, []);
	});

	it('validates one step at a time', async () => {
		const { page } = await openWizard();
		const input: WizardInput = {
			...INPUT,
			name: '',
			expiration: { kind: 'custom', date: '2001-01-01T00:00:00.000Z' },
			permissions: [],
			limits: { rate: 'ten', per: 'minute', total: '0' },
		};
		for (const [step, errors] of [
			['general', { name: 'Enter a name with 1 to 128 characters.' }],
			['expiration', { expirationDate: 'Choose a date in the future.' }],
			['extension', {}],
			[
				'permissions',
				{
					permissions: 'Select at least one module.',
					'limits.rate': 'Enter a whole number from 1 to 1,000,000,000.',
					'limits.total': 'Enter a whole number from 1 to 1,000,000,000.',
				},
			],
		] as const) {
			assert.deepEqual(await page.request('check', { step, input }), errors);
		}
	});

	it('creates the token, then opens its details and closes', async () => {
		const { page, source, wizard, calls } = await openWizard();
		assert.equal(wizard.isFinished, false);
		const response = await page.request('create', { input: INPUT });
		assert.ok('token' in response);
		assert.equal(response.token.expirationDate, '2030-03-08T09:30:00.000Z');
		assert.deepEqual(response.token.permissions, ['usage']);
		assert.deepEqual(await source.list(), [response.token]);
		assert.equal(wizard.isFinished, true);
		assert.deepEqual((await page.request('ready', {})).created, response.token);
		await page.request('goToDetails', {});
		assert.deepEqual(calls, [`connectTokens.openDetails ${response.token.id} workspace`, 'close']);
	});

	it('offers to use the created token: with its masked key, a test, and commands that ask nothing', async () => {
		const { page, source, calls } = await openWizard();
		assert.equal((await page.request('ready', {})).maskedKey, null);
		await assert.rejects(page.request('testToken', {}), /doesn't exist/);
		const response = await page.request('create', { input: INPUT });
		assert.ok('token' in response);
		const { id } = response.token;
		const maskedKey = `ApiKey ${id}:**********`;
		assert.deepEqual([response.maskedKey, (await page.request('ready', {})).maskedKey], [maskedKey, maskedKey]);
		assert.equal((await page.request('testToken', {})).title, id);
		for (const action of CREATED_TOKEN_ACTIONS) {
			await page.request('useToken', { action });
		}
		await page.request('fixTest', { fix: 'setCredential' });
		const commands = ['copyApiKey', 'newRequestFile', 'copyAsCurl', 'setGatewayCredential'];
		assert.deepEqual(
			calls,
			commands.map((command) => `connectTokens.${command} ${id} workspace`),
		);
		await source.delete(id);
		await assert.rejects(page.request('useToken', { action: 'copyApiKey' }), /doesn't exist/);
	});

	it('creates the token with everything that was entered', async () => {
		const { page } = await openWizard();
		const response = await page.request('create', {
			input: {
				name: ' Nightly import ',
				externalId: 'CRM-42',
				description: 'Reads the usage.',
				expiration: { kind: 'custom', date: '2031-01-02T03:04:00.000Z' },
				extension: 'EXT-000',
				permissions: ['usage', 'MD-0001'],
				limits: { rate: '10', per: 'hour', total: '1,000' },
				approval: 'writes',
			},
		});
		assert.ok('token' in response);
		const { name, externalId, description, expirationDate, extension, permissions, limits, approval } = response.token;
		assert.deepEqual(
			{ name, externalId, description, expirationDate, extension: extension.id, permissions: [...permissions].sort(), limits, approval },
			{
				name: 'Nightly import',
				externalId: 'CRM-42',
				description: 'Reads the usage.',
				expirationDate: '2031-01-02T03:04:00.000Z',
				extension: 'EXT-000',
				permissions: ['MD-0001', 'usage'],
				limits: { rate: { requests: 10, per: 'hour' }, total: 1000 },
				approval: 'writes',
			},
		);
	});

	it('creates a token that does not expire', async () => {
		const { page } = await openWizard();
		const response = await page.request('create', { input: { ...INPUT, expiration: { kind: 'never' } } });
		assert.ok('token' in response);
		assert.equal(response.token.expirationDate, null);
	});

	it('closes without opening details if it is closed before it has created a token', async () => {
		const { page, calls, source } = await openWizard();
		await page.request('close', {});
		await page.request('goToDetails', {});
		assert.deepEqual(calls, ['close', 'close']);
		assert.deepEqual(await source.list(), []);
	});

	it('starts with the draft of a wizard that was closed, and with its own input if it was only hidden', async () => {
		const drafts = createExampleDrafts();
		const first = await openWizard({ drafts });
		assert.equal((await first.page.request('ready', {})).draft, null);
		const draft = { step: 'expiration', input: INPUT } as const;
		await first.page.request('keepDraft', { draft });
		assert.deepEqual((await first.page.request('ready', {})).draft, { ...draft, savedAt: null });
		const second = await openWizard({ drafts });
		const restored = (await second.page.request('ready', {})).draft;
		assert.deepEqual({ step: restored?.step, input: restored?.input }, draft);
		assert.match(restored?.savedAt ?? '', /^\d{4}-/);
		await second.page.request('keepDraft', { draft: null });
		assert.equal((await (await openWizard({ drafts })).page.request('ready', {})).draft, null);
		assert.deepEqual((await first.page.request('ready', {})).draft, { ...draft, savedAt: null });
	});

	it('continues with a draft from before there were limits', async () => {
		const { limits: _limits, approval: _approval, ...input } = INPUT;
		const drafts = createExampleDrafts({ 'create workspace': { step: 'permissions', input } });
		assert.deepEqual((await (await openWizard({ drafts })).page.request('ready', {})).draft?.input, INPUT);
	});

	it('ignores a stored draft that is not valid', async () => {
		const drafts = createExampleDrafts({ 'create workspace': { step: 'somewhere', input: { ...INPUT, name: 7 } } });
		assert.equal((await (await openWizard({ drafts })).page.request('ready', {})).draft, null);
	});

	it('removes the draft once the token is created, and keeps none after that', async () => {
		const drafts = createExampleDrafts();
		const { page } = await openWizard({ drafts });
		const draft = { step: 'permissions', input: INPUT } as const;
		await page.request('keepDraft', { draft });
		assert.ok('token' in (await page.request('create', { input: INPUT })));
		await page.request('keepDraft', { draft });
		assert.equal((await page.request('ready', {})).draft, null);
		assert.equal((await (await openWizard({ drafts })).page.request('ready', {})).draft, null);
	});

	for (const [draftChoice, isClosed, isKept] of [
		['discard', true, false],
		['keep', true, true],
		[undefined, false, true],
	] as const) {
		it(`asks what to do with the input when it is closed: ${draftChoice ?? 'the user continues'}`, async () => {
			const drafts = createExampleDrafts();
			const { page, calls } = await openWizard({ drafts, draftChoice });
			await page.request('keepDraft', { draft: { step: 'general', input: INPUT } });
			await page.request('close', {});
			assert.deepEqual(calls, isClosed ? ['ask', 'close'] : ['ask']);
			assert.equal((await (await openWizard({ drafts })).page.request('ready', {})).draft !== null, isKept);
		});
	}

	it('shows no created token after that token was deleted', async () => {
		const { page, source } = await openWizard();
		const response = await page.request('create', { input: INPUT });
		assert.ok('token' in response);
		await source.delete(response.token.id);
		assert.equal((await page.request('ready', {})).created, null);
	});

	it('creates a single token if it is asked again, even while the first request is pending', async () => {
		const { page, source } = await openWizard();
		const [first, second] = await Promise.all([page.request('create', { input: INPUT }), page.request('create', { input: INPUT })]);
		assert.deepEqual(first, second);
		assert.deepEqual(await page.request('create', { input: { ...INPUT, name: 'Other' } }), first);
		assert.equal((await source.list()).length, 1);
	});

	it('creates nothing from invalid input, and can be retried', async () => {
		const { page, source } = await openWizard();
		assert.deepEqual(await page.request('create', { input: { ...INPUT, permissions: [] } }), {
			errors: { permissions: 'Select at least one module.' },
		});
		assert.equal((await source.list()).length, 0);
		assert.ok('token' in (await page.request('create', { input: INPUT })));
	});

	it('ignores the selected modules for an extension with fixed modules', async () => {
		const { page } = await openWizard();
		const response = await page.request('create', { input: { ...INPUT, extension: 'reports' } });
		assert.ok('token' in response);
		assert.deepEqual(response.token.permissions, ['reports']);
	});

	it('reports why a token cannot be created', async () => {
		const { page, source } = await openWizard();
		source.create = () => Promise.reject(problem('The disk is full.'));
		await assert.rejects(page.request('create', { input: INPUT }), { message: 'The disk is full.' });
	});

	it('restores the created token from the saved state of its page', async () => {
		assert.deepEqual(parseWizardPageState({ createdId: 'SU-000-000-001', sourceId: 'workspace', step: 'general' }), {
			createdId: 'SU-000-000-001',
			sourceId: 'workspace',
		});
		assert.deepEqual(parseWizardPageState({ step: 7 }), { createdId: null });
		const { wizard, page } = await openWizard({ createdId: 'SU-000-000-001' });
		assert.equal(wizard.isFinished, true);
		const snapshot = await page.request('ready', {});
		assert.deepEqual([snapshot.createdId, snapshot.created], ['SU-000-000-001', null]);
	});

	describe('in an account', () => {
		const getPlatform = usePlatform({ now: () => NOW });
		const accounts = new TestAccounts();

		it("offers the account's own extensions and modules, and creates the token there", async () => {
			const account = await accounts.open(getPlatform(), { clock: () => NOW });
			const { page, calls } = await openWizard({ source: account });
			const snapshot = await page.request('ready', {});
			assert.deepEqual(snapshot.source, { id: account.id, account: 'Account 001' });
			assert.deepEqual(snapshot.names, ['Connect Tokens']);
			assert.ok(snapshot.extensions.some(({ description }) => description === 'Acme Billing Integration'));
			assert.ok(snapshot.modules.some(({ name }) => name === 'Leads'));
			const custom = snapshot.extensions.find(({ permissions, name }) => permissions === null && name === 'custom');
			assert.equal(snapshot.hasRequestRules, false);
			const hidden = { limits: { ...EMPTY_LIMITS_INPUT, total: '5' }, approval: 'writes' } as const;
			const response = await page.request('create', {
				input: { ...INPUT, ...hidden, extension: custom!.id, permissions: ['MD-0001'] },
			});
			assert.ok('token' in response);
			const stored = getPlatform().account.token(response.token.id);
			assert.deepEqual(
				[stored.name, stored.permissions, stored.key.expirationDate],
				['Nightly import', ['MD-0001'], response.token.expirationDate],
			);
			await page.request('goToDetails', {});
			assert.deepEqual(calls, [`connectTokens.openDetails ${stored.id} ${account.id}`, 'close']);
		});
	});
});
