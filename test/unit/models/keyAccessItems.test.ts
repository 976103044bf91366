import assert from 'node:assert/strict';
import type { KeyGrant } from '../../../src/broker/keyRequest';
import type { AllowedHosts } from '../../../src/domain/allowedHosts';
import { createKeyAccessItems, type KeyAccess, type KeyAccessItem } from '../../../src/models/keyAccessItems';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const TOKEN = createSourceToken({ name: 'CRM [x](y)' });
const LABEL = 'CRM [x]\u200b(y)';
const ACCOUNT_TOKEN = createSourceToken({ id: 'SU-000-000-001', name: 'Orders' }, createAccountSource());
const KEY = { sourceId: 'workspace', tokenId: TOKEN.token.id };
const ACCOUNT_KEY = { sourceId: ACCOUNT_TOKEN.source.id, tokenId: ACCOUNT_TOKEN.token.id };

const createItems = (changes: Partial<KeyAccess> = {}) =>
	createKeyAccessItems({
		exposures: [],
		hosts: {},
		grants: { session: [], always: [] },
		tokens: [TOKEN, ACCOUNT_TOKEN],
		exposeKeys: 'whileVisible',
		isTrusted: true,
		formatFile: (uri) => uri.replace('file:///project/', ''),
		...changes,
	});

/** The items under each heading. */
function group(items: ReturnType<typeof createItems>): Record<string, KeyAccessItem[]> {
	const groups: Record<string, KeyAccessItem[]> = {};
	let heading = '';
	for (const item of items) {
		if ('heading' in item) {
			({ heading } = item);
			groups[heading] = [];
		} else {
			groups[heading]!.push(item);
		}
	}
	return groups;
}

/** Texts of an item, as one line. */
const describeItem = ({ label, description, detail }: KeyAccessItem) => [label, description, detail].filter(Boolean).join(' | ');

describe('Manage Key Access', () => {
	it('lists exposed keys with the files whose requests use them', () => {
		const exposures = [
			{ ...TOKEN, files: ['file:///project/a.http', 'file:///project/$(x)/b.http'], isSending: false },
			{ ...ACCOUNT_TOKEN, files: [], isSending: true },
		];
		const { 'Exposed now': items } = group(createItems({ exposures }));
		assert.deepEqual(items?.map(describeItem), [
			`${LABEL} | SU-631-646-036 | Used by visible requests in a.http, $\u200b(x)/b.http`,
			'Orders | SU-000-000-001 · Acme | Used by a request that is being sent',
		]);
		assert.deepEqual(
			items.map(({ value }) => value),
			[{ token: KEY }, { token: ACCOUNT_KEY }],
		);
	});

	it('gives both reasons for a key that a visible request uses while it is sent', () => {
		const { 'Exposed now': items } = group(createItems({ exposures: [{ ...TOKEN, files: ['file:///project/a.http'], isSending: true }] }));
		assert.equal(items?.[0]?.detail, 'Used by visible requests in a.http · Used by a request that is being sent');
	});

	it('lists allowed hosts and files with their tokens, and what to revoke', () => {
		const hosts: AllowedHosts = {
			workspace: { [KEY.tokenId]: { origins: ['https://api.test:8443', 'http://plain.test'], files: ['file:///project/$(x).http'] } },
			[ACCOUNT_KEY.sourceId]: { [ACCOUNT_KEY.tokenId]: { origins: ['https://other.test'], files: [] } },
		};
		const { 'Allowed hosts': hostItems, 'Allowed files': fileItems } = group(createItems({ hosts }));
		assert.deepEqual(hostItems?.map(describeItem), [
			`api.test:8443 | ${LABEL} · SU-631-646-036`,
			`http://plain.test | ${LABEL} · SU-631-646-036 · Not encrypted`,
			'other.test | Orders · SU-000-000-001 · Acme',
		]);
		assert.deepEqual(
			hostItems.map(({ value }) => value),
			[
				{ token: KEY, allowance: { origin: 'https://api.test:8443' } },
				{ token: KEY, allowance: { origin: 'http://plain.test' } },
				{ token: ACCOUNT_KEY, allowance: { origin: 'https://other.test' } },
			],
		);
		assert.deepEqual(fileItems?.map(describeItem), [`$\u200b(x).http | ${LABEL} · SU-631-646-036`]);
		assert.deepEqual(fileItems[0]?.value, { token: KEY, allowance: { file: 'file:///project/$(x).http' } });
	});

	it('lists what is allowed for tokens that are not known, so that it can be revoked', () => {
		const hosts: AllowedHosts = { 'VA-1@gone.test': { 'SU-9': { origins: ['https://api.test'], files: [] } } };
		const { 'Allowed hosts': items } = group(createItems({ hosts }));
		assert.deepEqual(items?.map(describeItem), ['api.test | SU-9 · VA-1@gone.test']);
		assert.deepEqual(items[0]?.value?.allowance, { origin: 'https://api.test' });
	});

	it('lists who may have keys, and for how long', () => {
		const always: KeyGrant = { ...KEY, requester: { kind: 'task', name: 'Im[x](y)port', folder: 'shop' } };
		const session: KeyGrant = { ...ACCOUNT_KEY, requester: { kind: 'api' } };
		const terminal: KeyGrant = { ...KEY, requester: { kind: 'commandLine', folder: '/shop', command: 'run node' } };
		const { 'Allowed requesters': items } = group(createItems({ grants: { always: [always], session: [session, terminal] } }));
		assert.deepEqual(items?.map(describeItem), [
			`The task “Im[x]\u200b(y)port” in “shop” | ${LABEL} · SU-631-646-036 · Always allowed in this workspace`,
			'Another extension | Orders · SU-000-000-001 · Acme · Allowed in this window',
			`“connect-tokens run node” in “/shop” | ${LABEL} · SU-631-646-036 · Allowed in a terminal`,
		]);
		assert.deepEqual(
			items.map(({ value }) => value?.grant),
			[always, session, terminal],
		);
	});

	it('says what would appear where there is nothing', () => {
		const groups = group(createItems());
		assert.deepEqual(Object.keys(groups), ['Exposed now', 'Allowed requesters', 'Allowed hosts', 'Allowed files']);
		for (const [item, ...others] of Object.values(groups)) {
			assert.deepEqual(others, []);
			assert.equal(item!.value, undefined);
			assert.ok(item!.detail!.length <= 72, `a quick pick would cut off: ${item!.detail!}`);
		}
		assert.match(describeItem(groups['Exposed now']![0]!), /^No API keys are exposed \| .* while an editor shows a request/);
		assert.match(describeItem(groups['Allowed hosts']![0]!), /^No other hosts are allowed .* “Allow This Host for the Token”/);
		assert.match(describeItem(groups['Allowed files']![0]!), /^No files are allowed .* “Allow for This File”/);
	});

	it('says why no key is exposed', () => {
		const reason = (changes: Partial<KeyAccess>) => group(createItems(changes))['Exposed now']![0]!.detail!;
		assert.match(reason({ isTrusted: false }), /only in trusted workspaces/);
		assert.match(reason({ exposeKeys: 'never' }), /connectTokens\.http\.exposeKeys is “never”/);
		assert.match(reason({ exposeKeys: 'onSend' }), /only while “Send Request as Token”/);
	});
});
