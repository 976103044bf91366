import assert from 'node:assert/strict';
import { Emitter } from '../../../src/domain/emitter';
import { findKeyOwner } from '../../../src/domain/keyOwner';
import { createLog } from '../../../src/domain/log';
import type { Disposable, KeyReadResult, TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import type { KeyVersion, Token } from '../../../src/domain/token';
import { TokenSources, type SourceToken } from '../../../src/domain/tokenSources';

const ID = 'SU-631-646-036';
const SECRET = '0f1e'.repeat(10);
const OTHER_SECRET = '2d3c'.repeat(10);

/** A source in memory, whose keys are secrets or errors. */
class MemorySource {
	readonly changes = new Emitter();
	readonly rotations = new Emitter<string>();
	readonly usageChanges = new Emitter();
	readonly requests: string[] = [];
	subscriptions = 0;
	listFailure: Error | undefined;
	getFailure: Error | undefined;

	constructor(
		readonly id: string,
		readonly ids: readonly string[] = [],
		private readonly keys: Partial<Record<KeyVersion, string | Error>> | Error = {},
	) {}

	list(mode?: string) {
		this.requests.push(`list ${String(mode)}`);
		return this.listFailure ? Promise.reject(this.listFailure) : Promise.resolve(this.ids.map((id) => ({ id }) as Token));
	}

	get(id: string) {
		return this.getFailure ? Promise.reject(this.getFailure) : Promise.resolve(this.ids.includes(id) ? ({ id } as Token) : undefined);
	}

	listKeys() {
		return this.keys instanceof Error ? Promise.reject(this.keys) : Promise.resolve(Object.keys(this.keys).map((which) => ({ which })));
	}

	readKey(id: string, which: KeyVersion): Promise<KeyReadResult> {
		const key = (this.keys as Partial<Record<KeyVersion, string | Error>>)[which];
		if (key instanceof Error) {
			return Promise.reject(key);
		}
		return Promise.resolve(key === undefined || key === '' ? { unavailable: 'notFound' } : { authorization: `ApiKey ${id}:${key}` });
	}

	onDidChange(listener: () => void) {
		return this.#count(this.changes.on(listener));
	}

	onDidRotate(listener: (id: string) => void) {
		return this.#count(this.rotations.on(listener));
	}

	#count(subscription: Disposable): Disposable {
		this.subscriptions++;
		return {
			dispose: () => {
				this.subscriptions--;
				subscription.dispose();
			},
		};
	}

	onDidChangeUsage(listener: () => void) {
		return this.usageChanges.on(listener);
	}
}

describe('Several sources', () => {
	let lines: string[];
	const log = createLog((level, line) => lines.push(`${level} ${line}`));
	beforeEach(() => {
		lines = [];
	});

	function combine(workspace: MemorySource, ...accounts: readonly MemorySource[]): TokenSources {
		const sources = new TokenSources(workspace as unknown as WorkspaceTokenSource, log);
		sources.setAccounts(accounts as unknown as TokenSource[]);
		return sources;
	}
	const nameOf = (found: SourceToken | undefined) => found && `${found.source.id} ${found.token.id}`;

	describe('with a token of the same ID', () => {
		const owner = async (secret: string, ...accounts: readonly MemorySource[]) =>
			nameOf(await findKeyOwner({ tokenId: ID, secret }, combine(new MemorySource('workspace', ['SU-000-000-001']), ...accounts), log));

		it('own a current or previous key that is theirs, in any case', async () => {
			const first = new MemorySource('first', [ID], { current: '' });
			const second = new MemorySource('second', [ID], { current: OTHER_SECRET, previous: SECRET });
			assert.equal(await owner(SECRET, first, second), `second ${ID}`);
			assert.equal(await owner(OTHER_SECRET.toUpperCase(), first, second), `second ${ID}`);
			assert.equal(await owner('4'.repeat(40), first, second), `first ${ID}`);
		});

		it('do not own a key that cannot be read, which is logged', async () => {
			const failing = new MemorySource('failing', [ID], new Error('no list'));
			const broken = new MemorySource('broken', [ID], { current: new Error('no key') });
			const working = new MemorySource('working', [ID], { current: SECRET });
			assert.equal(await owner(SECRET, failing, broken, working), `working ${ID}`);
			assert.deepEqual(lines.sort(), ["warn Couldn't list keys: Error: no list", `warn Couldn't read a key of ${ID}: Error: no key`]);
			assert.equal(await owner(SECRET, failing, broken), `failing ${ID}`);
			const damaged = new MemorySource('damaged', [ID], { current: 'short' });
			assert.equal(await owner(SECRET, damaged, working), `working ${ID}`);
		});

		it('own it without reading any key if only one has the token', async () => {
			const only = new MemorySource('only', [ID], new Error('not read'));
			assert.equal(await owner(SECRET, new MemorySource('other', ['SU-000-000-002']), only), `only ${ID}`);
			assert.deepEqual(lines, []);
			assert.deepEqual(only.requests, ['list cached']);
		});
	});

	it('are listed in their order, without those that cannot be read, which is logged', async () => {
		const failing = new MemorySource('failing', [ID]);
		failing.listFailure = new Error('no');
		const sources = combine(new MemorySource('workspace', ['SU-000-000-001']), failing, new MemorySource('second', [ID]));
		assert.deepEqual((await sources.list()).map(nameOf), ['workspace SU-000-000-001', `second ${ID}`]);
		assert.deepEqual(lines, ["warn Couldn't list tokens: Error: no"]);
		assert.deepEqual(failing.requests, ['list undefined']);
	});

	it('are found by their IDs', async () => {
		const workspace = new MemorySource('workspace', [ID]);
		const account = new MemorySource('account', [ID]);
		const sources = combine(workspace, account);
		assert.equal(sources.get(undefined), workspace);
		assert.equal(sources.get('account'), account);
		assert.equal(sources.get('other'), undefined);
		assert.equal(nameOf(await sources.find({ tokenId: ID })), `workspace ${ID}`);
		assert.equal(nameOf(await sources.find({ tokenId: ID, sourceId: 'account' })), `account ${ID}`);
		assert.equal(await sources.find({ tokenId: ID, sourceId: 'other' }), undefined);
		assert.equal(await sources.find({ tokenId: 'SU-000-000-009' }), undefined);
	});

	it('report changes, usage, and rotations while they are in use', async () => {
		const workspace = new MemorySource('workspace', [ID]);
		const removed = new MemorySource('removed', [ID]);
		const kept = new MemorySource('kept', [ID]);
		const sources = combine(workspace, removed, kept);
		const received: string[] = [];
		sources.onDidChange((source) => received.push(`changed ${source?.id ?? 'list'}`));
		sources.onDidChangeUsage(() => received.push('usage'));
		sources.onDidRotate((found) => received.push(`rotated ${String(nameOf(found))}`));
		workspace.changes.fire();
		workspace.usageChanges.fire();
		removed.changes.fire();
		removed.rotations.fire(ID);
		removed.rotations.fire('SU-000-000-009');
		await new Promise(setImmediate);
		assert.deepEqual(received.splice(0), ['changed workspace', 'usage', 'changed removed', `rotated removed ${ID}`]);

		sources.setAccounts([kept as unknown as TokenSource]);
		assert.deepEqual(sources.all, [workspace, kept]);
		[workspace, removed, kept].forEach(({ changes }) => changes.fire());
		removed.rotations.fire(ID);
		kept.rotations.fire(ID);
		await new Promise(setImmediate);
		assert.deepEqual(received.splice(0), ['changed list', 'changed workspace', 'changed kept', `rotated kept ${ID}`]);

		assert.deepEqual([workspace.subscriptions, removed.subscriptions, kept.subscriptions], [2, 0, 2]);
		sources.dispose();
		assert.deepEqual([workspace.subscriptions, removed.subscriptions, kept.subscriptions], [0, 0, 0]);
		[workspace, kept].forEach(({ changes }) => changes.fire());
		kept.rotations.fire(ID);
		await new Promise(setImmediate);
		assert.deepEqual([received, sources.all], [[], []]);
	});

	it('report no events to listeners that stay after they were disposed of', () => {
		const sources = combine(new MemorySource('workspace'));
		const received: string[] = [];
		sources.onDidChange(() => received.push('changed'));
		sources.dispose();
		sources.setAccounts([]);
		assert.deepEqual(received, []);
	});

	it('report no rotation of a token that cannot be read, which is logged', async () => {
		const account = new MemorySource('account', [ID]);
		const sources = combine(new MemorySource('workspace'), account);
		const received: unknown[] = [];
		sources.onDidRotate((found) => received.push(found));
		account.getFailure = new Error('no');
		account.rotations.fire(ID);
		await new Promise(setImmediate);
		assert.deepEqual([received, lines], [[], [`warn Couldn't read ${ID}: Error: no`]]);
	});
});
