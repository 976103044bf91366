import assert from 'node:assert/strict';
import { BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import { exportedTokenItems, importedTokensText, parseExportedTokens } from '../../../src/models/exportedTokens';
import { formatExportedTokens } from '../../../src/models/tokenMessages';
import { Workspaces } from '../../support/store/workspaces';

const now = new Date('2030-06-01T12:00:00.000Z');
const clock = () => now;

describe('Exported tokens', () => {
	const workspaces = new Workspaces();
	const open = async () => workspaces.open({ folder: await workspaces.folder(), clock });

	async function exportedText(): Promise<string> {
		const source = await open();
		await source.create({
			name: 'Night [ly](x)',
			externalId: 'ERP-1',
			description: 'Imports orders',
			permissions: ['MD-0001', 'usage'],
			expirationDate: '2030-07-01T12:00:00.000Z',
		});
		await source.create({ name: 'Zap', extension: 'zapier', expirationDate: null });
		return formatExportedTokens(await source.list());
	}

	async function itemsFor(text: string, source: Awaited<ReturnType<typeof open>>) {
		const tokens = parseExportedTokens(text) ?? assert.fail('The text is not recognized.');
		return exportedTokenItems(tokens, { source, catalog: await source.getCatalog(), tokens: await source.list(), now });
	}

	it('become equal tokens with new IDs and keys in another workspace', async () => {
		const text = await exportedText();
		const source = await open();
		for (const { value } of await itemsFor(text, source)) {
			await source.create(value);
		}
		const definitions = (exported: string) =>
			(JSON.parse(exported) as Record<string, unknown>[])
				.map(({ name, externalId, description, extension, permissions, expirationDate }) => ({
					name,
					externalId,
					description,
					extension,
					permissions,
					expirationDate,
				}))
				.sort((a, b) => String(a.name).localeCompare(String(b.name)));
		const imported = formatExportedTokens(await source.list());
		assert.deepEqual(definitions(imported), definitions(text));
		const ids = (exported: string) => (JSON.parse(exported) as { id: string }[]).map(({ id }) => id);
		assert.equal(new Set([...ids(text), ...ids(imported)]).size, 4);
	});

	it('keep their limits and approval, and say which ones the destination does not support', async () => {
		const source = await open();
		const limits = { rate: { requests: 10, per: 'minute' }, total: 1000 } as const;
		await source.create({ name: 'Agent', permissions: ['usage'], limits, approval: 'writes' });
		const text = formatExportedTokens(await source.list());
		const target = await open();
		const [item] = await itemsFor(text, target);
		const rules = '10 requests per minute · 1,000 requests in total · approval for writes';
		assert.equal(item?.detail, `Custom · Usage · ${rules} · no expiration`);
		const { limits: imported, approval } = await target.create(item.value);
		assert.deepEqual([imported, approval], [limits, 'writes']);
		target.getCatalog = () => Promise.resolve({ ...BUILT_IN_CATALOG, hasRequestRules: false });
		const [unsupported] = await itemsFor(text, target);
		assert.equal(unsupported?.detail, `Custom · Usage · no expiration · not available here: ${rules.replaceAll(' · ', ', ')}`);
		assert.deepEqual([unsupported.value.limits, unsupported.value.approval], [undefined, undefined]);
	});

	it('are listed with what they become, and only new names are selected', async () => {
		const source = await open();
		await source.create({ name: 'Zap' });
		const items = await itemsFor(await exportedText(), source);
		const item = (label: string) => items.find((candidate) => candidate.label === label)!;
		const nightly = item('Night [ly]\u200b(x)');
		assert.equal(nightly.detail, 'Custom · Account, Usage · expires in 30 days');
		assert.equal(nightly.picked, true);
		assert.match(item('Zap').description, /^SU-[\d-]+ · a token with this name exists$/);
		assert.equal(item('Zap').detail, 'Zapier · Full · no expiration');
		assert.equal(item('Zap').picked, false);
	});

	it("say which modules aren't available, and are valid for 30 days if they have expired", async () => {
		const [token] = JSON.parse(await exportedText()) as Record<string, unknown>[];
		const changed = {
			...token,
			permissions: ['MD-0001', 'MD-9999'],
			extension: { id: 'EXT-9', name: 'Gone' },
			expirationDate: '2001-01-01T00:00:00Z',
		};
		const [item] = await itemsFor(JSON.stringify([changed]), await open());
		assert.equal(item?.detail, 'Custom · Account · expires in 30 days · not available here: MD-9999');
		assert.equal(item.value.expirationDate, '2030-07-01T12:00:00.000Z');
	});

	it('are recognized only in the form in which they were exported', async () => {
		const text = await exportedText();
		const [token] = JSON.parse(text) as Record<string, unknown>[];
		assert.equal(parseExportedTokens(text)?.length, 2);
		assert.deepEqual(parseExportedTokens('[]'), []);
		const others = [
			...['', 'tokens', '{}', '[1]', 'null', text.slice(1), JSON.stringify(token)],
			...Object.entries({
				name: 7,
				externalId: undefined,
				permissions: 'MD-0001',
				extension: 'EXT-000',
				expirationDate: '2030-02-30T00:00:00Z',
				limits: { total: 0 },
				approval: 'sometimes',
			}).map(([field, value]) => JSON.stringify([{ ...token, [field]: value }])),
		];
		for (const other of others) {
			assert.equal(parseExportedTokens(other), undefined, other);
		}
	});

	it('are counted when they have been imported', () => {
		assert.equal(importedTokensText(1), 'Imported 1 token. It has a new ID and API key.');
		assert.equal(importedTokensText(3), 'Imported 3 tokens. Each has a new ID and API key.');
	});
});
