import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refusalOf, tokenActions, type TokenAction } from '../../../src/domain/lifecycle';
import type { TokenSource } from '../../../src/domain/ports';
import { ProblemError } from '../../../src/domain/problems';
import { DAY, type Token, type TokenDraft } from '../../../src/domain/token';

/** Tokens to test a source with, and the circumstances they are in. */
export interface Surroundings {
	/** Another window on the same tokens. */
	open(): Promise<TokenSource> | TokenSource;
	now: Date;
	expiringDays: number;
	/** Ids of three modules that tokens can be given, in alphabetical order. */
	readonly modules: readonly [string, string, string];
	/** An extension whose tokens have modules that nobody chooses. */
	readonly fixedExtension: string;
	/** The extension of tokens for which none was named. */
	readonly usualExtension: { readonly id: string; readonly name: string };
	/** Who changes tokens. */
	readonly user: string;
	/** Ids of tokens that are there from the beginning. */
	readonly there: readonly string[];
}

const UNKNOWN = 'SU-000-000-000';

/**
 * What holds for every kind of source, as tests.
 * @param begin makes what a test begins with
 */
export function itIsASource(begin: () => Promise<Surroundings>): void {
	const inDays = (days: number, { now }: Surroundings) => new Date(now.getTime() + days * DAY).toISOString();
	const named = ({ there }: Surroundings, tokens: readonly Token[]) =>
		tokens.filter(({ id }) => !there.includes(id)).map(({ name }) => name);

	async function keyOf(source: TokenSource, id: string, which?: 'previous'): Promise<string> {
		const reading = await source.readKey(id, which);
		assert.ok('authorization' in reading, 'the key can be read');
		assert.match(reading.authorization, new RegExp(`^ApiKey ${id}:[0-9a-f]{40}$`));
		return reading.authorization;
	}

	it('keeps what was created, for every window and every later start', async () => {
		const world = await begin();
		const source = await world.open();
		const [first, second] = world.modules;
		const created = await source.create({
			name: ' Billing job ',
			externalId: 'B-1',
			description: 'Runs at night',
			permissions: [second, first],
			expirationDate: inDays(30, world).replace('Z', '+00:00'),
		});
		const by = { at: world.now.toISOString(), by: world.user };
		assert.match(created.id, /^SU(-\d{3})+$/);
		assert.deepEqual(created, {
			id: created.id,
			name: 'Billing job',
			externalId: 'B-1',
			description: 'Runs at night',
			extension: world.usualExtension,
			permissions: [first, second],
			status: 'active',
			expirationDate: inDays(30, world),
			renewedExpirationDate: null,
			created: by,
			updated: by,
		});
		const later = await world.open();
		assert.deepEqual(
			(await later.list()).find(({ id }) => id === created.id),
			created,
		);
		assert.deepEqual(await later.get(created.id), created);
		assert.equal(await keyOf(later, created.id), await keyOf(source, created.id));
	});

	it('lists in the order of creation and derives the status from the clock and the setting', async () => {
		const world = await begin();
		const source = await world.open();
		await source.create({ name: 'b', expirationDate: inDays(19, world) });
		await source.create({ name: 'a' });
		const seen = async () =>
			(await source.list()).filter(({ id }) => !world.there.includes(id)).map(({ name, status }) => `${name} ${status}`);
		assert.deepEqual(await seen(), ['b active', 'a active']);
		world.expiringDays = 30;
		assert.deepEqual(await seen(), ['b expiring', 'a active']);
		world.now = new Date(inDays(19, world));
		assert.deepEqual(await seen(), ['b expired', 'a active']);
	});

	it('creates tokens of an extension with the modules that it has, and of another that it is asked for', async () => {
		const world = await begin();
		const source = await world.open();
		const { extension } = await source.create({ name: 'fixed', extension: world.fixedExtension });
		assert.equal(extension.id, world.fixedExtension);
		await assert.rejects(
			source.create({ name: 'x', extension: world.fixedExtension, permissions: [world.modules[0]] }),
			aboutField('permissions'),
		);
		assert.deepEqual((await source.create({ name: 'full', permissions: ['MD-0000', world.modules[0]] })).permissions, ['MD-0000']);
	});

	it('creates nothing from a draft that is invalid, and names the field', async () => {
		const world = await begin();
		const source = await world.open();
		const drafts: Record<string, TokenDraft> = {
			name: { name: '' },
			externalId: { name: 'x', externalId: 'x'.repeat(129) },
			description: { name: 'x', description: 'x'.repeat(256) },
			extension: { name: 'x', extension: 'none' },
			permissions: { name: 'x', permissions: ['none'] },
			expirationDate: { name: 'x', expirationDate: '2001-01-01T00:00:00Z' },
		};
		for (const [field, draft] of Object.entries(drafts)) {
			await assert.rejects(source.create(draft), aboutField(field));
		}
		assert.deepEqual(named(world, await (await world.open()).list()), []);
	});

	it('creates many at once, each with an id and a key of its own', async () => {
		const world = await begin();
		const source = await world.open();
		const created = await Promise.all(Array.from({ length: 20 }, (_, index) => source.create({ name: `token ${index % 5}` })));
		const listed = named(world, await (await world.open()).list());
		assert.deepEqual([...listed].sort(), created.map(({ name }) => name).sort());
		assert.equal(new Set(created.map(({ id }) => id)).size, 20);
		assert.equal(new Set(await Promise.all(created.map(({ id }) => keyOf(source, id)))).size, 20);
	});

	it('keeps every text that a draft allows exactly', async () => {
		const world = await begin();
		const source = await world.open();
		const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => `<${raw.replace(/\p{Cc}/gu, ' ')}>`);
		await fc.assert(
			fc.asyncProperty(text, fc.string({ unit: 'grapheme', maxLength: 40 }), async (name, description) => {
				const { id } = await source.create({ name, description });
				const read = await (await world.open()).get(id);
				assert.equal(read?.name, name);
				assert.equal(read.description, description.trim());
			}),
			{ numRuns: 30 },
		);
	});

	it('changes what is to be changed and nothing else', async () => {
		const world = await begin();
		const source = await world.open();
		const [first, second, third] = world.modules;
		const before = await source.create({ name: 'one', externalId: 'x-1', description: 'd', permissions: [first, second] });
		const renamed = await source.update(before.id, { name: 'two' });
		assert.deepEqual(renamed, { ...before, name: 'two', updated: renamed.updated });
		const changed = await source.update(before.id, { externalId: null, description: '', permissions: [second, third] }, renamed.updated.at);
		assert.deepEqual(changed, { ...renamed, externalId: null, description: '', permissions: [second, third], updated: changed.updated });
		assert.deepEqual((await source.update(before.id, { permissions: [] })).permissions, []);
		assert.deepEqual((await source.update(before.id, { permissions: ['MD-0000'] })).permissions, ['MD-0000']);
		assert.deepEqual((await source.update(before.id, { permissions: [first] })).permissions, [first]);
		assert.deepEqual(await (await world.open()).get(before.id), await source.get(before.id));
		await assert.rejects(source.update(before.id, { permissions: ['none'] }), aboutField('permissions'));
		await assert.rejects(source.update(before.id, { name: '' }), aboutField('name'));
	});

	it('overwrites nothing that somebody else has changed meanwhile', async () => {
		const world = await begin();
		const [source, other] = [await world.open(), await world.open()];
		const { id, updated } = await source.create({ name: 'one' });
		world.now = new Date(inDays(1, world));
		await other.update(id, { name: 'theirs' });
		await assert.rejects(source.update(id, { name: 'ours' }, updated.at), /changed meanwhile/);
		assert.equal((await (await world.open()).get(id))?.name, 'theirs');
	});

	it('stops a token and has it go on, with all it has', async () => {
		const world = await begin();
		const source = await world.open();
		const before = await source.create({ name: 'one', expirationDate: inDays(30, world) });
		const key = await keyOf(source, before.id);
		const disabled = await source.disable(before.id);
		assert.deepEqual(disabled, { ...before, status: 'inactive', updated: disabled.updated });
		assert.deepEqual(await (await world.open()).get(before.id), disabled);
		const enabled = await source.enable(before.id);
		assert.deepEqual(enabled, { ...before, updated: enabled.updated });
		assert.equal(await keyOf(source, before.id), key);
	});

	it('gives a token another key, and tells that it has', async () => {
		const world = await begin();
		const source = await world.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(30, world) });
		const rotated: string[] = [];
		source.onDidRotate((one) => rotated.push(one));
		const old = await keyOf(source, id);
		const after = await source.rotate(id, { expirationDate: inDays(60, world) });
		assert.equal(after.expirationDate, inDays(60, world));
		assert.equal(after.renewedExpirationDate, null);
		assert.notEqual(await keyOf(source, id), old);
		assert.deepEqual(rotated, [id]);
		assert.equal((await source.rotate(id, { expirationDate: null })).expirationDate, null);
		await assert.rejects(source.rotate(id, { expirationDate: '2001-01-01T00:00:00Z' }), aboutField('expirationDate'));
	});

	it('gives a token the lifetime that it had, where no other is named', async () => {
		const world = await begin();
		const source = await world.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(30, world) });
		world.now = new Date(inDays(10, world));
		assert.equal((await source.rotate(id)).expirationDate, inDays(30, world));
		world.now = new Date(inDays(10, world));
		assert.equal((await source.renew(id)).renewedExpirationDate, inDays(30, world));
	});

	it('renews a token, whose previous key works until its own date', async () => {
		const world = await begin();
		const source = await world.open();
		const { id } = await source.create({ name: 'one', expirationDate: inDays(5, world) });
		const [first, last] = [inDays(5, world), inDays(60, world)];
		const previous = await keyOf(source, id);
		await assert.rejects(source.renew(id, { expirationDate: inDays(4, world) }), aboutField('expirationDate'));
		const renewed = await source.renew(id, { expirationDate: last });
		assert.deepEqual([renewed.status, renewed.expirationDate, renewed.renewedExpirationDate], ['revitalised', first, last]);
		assert.equal(await keyOf(source, id, 'previous'), previous);
		const current = await keyOf(source, id);
		assert.notEqual(current, previous);
		const dates = async () => (await source.keys(id)).map(({ which, expirationDate }) => [which, expirationDate]);
		assert.deepEqual(await dates(), [
			['current', last],
			['previous', first],
		]);
		world.now = new Date(first);
		const later = await source.get(id);
		assert.deepEqual([later?.status, later?.expirationDate, later?.renewedExpirationDate], ['active', last, null]);
		assert.deepEqual(await dates(), [['current', last]]);
		assert.equal(await keyOf(source, id), current);
		await assert.rejects(source.readKey(id, 'previous'), { name: 'ProblemError', message: new RegExp(id) });
	});

	it('refuses what the status of a token does not allow, as the menus do', async () => {
		const world = await begin();
		const source = await world.open();
		const make = async (name: string, days: number | null, ...actions: ('renew' | 'disable')[]) => {
			const { id } = await source.create({ name, expirationDate: days === null ? null : inDays(days, world) });
			for (const action of actions) {
				await (action === 'renew' ? source.renew(id, { expirationDate: inDays(200, world) }) : source.disable(id));
			}
			return id;
		};
		const ids = [
			await make('perpetual', null),
			await make('active', 100),
			await make('expiring', 7),
			await make('revitalised', 100, 'renew'),
			await make('expired', 1),
			await make('inactive', 100, 'disable'),
		];
		world.now = new Date(inDays(1, world));
		const statuses = (await Promise.all(ids.map((id) => source.get(id)))).map((one) => one?.status);
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
			for (const action of tokenActions) {
				const refusal = refusalOf(action, before!);
				if (refusal) {
					await assert.rejects(
						calls[action](id),
						(error: unknown) => error instanceof ProblemError && error.problems[0]?.template === refusal.template,
					);
				}
			}
			assert.deepEqual(await (await world.open()).get(id), before);
		}
	});

	it('deletes a token and leaves the others alone', async () => {
		const world = await begin();
		const source = await world.open();
		const ids: string[] = [];
		for (const name of ['one', 'two', 'three']) {
			ids.push((await source.create({ name })).id);
		}
		await source.delete(ids[1]!);
		for (const window of [source, await world.open()]) {
			assert.deepEqual(named(world, await window.list()), ['one', 'three']);
			assert.equal(await window.get(ids[1]!), undefined);
			await keyOf(window, ids[2]!);
		}
	});

	it('names the id that it does not know', async () => {
		const world = await begin();
		const source = await world.open();
		await source.list();
		assert.equal(await source.get(UNKNOWN), undefined);
		const calls = [
			() => source.update(UNKNOWN, { name: 'x' }),
			() => source.disable(UNKNOWN),
			() => source.enable(UNKNOWN),
			() => source.rotate(UNKNOWN),
			() => source.renew(UNKNOWN),
			() => source.delete(UNKNOWN),
			() => source.keys(UNKNOWN),
			() => source.readKey(UNKNOWN),
			() => source.statistics(UNKNOWN),
		];
		for (const call of calls) {
			await assert.rejects(call, { name: 'ProblemError', message: new RegExp(UNKNOWN) }, String(call));
		}
		await assert.rejects(source.delete('../accounts'), ProblemError);
	});

	it('keeps what a caller does to a token it was given to the caller', async () => {
		const world = await begin();
		const source = await world.open();
		const created = await source.create({ name: 'one', permissions: [world.modules[0]] });
		const before = structuredClone(created);
		for (const token of [created, ...(await source.list()), (await source.get(created.id))!]) {
			(token.permissions as string[]).push('MD-0000');
			Object.assign(token.extension, { name: 'changed' });
			Object.assign(token.updated, { by: 'changed' });
			Object.assign(token.created, { by: 'changed' });
		}
		await source.create({ name: 'two' });
		assert.deepEqual(await source.get(created.id), before);
		assert.deepEqual(await (await world.open()).get(created.id), before);
	});

	it('tells of every change, until nobody listens', async () => {
		const world = await begin();
		const source = await world.open();
		await source.list();
		let notices = 0;
		const listening = source.onDidChange(() => notices++);
		const told = async (change: () => Promise<unknown>) => {
			const before = notices;
			await change();
			assert.ok(notices > before, String(change));
		};
		let id = '';
		await told(async () => ({ id } = await source.create({ name: 'one', expirationDate: inDays(30, world) })));
		await told(() => source.update(id, { name: 'two' }));
		await told(() => source.disable(id));
		await told(() => source.enable(id));
		await told(() => source.rotate(id, { expirationDate: inDays(40, world) }));
		await told(() => source.renew(id, { expirationDate: inDays(50, world) }));
		await told(() => source.delete(id));
		listening.dispose();
		const before = notices;
		await source.create({ name: 'three' });
		assert.equal(notices, before);
	});

	it('knows a token that was never used as such', async () => {
		const world = await begin();
		const source = await world.open();
		const { id } = await source.create({ name: 'one' });
		assert.deepEqual(await source.statistics(id), { days: [], lastUsed: null });
	});

	it('offers extensions and modules, and names the modules', async () => {
		const world = await begin();
		const source = await world.open();
		const { extensions, modules } = await source.catalogue();
		assert.deepEqual(extensions.at(-1)?.permissions, null, 'the extension whose modules are chosen comes last');
		assert.ok(extensions.some(({ id }) => id === world.fixedExtension));
		for (const { id, name } of modules) {
			assert.equal(source.moduleName(id), name);
		}
		assert.ok(world.modules.every((id) => modules.some((one) => one.id === id)));
		assert.ok(!modules.some(({ id }) => id === 'MD-0000'), 'all modules together are none of them');
		assert.equal(source.moduleName('none'), 'none');
	});

	it('lists the same whatever it is to wait for, once it has listed', async () => {
		const world = await begin();
		const source = await world.open();
		await source.create({ name: 'one' });
		const whole = await source.list();
		assert.deepEqual(await source.list('now'), whole);
		assert.deepEqual(await source.list('known'), whole);
		await source.reload();
		assert.deepEqual(await source.list('all'), whole);
		assert.equal(source.problem, undefined);
	});
}

function aboutField(field: string): (error: unknown) => boolean {
	return (error) => error instanceof ProblemError && error.problems.some((one) => one.field === field);
}
