import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findActionProblem, TOKEN_ACTIONS, type TokenAction } from '../../../src/domain/tokenLifecycle';
import type { TokenSource } from '../../../src/domain/ports';
import { ProblemError } from '../../../src/domain/problems';
import { DAY_MS, type Token, type TokenDraft } from '../../../src/domain/token';

/** A source to test, and its environment. */
export interface SourceFixture {
	/** Opens another window on the same tokens. */
	open(): Promise<TokenSource> | TokenSource;
	now: Date;
	expiringDays: number;
	/** IDs of three available modules, in alphabetical order. */
	readonly modules: readonly [string, string, string];
	/** An extension with fixed modules. */
	readonly fixedExtension: string;
	/** The default extension. */
	readonly usualExtension: { readonly id: string; readonly name: string };
	/** Who changes tokens. */
	readonly user: string;
	/** IDs of tokens that exist initially. */
	readonly createdIds: readonly string[];
	/** Whether tokens have the date when their key was issued. */
	readonly knowsIssueDates: boolean;
}

const UNKNOWN_ID = 'SU-000-000-000';

/**
 * Tests that apply to every kind of source.
 * @param createFixture creates the fixture of a test
 */
export function testTokenSource(createFixture: () => Promise<SourceFixture>): void {
	const inDays = (days: number, { now }: SourceFixture) => new Date(now.getTime() + days * DAY_MS).toISOString();
	const named = ({ createdIds }: SourceFixture, tokens: readonly Token[]) =>
		tokens.filter(({ id }) => !createdIds.includes(id)).map(({ name }) => name);

	async function keyOf(source: TokenSource, id: string, which?: 'previous'): Promise<string> {
		const result = await source.readKey(id, which);
		assert.ok('authorization' in result, 'the key can be read');
		assert.match(result.authorization, new RegExp(`^ApiKey ${id}:[0-9a-f]{40}$`));
		return result.authorization;
	}

	it('stores created tokens for all windows and later sessions', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const [first, second] = fixture.modules;
		const created = await source.create({
			name: ' Billing job ',
			externalId: 'B-1',
			description: 'Runs at night',
			permissions: [second, first],
			expirationDate: inDays(30, fixture).replace('Z', '+00:00'),
		});
		const by = { at: fixture.now.toISOString(), by: fixture.user };
		assert.match(created.id, /^SU(-\d{3})+$/);
		assert.deepEqual(created, {
			id: created.id,
			name: 'Billing job',
			externalId: 'B-1',
			description: 'Runs at night',
			extension: fixture.usualExtension,
			permissions: [first, second],
			status: 'active',
			expirationDate: inDays(30, fixture),
			renewedExpirationDate: null,
			...(fixture.knowsIssueDates && { keyIssuedAt: by.at }),
			created: by,
			updated: by,
		});
		const later = await fixture.open();
		assert.deepEqual(
			(await later.list()).find(({ id }) => id === created.id),
			created,
		);
		assert.deepEqual(await later.get(created.id), created);
		assert.equal(await keyOf(later, created.id), await keyOf(source, created.id));
	});

	it('lists tokens in order of creation, with the status derived from the clock and the setting', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const expirationDate = inDays(200, fixture);
		await source.create({ name: 'b', expirationDate });
		await source.create({ name: 'a' });
		const seen = async () =>
			(await source.list()).filter(({ id }) => !fixture.createdIds.includes(id)).map(({ name, status }) => `${name} ${status}`);
		fixture.now = new Date(inDays(175, fixture));
		assert.deepEqual(await seen(), ['b active', 'a active']);
		fixture.expiringDays = 30;
		assert.deepEqual(await seen(), ['b expiring', 'a active']);
		fixture.now = new Date(expirationDate);
		assert.deepEqual(await seen(), ['b expired', 'a active']);
	});

	it('creates tokens with the fixed modules of their extension, or with the chosen modules', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { extension } = await source.create({ name: 'fixed', extension: fixture.fixedExtension });
		assert.equal(extension.id, fixture.fixedExtension);
		await assert.rejects(
			source.create({ name: 'x', extension: fixture.fixedExtension, permissions: [fixture.modules[0]] }),
			isFieldProblem('permissions'),
		);
		assert.deepEqual((await source.create({ name: 'full', permissions: ['MD-0000', fixture.modules[0]] })).permissions, ['MD-0000']);
	});

	it('rejects an invalid draft with the name of the field', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const drafts: Record<string, TokenDraft> = {
			name: { name: '' },
			externalId: { name: 'x', externalId: 'x'.repeat(129) },
			description: { name: 'x', description: 'x'.repeat(256) },
			extension: { name: 'x', extension: 'none' },
			permissions: { name: 'x', permissions: ['none'] },
			expirationDate: { name: 'x', expirationDate: '2001-01-01T00:00:00Z' },
		};
		for (const [field, draft] of Object.entries(drafts)) {
			await assert.rejects(source.create(draft), isFieldProblem(field));
		}
		assert.deepEqual(named(fixture, await (await fixture.open()).list()), []);
	});

	it('creates many tokens at once, each with its own ID and key', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const created = await Promise.all(Array.from({ length: 20 }, (_, index) => source.create({ name: `token ${index % 5}` })));
		const listed = named(fixture, await (await fixture.open()).list());
		assert.deepEqual([...listed].sort(), created.map(({ name }) => name).sort());
		assert.equal(new Set(created.map(({ id }) => id)).size, 20);
		assert.equal(new Set(await Promise.all(created.map(({ id }) => keyOf(source, id)))).size, 20);
	});

	it('stores any valid text exactly', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => `<${raw.replace(/\p{Cc}/gu, ' ')}>`);
		await fc.assert(
			fc.asyncProperty(text, fc.string({ unit: 'grapheme', maxLength: 40 }), async (name, description) => {
				const { id } = await source.create({ name, description });
				const read = await (await fixture.open()).get(id);
				assert.equal(read?.name, name);
				assert.equal(read.description, description.trim());
			}),
			{ numRuns: 30 },
		);
	});

	it('changes only the given properties', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const [first, second, third] = fixture.modules;
		const before = await source.create({ name: 'one', externalId: 'x-1', description: 'd', permissions: [first, second] });
		const renamed = await source.update(before.id, { name: 'two' });
		assert.deepEqual(renamed, { ...before, name: 'two', updated: renamed.updated });
		const changed = await source.update(before.id, { externalId: null, description: '', permissions: [second, third] }, renamed.updated.at);
		assert.deepEqual(changed, { ...renamed, externalId: null, description: '', permissions: [second, third], updated: changed.updated });
		assert.deepEqual((await source.update(before.id, { permissions: [] })).permissions, []);
		assert.deepEqual((await source.update(before.id, { permissions: ['MD-0000'] })).permissions, ['MD-0000']);
		assert.deepEqual((await source.update(before.id, { permissions: [first] })).permissions, [first]);
		assert.deepEqual(await (await fixture.open()).get(before.id), await source.get(before.id));
		await assert.rejects(source.update(before.id, { permissions: ['none'] }), isFieldProblem('permissions'));
		await assert.rejects(source.update(before.id, { name: '' }), isFieldProblem('name'));
	});

	it('does not overwrite a change made in the meantime', async () => {
		const fixture = await createFixture();
		const [source, other] = [await fixture.open(), await fixture.open()];
		const { id, updated } = await source.create({ name: 'one' });
		fixture.now = new Date(inDays(1, fixture));
		await other.update(id, { name: 'theirs' });
		await assert.rejects(source.update(id, { name: 'ours' }, updated.at), /was changed while you were editing/);
		assert.equal((await (await fixture.open()).get(id))?.name, 'theirs');
	});

	it('disables and enables a token without other changes', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const before = await source.create({ name: 'one', expirationDate: inDays(30, fixture) });
		const key = await keyOf(source, before.id);
		const disabled = await source.disable(before.id);
		assert.deepEqual(disabled, { ...before, status: 'inactive', updated: disabled.updated });
		assert.deepEqual(await (await fixture.open()).get(before.id), disabled);
		const enabled = await source.enable(before.id);
		assert.deepEqual(enabled, { ...before, updated: enabled.updated });
		assert.equal(await keyOf(source, before.id), key);
	});

	it('rotates a token and notifies listeners', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(30, fixture) });
		const rotated: string[] = [];
		source.onDidRotate((tokenId) => rotated.push(tokenId));
		const old = await keyOf(source, id);
		const after = await source.rotate(id, { expirationDate: inDays(60, fixture) });
		assert.equal(after.expirationDate, inDays(60, fixture));
		assert.equal(after.renewedExpirationDate, null);
		assert.notEqual(await keyOf(source, id), old);
		assert.deepEqual(rotated, [id]);
		assert.equal((await source.rotate(id, { expirationDate: null })).expirationDate, null);
		await assert.rejects(source.rotate(id, { expirationDate: '2001-01-01T00:00:00Z' }), isFieldProblem('expirationDate'));
	});

	it('keeps the lifetime of a token by default', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(30, fixture) });
		fixture.now = new Date(inDays(10, fixture));
		assert.equal((await source.rotate(id)).expirationDate, inDays(30, fixture));
		fixture.now = new Date(inDays(10, fixture));
		assert.equal((await source.renew(id)).renewedExpirationDate, inDays(30, fixture));
	});

	it('renews a token, whose previous key is valid until its own expiration date', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(5, fixture) });
		const [first, last] = [inDays(5, fixture), inDays(60, fixture)];
		const previous = await keyOf(source, id);
		await assert.rejects(source.renew(id, { expirationDate: inDays(4, fixture) }), isFieldProblem('expirationDate'));
		const renewed = await source.renew(id, { expirationDate: last });
		assert.deepEqual([renewed.status, renewed.expirationDate, renewed.renewedExpirationDate], ['revitalised', first, last]);
		assert.equal(await keyOf(source, id, 'previous'), previous);
		const current = await keyOf(source, id);
		assert.notEqual(current, previous);
		const dates = async () => (await source.listKeys(id)).map(({ which, expirationDate }) => [which, expirationDate]);
		assert.deepEqual(await dates(), [
			['current', last],
			['previous', first],
		]);
		fixture.now = new Date(first);
		const later = await source.get(id);
		assert.deepEqual([later?.status, later?.expirationDate, later?.renewedExpirationDate], ['active', last, null]);
		assert.deepEqual(await dates(), [['current', last]]);
		assert.equal(await keyOf(source, id), current);
		await assert.rejects(source.readKey(id, 'previous'), { name: 'ProblemError', message: new RegExp(id) });
	});

	it('rejects actions that the status of a token does not allow', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const make = async (name: string, days: number | null, ...actions: ('renew' | 'disable')[]) => {
			const { id } = await source.create({ name, expirationDate: days === null ? null : inDays(days, fixture) });
			for (const action of actions) {
				await (action === 'renew' ? source.renew(id, { expirationDate: inDays(200, fixture) }) : source.disable(id));
			}
			return id;
		};
		const ids = [
			await make('perpetual', null),
			await make('active', 100),
			await make('expiring', 30),
			await make('revitalised', 100, 'renew'),
			await make('expired', 1),
			await make('inactive', 100, 'disable'),
		];
		fixture.now = new Date(inDays(24, fixture));
		const statuses = (await Promise.all(ids.map((id) => source.get(id)))).map((token) => token?.status);
		assert.deepEqual(statuses, ['active', 'active', 'expiring', 'revitalised', 'expired', 'inactive']);
		const calls: Record<TokenAction, (id: string) => Promise<unknown>> = {
			disable: (id) => source.disable(id),
			enable: (id) => source.enable(id),
			rotate: (id) => source.rotate(id),
			renew: (id) => source.renew(id),
			edit: (id) => source.update(id, { name: 'x' }),
			delete: (id) => source.delete(id),
		};
		for (const id of ids) {
			const before = await source.get(id);
			for (const action of TOKEN_ACTIONS) {
				const actionProblem = findActionProblem(action, before!);
				if (actionProblem) {
					await assert.rejects(
						calls[action](id),
						(error: unknown) => error instanceof ProblemError && error.problems[0]?.template === actionProblem.template,
					);
				}
			}
			assert.deepEqual(await (await fixture.open()).get(id), before);
		}
	});

	it('deletes a token without affecting others', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const ids: string[] = [];
		for (const name of ['one', 'two', 'three']) {
			ids.push((await source.create({ name })).id);
		}
		await source.delete(ids[1]!);
		for (const window of [source, await fixture.open()]) {
			assert.deepEqual(named(fixture, await window.list()), ['one', 'three']);
			assert.equal(await window.get(ids[1]!), undefined);
			await keyOf(window, ids[2]!);
		}
	});

	it('rejects an unknown ID with an error that contains it', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		await source.list();
		assert.equal(await source.get(UNKNOWN_ID), undefined);
		const calls = [
			() => source.update(UNKNOWN_ID, { name: 'x' }),
			() => source.disable(UNKNOWN_ID),
			() => source.enable(UNKNOWN_ID),
			() => source.rotate(UNKNOWN_ID),
			() => source.renew(UNKNOWN_ID),
			() => source.delete(UNKNOWN_ID),
			() => source.listKeys(UNKNOWN_ID),
			() => source.readKey(UNKNOWN_ID),
			() => source.getUsage(UNKNOWN_ID),
		];
		for (const call of calls) {
			await assert.rejects(call, { name: 'ProblemError', message: new RegExp(UNKNOWN_ID) }, String(call));
		}
		await assert.rejects(source.delete('../accounts'), ProblemError);
	});

	it('returns copies that callers can modify', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const created = await source.create({ name: 'one', permissions: [fixture.modules[0]] });
		const before = structuredClone(created);
		for (const token of [created, ...(await source.list()), (await source.get(created.id))!]) {
			(token.permissions as string[]).push('MD-0000');
			Object.assign(token.extension, { name: 'changed' });
			Object.assign(token.updated, { by: 'changed' });
			Object.assign(token.created, { by: 'changed' });
		}
		await source.create({ name: 'two' });
		assert.deepEqual(await source.get(created.id), before);
		assert.deepEqual(await (await fixture.open()).get(created.id), before);
	});

	it('notifies listeners of each change until they are disposed', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		await source.list();
		let events = 0;
		const subscription = source.onDidChange(() => events++);
		const assertNotified = async (change: () => Promise<unknown>) => {
			const before = events;
			await change();
			assert.ok(events > before, String(change));
		};
		let id = '';
		await assertNotified(async () => ({ id } = await source.create({ name: 'one', expirationDate: inDays(30, fixture) })));
		await assertNotified(() => source.update(id, { name: 'two' }));
		await assertNotified(() => source.disable(id));
		await assertNotified(() => source.enable(id));
		await assertNotified(() => source.rotate(id, { expirationDate: inDays(40, fixture) }));
		await assertNotified(() => source.renew(id, { expirationDate: inDays(50, fixture) }));
		await assertNotified(() => source.delete(id));
		subscription.dispose();
		const before = events;
		await source.create({ name: 'three' });
		assert.equal(events, before);
	});

	it('reports no usage for a token that was never used', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { id } = await source.create({ name: 'one' });
		assert.deepEqual(await source.getUsage(id), { days: [], lastUsed: null });
	});

	it('returns extensions and modules, and the names of modules', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		const { extensions, modules } = await source.getCatalog();
		assert.deepEqual(extensions.at(-1)?.permissions, null, 'the extension with a choice of modules is last');
		assert.ok(extensions.some(({ id }) => id === fixture.fixedExtension));
		for (const { id, name } of modules) {
			assert.equal(source.getModuleName(id), name);
		}
		assert.ok(fixture.modules.every((id) => modules.some((module) => module.id === id)));
		assert.ok(!modules.some(({ id }) => id === 'MD-0000'), 'access to all modules is not in the list');
		assert.equal(source.getModuleName('none'), 'none');
	});

	it('lists the same tokens in each read mode after the first list', async () => {
		const fixture = await createFixture();
		const source = await fixture.open();
		await source.create({ name: 'one' });
		const tokens = await source.list();
		assert.deepEqual(await source.list('available'), tokens);
		assert.deepEqual(await source.list('cached'), tokens);
		await source.reload();
		assert.deepEqual(await source.list('complete'), tokens);
		assert.equal(source.problem, undefined);
	});
}

function isFieldProblem(field: string): (error: unknown) => boolean {
	return (error) => error instanceof ProblemError && error.problems.some((problem) => problem.field === field);
}
