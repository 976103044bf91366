import assert from 'node:assert/strict';
import { Emitter } from '../../../src/domain/emitter';
import { MAX_LOGGED_REQUESTS, type LoggedRequest, type NumberedRequest } from '../../../src/domain/loggedRequest';
import type { Token } from '../../../src/domain/token';
import { HandledRequests } from '../../../src/gateway/handledRequests';
import { NO_REQUEST_FILTER } from '../../../src/models/requestFilter';
import { RequestList } from '../../../src/models/requestList';
import { eventually } from '../../support/eventually';
import { createSourceToken } from '../../support/sourceTokens';

const { token } = createSourceToken({ name: 'CRM sync' });

const request = (path: string, time: number, changes: Partial<LoggedRequest> = {}): LoggedRequest => ({
	time,
	tokenId: token.id,
	method: 'GET',
	path,
	status: 200,
	durationMs: 1,
	...changes,
});

/** A window with the Requests view, and another one. */
function createWindows() {
	const posted: object[] = [];
	const own = new HandledRequests();
	own.attach((message) => posted.push(message));
	const tokenChanges = new Emitter();
	let tokens: readonly Token[] = [token];
	const others = { requests: [] as NumberedRequest[], openCount: 0, clearCount: 0, notify: (): void => undefined };
	const state = { refreshCount: 0 };
	const list = new RequestList({
		own,
		openOthers: (onDidChange) => {
			others.openCount++;
			others.notify = onDidChange;
			return {
				get all() {
					return [{ window: 'other', requests: others.requests }];
				},
				clear: () => others.clearCount++,
				dispose: () => others.openCount--,
			};
		},
		workspace: {
			id: 'workspace',
			list: () => Promise.resolve(tokens),
			getModuleName: (id) => id,
			onDidChange: (listener) => tokenChanges.on(listener),
		},
		refresh: () => state.refreshCount++,
	});
	const setTokens = (changed: readonly Token[]) => {
		tokens = changed;
		tokenChanges.fire();
	};
	const paths = () => list.getRows().map(({ request: { path } }) => path);
	return { list, own, others, posted, state, setTokens, paths };
}

describe('The list of requests', () => {
	it('has the requests of all windows, the newest first', () => {
		const { list, own, others, paths } = createWindows();
		list.setVisible(true);
		own.add([request('/1', 1), request('/3', 3)]);
		others.requests.push({ ...request('/2', 2), number: 1 });
		assert.deepEqual(paths(), ['/3', '/2', '/1']);
		assert.equal(new Set(list.getRows().map(({ id }) => id)).size, 3, 'requests of two windows can have the same number');
		list.dispose();
	});

	it('has at most 1,000 requests', () => {
		const { list, own, others, paths } = createWindows();
		list.setVisible(true);
		own.add(Array.from({ length: 1000 }, (_, index) => request(`/own/${index}`, 2 * index)));
		others.requests.push(...Array.from({ length: 1000 }, (_, index) => ({ ...request(`/${index}`, 2 * index + 1), number: index + 1 })));
		assert.equal(paths().length, MAX_LOGGED_REQUESTS);
		assert.deepEqual(paths().slice(0, 2), ['/999', '/own/999']);
		list.dispose();
	});

	it('reads nothing while the view is hidden', () => {
		const { list, posted, others, own, state } = createWindows();
		own.add([request('/', 1)]);
		assert.deepEqual([posted.length, others.openCount, state.refreshCount], [0, 0, 0]);
		list.setVisible(true);
		list.setVisible(true);
		assert.deepEqual([posted.length, others.openCount], [1, 1]);
		list.setVisible(false);
		assert.deepEqual(posted.at(-1), { kind: 'watchRequests', isWatched: false });
		assert.equal(others.openCount, 0);
	});

	it('is refreshed once per second at most, and once more after the last change', async () => {
		const { list, own, state, paths } = createWindows();
		list.setVisible(true);
		await eventually(() => assert.ok(state.refreshCount > 0));
		const [start, before] = [performance.now(), state.refreshCount];
		let index = 0;
		while (performance.now() - start < 1000) {
			own.add([request(`/${index++}`, index)]);
			await new Promise(setImmediate);
		}
		const elapsedMs = performance.now() - start;
		assert.ok(state.refreshCount - before <= elapsedMs / 1000 + 1, `${state.refreshCount} refreshes`);
		const last = state.refreshCount;
		await eventually(() => assert.ok(state.refreshCount > last));
		assert.equal(paths()[0], `/${index - 1}`);
		list.dispose();
	});

	it('keeps the objects of rows, so that a refresh moves neither selection nor focus', async () => {
		const { list, own, setTokens } = createWindows();
		list.setVisible(true);
		own.add([request('/1', 1)]);
		await eventually(() => assert.ok(list.getTokenName(token.id)));
		const [first] = list.getRows();
		own.add([request('/2', 2)]);
		assert.equal(list.getRows()[1], first);
		setTokens([{ ...token, name: 'Renamed' }]);
		await eventually(() => assert.match(list.getRows()[1]!.describe().description!, /Renamed/));
		assert.equal(list.getRows()[1]!.id, first!.id);
		list.dispose();
	});

	it('is filtered, says so, and counts', () => {
		const { list, own, paths, state } = createWindows();
		list.setVisible(true);
		assert.deepEqual((list.getRows(), list.getState()), {
			message: '',
			context: {
				'connectTokens.areRequestsFiltered': false,
				'connectTokens.hidesAllRequests': false,
				'connectTokens.hasRequests': false,
			},
		});
		own.add([request('/a', 1), request('/b', 2)]);
		const before = state.refreshCount;
		list.setFilter({ ...NO_REQUEST_FILTER, text: '/a' });
		assert.ok(state.refreshCount > before, 'a filter is applied at once');
		assert.deepEqual(paths(), ['/a']);
		assert.equal(list.getState().message, 'Text: /a · 1 of 2');
		list.previewFilter({ ...NO_REQUEST_FILTER, text: 'none' });
		assert.deepEqual(paths(), []);
		assert.deepEqual(list.getState(), {
			message: '',
			context: { 'connectTokens.areRequestsFiltered': true, 'connectTokens.hidesAllRequests': true, 'connectTokens.hasRequests': true },
		});
		list.previewFilter(undefined);
		assert.deepEqual(paths(), ['/a']);
		list.dispose();
	});

	it('is cleared in all windows', () => {
		const { list, own, others, posted } = createWindows();
		list.setVisible(true);
		own.add([request('/', 1)]);
		list.clear();
		assert.deepEqual(own.all, []);
		assert.equal(others.clearCount, 1);
		assert.deepEqual(posted.at(-1), { kind: 'clearRequests' });
		list.dispose();
	});
});
