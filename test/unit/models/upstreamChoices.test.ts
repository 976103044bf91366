import assert from 'node:assert/strict';
import type { ConfiguredUpstream } from '../../../src/domain/ports';
import { createUpstreamItems } from '../../../src/models/upstreamChoices';
import { changedUpstreamText } from '../../../src/models/upstreamTexts';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';

const URL_OF_API = 'https://api.example/public/v1';

describe('The choice of an upstream', () => {
	const workspace = createSourceToken().source;
	const account = createSourceToken({}, createAccountSource()).source;
	const list = (upstream: ConfiguredUpstream | null | undefined, sources = [workspace, account]) =>
		createUpstreamItems(sources, upstream).map(({ value: { kind }, label, description }) => [kind, label, description].join('|'));

	it('has the accounts, any URL, and none, and marks the current one', () => {
		assert.deepEqual(list({ url: account.remote!.account.endpoint, account: { sourceId: account.id, name: 'Acme' } }), [
			'account|Acme|VA-100-200 · api.example · current',
			'url|Enter URL…|',
			'none|No Upstream|',
		]);
		assert.deepEqual(list({ url: URL_OF_API, account: null }).slice(1), [`url|Enter URL…|${URL_OF_API} · current`, 'none|No Upstream|']);
		assert.deepEqual(list(null).slice(1), ['url|Enter URL…|', 'none|No Upstream|current']);
		assert.ok(!list(undefined).join().includes('current'));
	});

	it('offers to add an account if there is none', () => {
		assert.deepEqual(list(null, [workspace]), ['addAccount|Add Connect Account…|', 'url|Enter URL…|', 'none|No Upstream|current']);
	});

	it('is confirmed with what the gateway does now', () => {
		const gateway = 'http://127.0.0.1:7357/public/v1';
		assert.equal(
			changedUpstreamText(gateway, { url: URL_OF_API, account: null }),
			`The gateway is listening on ${gateway}. It forwards requests to ${URL_OF_API}.`,
		);
		assert.equal(changedUpstreamText(undefined, null), "The gateway isn't running. It has no upstream, so it echoes requests.");
		assert.match(changedUpstreamText(undefined, undefined), /The connectTokens\.gateway\.upstream setting isn't valid\.$/);
	});
});
