import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/domain/emitter';
import type { Extent, TokenSource, WorkspaceTokens } from '../../../../src/domain/ports';
import { TokenSources } from '../../../../src/domain/sources';
import type { Token } from '../../../../src/domain/token';
import { referenceTo } from '../../../../src/http/references';
import { headerValuesFor, tokensNamedIn } from '../../../../src/ui/requestFiles/variables';

const SHARED = 'SU-900-000-001';

describe('The tokens that a text names', () => {
	let asked: string[];
	let sources: TokenSources;

	beforeEach(() => {
		asked = [];
		sources = new TokenSources(source('workspace', ['SU-100-000-001', SHARED]) as WorkspaceTokens);
		sources.setAccounts([source('VA-1', [SHARED, 'SU-200-000-001', 'SU-200-000-002'])]);
	});

	const named = async (text: string) => (await tokensNamedIn(text, sources)).map((found) => `${found.source.id} ${found.token.id}`);

	it('are those referred to and those whose keys stand in it, and no others', async () => {
		assert.deepEqual(await named(`Authorization: ${referenceTo('SU-200-000-001')}`), ['VA-1 SU-200-000-001']);
		assert.deepEqual(await named(`Authorization: ${referenceTo(SHARED, 'VA-1')}`), [`workspace ${SHARED}`, `VA-1 ${SHARED}`]);
		assert.deepEqual(await named(`apikey su-200-000-002:${'ab'.repeat(20)}`), ['VA-1 SU-200-000-002']);
	});

	it('are not looked for where it names none, and in no network where the workspace has them', async () => {
		assert.deepEqual(await named('GET https://a.example/SU-1'), []);
		assert.equal(asked.length, 0);
		await named(`Authorization: ${referenceTo(SHARED)}`);
		await named(`ApiKey SU-200-000-002:${'ab'.repeat(20)}`);
		assert.ok(!asked.includes('VA-1 now'), asked.join(', '));
		await named(`Authorization: ${referenceTo('SU-300-000-001')}`);
		assert.ok(asked.includes('VA-1 now'), asked.join(', '));
	});

	it('are given references by one look at all tokens, however many there are', async () => {
		const tokens = await sources.list('known');
		asked.length = 0;
		assert.deepEqual(
			await headerValuesFor(tokens, sources),
			tokens.map(({ source: { id }, token }) => referenceTo(token.id, id === 'VA-1' && token.id === SHARED ? id : undefined)),
		);
		assert.deepEqual(asked, ['workspace known', 'VA-1 known']);
	});

	function source(id: string, ids: readonly string[]): TokenSource {
		const emitter = new Emitter();
		const on = (listener: () => void) => emitter.on(listener);
		const list = (extent?: Extent) => {
			asked.push(`${id} ${extent ?? 'all'}`);
			return Promise.resolve(ids.map((one) => ({ id: one }) as Token));
		};
		const onDidRotate = () => on(() => undefined);
		return { id, list, onDidChange: on, onDidCount: on, onDidRotate } as Partial<TokenSource> as TokenSource;
	}
});
