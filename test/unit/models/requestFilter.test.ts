import assert from 'node:assert/strict';
import type { LoggedRequest } from '../../../src/domain/loggedRequest';
import {
	createRequestMatcher,
	describeRequestFilter,
	getOutcome,
	NO_REQUEST_FILTER,
	type RequestFilter,
} from '../../../src/models/requestFilter';
import { filterRequests } from '../../../src/models/requestFilterPrompts';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';

const [CRM, OTHER] = ['SU-000-000-001', 'SU-000-000-002'] as const;
const getTokenName = (id: string) => (id === CRM ? 'CRM sync' : undefined);

const request = (changes: Partial<LoggedRequest>): LoggedRequest => ({
	time: 1,
	tokenId: CRM,
	method: 'GET',
	path: '/products',
	status: 200,
	durationMs: 1,
	...changes,
});
const requests = [
	request({}),
	request({ method: 'POST', status: 403, reason: { kind: 'noModule' } }),
	request({ path: '/usage/files', status: 404, tokenId: OTHER }),
	request({ status: 302, tokenId: null }),
	request({ status: 500 }),
	request({ status: 101 }),
	request({ status: 502, reason: { kind: 'upstream', code: 'ECONNREFUSED' } }),
];

describe('The filter of the Requests view', () => {
	const matching = (filter: Partial<RequestFilter>) => {
		const matches = createRequestMatcher({ ...NO_REQUEST_FILTER, ...filter }, getTokenName);
		return requests.flatMap((item, index) => (matches(item) ? [index] : []));
	};

	it('shows everything by default', () => assert.equal(matching({}).length, requests.length));

	it('selects tokens', () => {
		assert.deepEqual(matching({ tokenIds: [OTHER] }), [2]);
		assert.deepEqual(matching({ tokenIds: [CRM, OTHER] }), [0, 1, 2, 4, 5, 6]);
	});

	it('selects statuses, and tells denials of the gateway from responses of the upstream', () => {
		assert.deepEqual(requests.map(getOutcome), ['2xx', 'denied', '4xx', '3xx', '5xx', '1xx', 'denied']);
		assert.deepEqual(matching({ outcomes: ['denied'] }), [1, 6]);
		assert.deepEqual(matching({ outcomes: ['5xx', '2xx'] }), [0, 4]);
	});

	it('searches for words in the method, path, status, token ID, and name, in any case', () => {
		assert.deepEqual(matching({ text: 'post PROD' }), [1]);
		assert.deepEqual(matching({ text: '404' }), [2]);
		assert.deepEqual(matching({ text: 'crm  get' }), [0, 4, 5, 6]);
		assert.deepEqual(matching({ text: OTHER.toLowerCase() }), [2]);
		assert.deepEqual(matching({ text: 'nothing' }), []);
	});

	it('combines its parts, and describes them', () => {
		const filter: RequestFilter = { text: ' prod ', outcomes: ['denied', '2xx'], tokenIds: [CRM, OTHER] };
		assert.deepEqual(matching(filter), [0, 1, 6]);
		assert.deepEqual(describeRequestFilter(filter, getTokenName), ['Text: prod', 'Status: Denied, 2xx', `Token: CRM sync, ${OTHER}`]);
	});
});

describe('Filtering requests', () => {
	const run = async (filter: RequestFilter, ...inputs: ScriptedInput[]) => {
		let result = filter;
		const previews: (string | undefined)[] = [];
		const prompts = new ScriptedPrompts(inputs);
		await filterRequests(prompts, {
			filter,
			requests,
			getTokenName,
			preview: (previewed) => previews.push(previewed?.text),
			update: (changed) => (result = changed),
		});
		return { result, previews, shown: prompts.shown };
	};

	it('shows how many requests each choice has', async () => {
		const { result, shown } = await run(NO_REQUEST_FILTER, 'tokenIds', [CRM]);
		assert.deepEqual(result, { ...NO_REQUEST_FILTER, tokenIds: [CRM] });
		assert.deepEqual(
			shown[1]!.choices.map(({ label, description }) => [label, description]),
			[
				['CRM sync', `${CRM} · 5 requests`],
				[OTHER, '1 request'],
			],
		);
		const { shown: statusPrompts, result: byStatus } = await run(NO_REQUEST_FILTER, 'outcomes', ['denied']);
		assert.deepEqual(byStatus.outcomes, ['denied']);
		assert.deepEqual(statusPrompts[1]!.choices[0]!.description, '2 requests');
	});

	it('shows matching requests while the user types, and ends that', async () => {
		assert.deepEqual(
			await run({ ...NO_REQUEST_FILTER, outcomes: ['2xx'] }, 'text', 'crm').then(({ result, previews }) => ({ result, previews })),
			{
				result: { ...NO_REQUEST_FILTER, outcomes: ['2xx'], text: 'crm' },
				previews: ['crm', undefined],
			},
		);
	});

	it('changes nothing if the user cancels, and can be cleared', async () => {
		const filter = { ...NO_REQUEST_FILTER, text: 'crm' };
		assert.deepEqual((await run(filter, 'outcomes', undefined)).result, filter);
		assert.deepEqual((await run(filter, 'clear')).result, NO_REQUEST_FILTER);
		const { shown } = await run(NO_REQUEST_FILTER, undefined);
		assert.deepEqual(
			shown[0]!.choices.map(({ value, description }) => [value, description]),
			[
				['text', 'any'],
				['outcomes', 'all'],
				['tokenIds', 'all'],
			],
		);
	});
});
