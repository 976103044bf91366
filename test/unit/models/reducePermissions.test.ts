import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog, silentLog } from '../../../src/domain/log';
import { DAY_MS } from '../../../src/domain/token';
import { toUtcDate, type ModuleCounts } from '../../../src/domain/tokenUsage';
import {
	claimDeniedReductions,
	deniedReductionText,
	findReduction,
	reducePermissions,
	restorePermissions,
	type ReductionContext,
} from '../../../src/models/reducePermissions';
import { addTeamCounts } from '../../../src/domain/teamCountsPull';
import { UsageFile } from '../../../src/sources/workspace/usageFile';
import { ReductionFile } from '../../../src/storage/reductionFile';
import { Workspaces } from '../../support/store/workspaces';

const START = new Date('2030-06-30T12:00:00Z');

describe('Reducing permissions to what was used', () => {
	const workspaces = new Workspaces();
	let now: Date;
	let folder: string;
	let open: { dispose(): void }[];

	beforeEach(async () => {
		now = START;
		open = [];
		folder = await workspaces.folder();
	});

	afterEach(() => open.forEach((file) => file.dispose()));

	const clock = () => now;
	const days = (count: number) => new Date(START.getTime() + count * DAY_MS);

	function openReductions(): ReductionFile {
		const file = new ReductionFile(folder, clock, silentLog);
		open.push(file);
		return file;
	}

	/** Creates a token and the counts of its requests `daysAgo`. */
	async function createToken(permissions: readonly string[], modules: ModuleCounts, daysAgo = 3, age = 60) {
		now = days(-age);
		const source = workspaces.open({ folder, clock });
		const token = await source.create({ name: 'CRM [x](y)', permissions });
		now = START;
		await addUsage(token.id, {}, modules, daysAgo);
		return { source, token };
	}

	async function addUsage(id: string, statuses: Record<string, number>, modules: ModuleCounts = {}, daysAgo = 0): Promise<void> {
		const file = new UsageFile(folder, clock, silentLog);
		await file.add({
			[id]: { days: [{ date: toUtcDate(new Date(now.getTime() - daysAgo * DAY_MS)), statuses, modules }], lastUsed: null },
		});
		file.dispose();
	}

	/** Records what's shown, picks the changes whose label satisfies `isPicked`, and selects the button `answer`. */
	function createContext(isPicked: (label: string) => boolean = () => true, answer?: string) {
		const shown: string[] = [];
		const context: ReductionContext = {
			store: openReductions(),
			clock,
			log: silentLog,
			prompts: {
				pickMany: (items, { title, placeHolder }) => {
					shown.push(
						title,
						placeHolder,
						...items.map((item) => ('heading' in item ? `— ${item.heading}` : `${item.label}: ${item.description}`)),
					);
					assert.ok(items.every((item) => 'heading' in item || item.picked));
					return Promise.resolve(items.flatMap((item) => ('heading' in item || !isPicked(item.label) ? [] : [item.value])));
				},
				inform: (text, ...buttons) => {
					shown.push([text, ...buttons.map((button) => `[${button}]`)].join(' '));
					return Promise.resolve(buttons.find((button) => button === answer));
				},
			},
		};
		return { context, shown };
	}

	it('shows the evidence, changes what the user picks, and can be undone', async () => {
		const { source, token } = await createToken(['billing', 'news', 'products', 'usage'], {
			products: { read: 1200, write: 0 },
			usage: { read: 1, write: 3 },
			news: { read: 1, write: 0 },
		});
		const { context, shown } = createContext((label) => !label.includes('News'), 'Undo');
		const offerUndo = await reducePermissions({ source, token }, context);
		assert.deepEqual(shown, [
			'Reduce “CRM [x]\u200b(y)” to What It Uses',
			'Select the changes. Requests that need more are denied afterwards.',
			'— 1,205 requests since Jun 1',
			'Remove Billing: Not used in 30 days',
			'Make News read-only: 1 read · last on Jun 27',
			'Make Products read-only: 1,200 reads · last on Jun 27',
		]);
		assert.deepEqual((await source.get(token.id))!.permissions, ['news', 'products:read', 'usage']);
		shown.splice(0);
		await offerUndo!();
		assert.deepEqual(shown, ['Reduced the permissions of “CRM [x]\u200b(y)” to News, Products (read-only), Usage. [Undo]']);
		assert.deepEqual((await source.get(token.id))!.permissions, ['billing', 'news', 'products', 'usage']);
		assert.deepEqual(await openReductions().read(), {});
	});

	it('warns that what the team used is unknown', async () => {
		const { source, token } = await createToken(['billing', 'usage'], { usage: { read: 1200, write: 1 } });
		const counts = [{ tokenId: token.id, date: toUtcDate(now), statusClass: '2xx', instance: 'eu-1', count: 1 }] as const;
		await addTeamCounts(source, { readAt: now, readings: [{ readFrom: 'eu-1', counts }] }, clock);
		const { context, shown } = createContext();
		await reducePermissions({ source, token }, context);
		assert.equal(shown[1], "The team's requests aren't counted by module, so the token may need more.");
	});

	it('replaces all modules with the used ones', async () => {
		const { source, token } = await createToken(['MD-0000'], {
			products: { read: 30, write: 0 },
			usage: { read: 0, write: 1 },
			Gone: { read: 9, write: 9 },
		});
		const { context, shown } = createContext();
		await reducePermissions({ source, token }, context);
		assert.deepEqual(shown.slice(2), [
			'— 49 requests since Jun 1',
			'Remove access to all other modules: only these were used: Products, Usage',
			'Make Products read-only: 30 reads · last on Jun 27',
		]);
		assert.deepEqual((await source.get(token.id))!.permissions, ['products:read', 'usage']);
	});

	it('says if a selection has no effect', async () => {
		const { source, token } = await createToken(['MD-0000'], { products: { read: 30, write: 0 } });
		const { context, shown } = createContext((label) => label.includes('Products'));
		assert.equal(await reducePermissions({ source, token }, context), undefined);
		assert.match(shown.at(-1)!, /^Nothing was changed/);
		assert.deepEqual(await source.get(token.id), token);
	});

	it('keeps access to all modules for paths that no module covers', async () => {
		const { source, token } = await createToken(['MD-0000'], { 'MD-0000': { read: 30, write: 0 }, usage: { read: 0, write: 1 } });
		const { context, shown } = createContext();
		await reducePermissions({ source, token }, context);
		assert.deepEqual(shown.slice(3), ['Make All modules read-only: 30 reads · last on Jun 27']);
		assert.deepEqual((await source.get(token.id))!.permissions, ['MD-0000:read', 'usage']);
	});

	it('warns that a young token, or one with few requests, may need more', async () => {
		for (const [requests, age, expected] of [
			[40, 5, ['Less than 30 days were counted, so the token may need more.', '— 40 requests since Jun 25']],
			[5, 60, ['Only a few requests were counted, so the token may need more.', '— 5 requests since Jun 1']],
			[1, 60, ['Only a few requests were counted, so the token may need more.', '— 1 request since Jun 1']],
		] as const) {
			const { source, token } = await createToken(['products'], { products: { read: requests, write: 0 } }, 3, age);
			const { context, shown } = createContext(() => false);
			assert.equal(await reducePermissions({ source, token }, context), undefined);
			assert.deepEqual(shown.slice(1, 3), expected);
			assert.deepEqual((await source.get(token.id))!.permissions, ['products'], 'nothing was picked');
		}
	});

	it('says since when an earlier version didn’t count, and if there’s nothing to propose', async () => {
		const { source, token } = await createToken(['billing', 'products'], {});
		const { context, shown } = createContext();
		assert.equal(await reducePermissions({ source, token }, context), undefined);
		const earlier = { days: [{ date: '2030-06-20', statuses: { 200: 5 } }], lastUsed: null };
		writeFileSync(join(folder, 'statistics.json'), JSON.stringify({ version: 1, tokens: { [token.id]: earlier } }));
		assert.equal(await reducePermissions({ source, token }, context), undefined);
		await addUsage(token.id, {}, { products: { read: 50, write: 50 } });
		await reducePermissions({ source, token }, createContext(() => true).context);
		const updated = (await source.get(token.id))!;
		assert.equal(await reducePermissions({ source, token: updated }, context), undefined);
		assert.deepEqual(shown, [
			"“CRM [x]\u200b(y)” has used no module since Jun 1, so there's nothing to propose.",
			"“CRM [x]\u200b(y)” has used no module since Jun 30, so there's nothing to propose.",
			"“CRM [x]\u200b(y)” has used everything that it may do since Jun 30, so there's nothing to reduce.",
		]);
		assert.deepEqual(updated.permissions, ['products']);
	});

	it('rejects if the token was changed while the user decided', async () => {
		const { source, token } = await createToken(['billing', 'products'], { products: { read: 50, write: 50 } });
		now = days(1);
		await source.update(token.id, { description: 'Changed' });
		await assert.rejects(reducePermissions({ source, token }, createContext().context), /changed while you were editing/);
		assert.equal(await findReduction(source, token.id, openReductions()), undefined);
	});

	it('is carried out even if it can’t be remembered', async () => {
		const { source, token } = await createToken(['billing', 'products'], { products: { read: 50, write: 50 } });
		writeFileSync(join(folder, 'reductions.json'), JSON.stringify({ version: 99 }));
		const logged: string[] = [];
		const { context } = createContext();
		await reducePermissions({ source, token }, { ...context, log: createLog((_, message) => logged.push(message)) });
		assert.deepEqual((await source.get(token.id))!.permissions, ['products']);
		assert.match(logged.join(), /remember reduced permissions.*newer version/);
	});

	describe('and being denied afterwards', () => {
		/** A token that was denied twice before its permissions were reduced. */
		async function createReduced() {
			const { source, token } = await createToken(['billing', 'products'], { products: { read: 50, write: 50 } });
			await addUsage(token.id, { 403: 2 });
			await reducePermissions({ source, token }, createContext().context);
			return { source, id: token.id };
		}

		it('is a reason to warn once in all windows, and the permissions can be restored', async () => {
			const { source, id } = await createReduced();
			const [one, other] = [openReductions(), openReductions()];
			assert.deepEqual(await claimDeniedReductions(source, one), []);
			assert.equal((await findReduction(source, id, one))!.denied, 0);
			now = days(2);
			await addUsage(id, { 200: 5, 401: 3, 403: 1 });
			const claimed = (await Promise.all([claimDeniedReductions(source, one), claimDeniedReductions(source, other)])).flat();
			assert.deepEqual(claimed.map(deniedReductionText), [
				`1 request with “CRM [x]\u200b(y)” (${id}) was denied (403) since its permissions were reduced on Jun 30.`,
			]);
			await addUsage(id, { 403: 1 });
			assert.deepEqual(await claimDeniedReductions(source, other), []);
			assert.match(deniedReductionText((await findReduction(source, id, one))!), /^2 requests with .* were denied \(403\) since/);
			const { context, shown } = createContext();
			await restorePermissions(claimed[0]!, context);
			assert.deepEqual(shown, ['Restored the permissions of “CRM [x]\u200b(y)”: Billing, Products.']);
			assert.deepEqual((await source.get(id))!.permissions, ['billing', 'products']);
			assert.equal(await findReduction(source, id, one), undefined);
		});

		it('is none after 7 days', async () => {
			const { source, id } = await createReduced();
			now = days(7);
			await addUsage(id, { 403: 9 });
			assert.deepEqual(await claimDeniedReductions(source, openReductions()), []);
			assert.equal(await findReduction(source, id, openReductions()), undefined);
		});

		it('is none if the permissions were changed in another way since, which are then not replaced', async () => {
			const { source, id } = await createReduced();
			await addUsage(id, { 403: 1 });
			const reduction = (await findReduction(source, id, openReductions()))!;
			await source.update(id, { permissions: ['news'] });
			assert.deepEqual(await claimDeniedReductions(source, openReductions()), []);
			const { context, shown } = createContext();
			await restorePermissions(reduction, context);
			assert.match(shown[0]!, /changed in the meantime, so nothing was restored/);
			assert.deepEqual((await source.get(id))!.permissions, ['news']);
		});

		it('is none for a token that was deleted', async () => {
			const { source, id } = await createReduced();
			await addUsage(id, { 403: 1 });
			await source.delete(id);
			assert.deepEqual(await claimDeniedReductions(source, openReductions()), []);
		});

		it('is known after a damaged file was set aside', async () => {
			const { source, id } = await createReduced();
			writeFileSync(join(folder, 'reductions.json'), '{"version":1,"tokens":{"x":1}}');
			assert.deepEqual(await openReductions().read(), {});
			const token = (await source.get(id))!;
			await openReductions().add(id, { at: now.toISOString(), previous: ['billing'], reduced: token.permissions, deniedBefore: 0 });
			assert.equal((await claimDeniedReductions(source, openReductions())).length, 1);
		});
	});
});
