import assert from 'node:assert/strict';
import { ALL_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { Token } from '../../../src/domain/token';
import { testFixTitle } from '../../../src/models/testFixTitle';
import { chooseTestRequest, describeTestFailure, describeTestResponse, type TestContext } from '../../../src/models/tokenTest';
import { testResultText } from '../../../src/models/tokenTestTexts';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const BASE_URL = 'http://127.0.0.1:7357/public/v1';
const UPSTREAM = 'https://api.example/public/v1';

interface ResponseOptions extends Partial<TestContext> {
	readonly message?: string;
	readonly token?: Partial<Token>;
	readonly isAccount?: boolean;
}

describe('The request that tests a token', () => {
	const choosePath = (permissions: readonly string[], modulePaths: Readonly<Record<string, readonly string[]>> = BUILT_IN_MODULE_PATHS) =>
		chooseTestRequest(BASE_URL, { permissions }, modulePaths).path;

	it('reads the account, which any token may', () => {
		for (const permissions of [['usage'], [ALL_MODULES], [], ['MD-9999']]) {
			assert.equal(choosePath(permissions), '/accounts?limit=1');
		}
	});

	it('reads something else if the account belongs to a custom module that the token doesn’t have', () => {
		const modulePaths = { ...BUILT_IN_MODULE_PATHS, People: ['/accounts'], Orders: ['/orders/{id}/lines', '/orders'] };
		assert.equal(choosePath(['People'], modulePaths), '/accounts?limit=1');
		assert.equal(choosePath(['Orders'], modulePaths), '/orders?limit=1');
		assert.equal(choosePath([], modulePaths), '/modules?limit=1');
	});

	it('reads the account even if no path is allowed, so that the response says why', () => {
		const everything = { everything: ['/accounts', '/modules', '/industries', '/metrics', '/auth/context'] };
		const request = chooseTestRequest(`${BASE_URL}/`, { permissions: [] }, everything);
		assert.deepEqual(request, { baseUrl: BASE_URL, path: '/accounts?limit=1', isCovered: false });
		assert.equal(chooseTestRequest(BASE_URL, { permissions: [] }, BUILT_IN_MODULE_PATHS).isCovered, true);
	});
});

describe('The result of a test', () => {
	function describeResponse(status: number, { message, token = {}, isAccount = false, ...changes }: ResponseOptions = {}) {
		const context: TestContext = {
			found: createSourceToken(token, isAccount ? createAccountSource() : {}),
			request: { baseUrl: BASE_URL, path: '/accounts?limit=1', isCovered: true },
			upstream: UPSTREAM,
			hasStartedGateway: false,
			...changes,
		};
		return describeTestResponse({ status, statusText: status === 599 ? undefined : 'Name', durationMs: 12.4, message }, context);
	}

	it('shows status, duration, and the request', () => {
		assert.deepEqual(describeResponse(200), {
			outcome: 'accepted',
			title: '200 Name in 12 ms',
			reason: null,
			fix: null,
			notes: [`GET ${BASE_URL}/accounts?limit=1`],
		});
		assert.equal(describeResponse(599).title, '599 in 12 ms');
	});

	it('says that the gateway was started, and that it answered itself', () => {
		assert.deepEqual(describeResponse(200, { hasStartedGateway: true, upstream: undefined }).notes.slice(1), [
			'The gateway was started for this test.',
			'The gateway has no upstream, so it answered the request itself.',
		]);
		assert.equal(describeResponse(200, { upstream: undefined, isAccount: true }).notes.length, 1);
	});

	const denials: [title: string, status: number, options: ResponseOptions, reason: RegExp, fix: string | null][] = [
		['a disabled token', 401, { token: { status: 'inactive' } }, /is disabled\. Enable it/, 'enable'],
		['an expired token', 401, { token: { status: 'expired' } }, /has expired\. Rotate it/, 'rotate'],
		['an upstream that rejects the gateway', 401, { message: 'No.' }, /but api\.example denied .* Set a credential/, 'setCredential'],
		['a gateway without upstream', 401, { upstream: undefined }, /isn't valid anymore\. Rotate/, 'rotate'],
		['an account that rejects the key', 401, { isAccount: true, message: 'Bad key.' }, /^Bad key\.$/, 'rotate'],
		[
			'a path that no module covers',
			403,
			{ request: { baseUrl: BASE_URL, path: '/accounts?limit=1', isCovered: false } },
			/modules covers \/accounts\. Add a module/,
			'edit',
		],
		['an upstream that forbids it', 403, { message: 'Ask your admin.' }, /^Ask your admin\.$/, null],
		['an account that forbids it', 403, { isAccount: true }, /doesn't allow this request/, null],
	];
	for (const [title, status, options, expectedReason, expectedFix] of denials) {
		it(`says why a request was denied because of ${title}, and what fixes that`, () => {
			const { outcome, reason, fix } = describeResponse(status, options);
			assert.match(reason ?? '', expectedReason);
			assert.deepEqual([outcome, fix], ['denied', expectedFix]);
		});
	}

	const failures: [status: number, message: string | undefined, reason: RegExp][] = [
		[302, undefined, /redirects to another address/],
		[404, undefined, /token was accepted, but the API couldn't handle/],
		[404, 'No such path.', /^No such path\.$/],
		[429, 'Slow down.', /too many requests\. Try again later\.$/],
		[500, undefined, /The API failed\. Try again later\.$/],
		[502, "Couldn't reach the upstream.", /reach the upstream/],
	];
	for (const [status, message, expected] of failures) {
		it(`explains the status ${status} ${message === undefined ? 'without' : 'with'} a message`, () => {
			const { outcome, reason, fix } = describeResponse(status, message === undefined ? {} : { message });
			assert.match(reason ?? '', expected);
			assert.deepEqual([outcome, fix], ['failed', null]);
		});
	}

	it('is in one message for the command, in which names and messages can’t be links or icons', () => {
		const evil = '[x](command:y) $(zap)';
		const text = testResultText({ name: evil }, describeResponse(404, { message: evil }));
		assert.match(text, /^“.*”: 404 Name in 12 ms\. .* GET http:/);
		assert.doesNotMatch(text, /\]\(|\$\(/);
		assert.match(testResultText({ name: 'A' }, describeResponse(200)), /^“A”: 200 Name in 12 ms\. GET http:[^ ]*$/);
	});

	it('is a failure without a response', () => {
		const request = chooseTestRequest(BASE_URL, { permissions: [] }, {});
		const context = { found: createSourceToken(), request, upstream: undefined, hasStartedGateway: false };
		const { outcome, title, reason } = describeTestFailure('The host is unreachable.', context);
		assert.deepEqual([outcome, title, reason], ['failed', 'No response', 'The host is unreachable.']);
	});

	it('has a button for each fix', () => {
		const titles = (['enable', 'rotate', 'edit', 'setCredential'] as const).map(testFixTitle);
		assert.deepEqual(titles, ['Enable Token', 'Rotate Token', 'Edit Token', 'Set Gateway Credential']);
	});
});
