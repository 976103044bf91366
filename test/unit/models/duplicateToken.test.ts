import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import type { TokenDraft } from '../../../src/domain/token';
import type { TokenLimits } from '../../../src/domain/tokenLimits';
import { TokenSources } from '../../../src/domain/tokenSources';
import { promptForDuplicate } from '../../../src/models/duplicateToken';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';
import { Workspaces } from '../../support/store/workspaces';

describe('Duplicate Token', () => {
	const workspaces = new Workspaces();

	const LIMITS: TokenLimits = { rate: { requests: 10, per: 'minute' }, total: 1000 };

	async function duplicate(inputs: readonly ScriptedInput[], rules: Pick<TokenDraft, 'limits' | 'approval'> = {}) {
		const time = { now: new Date('2030-01-01T00:00:00.000Z') };
		const source = workspaces.open({ folder: await workspaces.folder(), clock: () => time.now });
		await source.create({ name: 'CRM copy' });
		await source.create({
			name: 'CRM',
			externalId: 'crm-1',
			description: 'Syncs customers',
			permissions: ['usage', 'billing'],
			...rules,
			expirationDate: '2030-01-31T00:00:00.000Z',
		});
		time.now = new Date('2030-01-11T00:00:00.000Z');
		const [, found] = await new TokenSources(source, silentLog).list();
		const prompts = new ScriptedPrompts([...inputs]);
		const options = { prompts, catalog: await source.getCatalog(), tokens: await source.list(), now: time.now };
		const draft = await promptForDuplicate(found!, options);
		return { source, draft, prompt: prompts.shown[0]!, errors: prompts.shown.map(({ error }) => error) };
	}

	it('creates a token with the same properties and the same lifetime, under the name that the user enters', async () => {
		const { source, draft, prompt } = await duplicate(['CRM for tests']);
		assert.equal(prompt.text, 'Name of the new token, which gets its own API key and the same modules (expires in 30 days)');
		const { name, externalId, description, permissions, expirationDate } = await source.create(draft!);
		assert.deepEqual(
			[name, externalId, description, permissions, expirationDate],
			['CRM for tests', 'crm-1', 'Syncs customers', ['billing', 'usage'], '2030-02-10T00:00:00.000Z'],
		);
	});

	it('keeps the limits and the approval, and says so', async () => {
		const { source, draft, prompt } = await duplicate(['CRM for tests'], { limits: LIMITS, approval: 'writes' });
		assert.equal(prompt.text.split('(')[1], 'expires in 30 days · 10 requests per minute · 1,000 requests in total · approval for writes)');
		const { limits, approval } = await source.create(draft!);
		assert.deepEqual([limits, approval], [LIMITS, 'writes']);
	});

	it('suggests a name that no token has, and warns about one that another token has', async () => {
		const { prompt } = await duplicate(['CRM']);
		assert.equal(prompt.initial, 'CRM copy 2');
		assert.equal(prompt.hint, 'Another token already has this name.');
	});

	it('rejects an invalid name, and creates nothing if the user cancels', async () => {
		const { draft, errors } = await duplicate(['', undefined]);
		assert.deepEqual([draft, errors], [undefined, ['Enter a name with 1 to 128 characters.', undefined]]);
	});
});
