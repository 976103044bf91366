import assert from 'node:assert/strict';
import { Emitter } from '../../../src/domain/emitter';
import type { ReadMode, TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import type { Token } from '../../../src/domain/token';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { referenceValuesFor, findReferencedTokens } from '../../../src/requestFiles/tokenVariables';
import { silentLog } from '../../../src/domain/log';

const SHARED_TOKEN_ID = 'SU-900-000-001';

describe('Tokens referenced in a text', () => {
	let requestedSources: string[];
	let sources: TokenSources;

	beforeEach(() => {
		requestedSources = [];
		sources = new TokenSources(createSource('workspace', ['SU-100-000-001', SHARED_TOKEN_ID]) as WorkspaceTokenSource, silentLog);
		sources.setAccounts([createSource('VA-1', [SHARED_TOKEN_ID, 'SU-200-000-001', 'SU-200-000-002'])]);
	});

	const findReferencedIds = async (text: string) =>
		(await findReferencedTokens(text, sources)).map((found) => `${found.source.id} ${found.token.id}`);

	it('are found by references and by keys', async () => {
		assert.deepEqual(await findReferencedIds(`Authorization: ${formatAuthorizationReference('SU-200-000-001')}`), ['VA-1 SU-200-000-001']);
		assert.deepEqual(await findReferencedIds(`Authorization: ${formatAuthorizationReference(SHARED_TOKEN_ID, 'VA-1')}`), [
			`workspace ${SHARED_TOKEN_ID}`,
			`VA-1 ${SHARED_TOKEN_ID}`,
		]);
		assert.deepEqual(await findReferencedIds(`apikey su-200-000-002:${'ab'.repeat(20)}`), ['VA-1 SU-200-000-002']);
	});

	it('are read over the network only if a reference is to a token outside the workspace', async () => {
		assert.deepEqual(await findReferencedIds('GET https://a.example/SU-1'), []);
		assert.equal(requestedSources.length, 0);
		await findReferencedIds(`Authorization: ${formatAuthorizationReference(SHARED_TOKEN_ID)}`);
		await findReferencedIds(`ApiKey SU-200-000-002:${'ab'.repeat(20)}`);
		assert.ok(!requestedSources.includes('VA-1 available'), requestedSources.join(', '));
		await findReferencedIds(`Authorization: ${formatAuthorizationReference('SU-300-000-001')}`);
		assert.ok(requestedSources.includes('VA-1 available'), requestedSources.join(', '));
	});

	it('are listed only once to create references, however many there are', async () => {
		const tokens = await sources.list('cached');
		requestedSources.length = 0;
		assert.deepEqual(
			await referenceValuesFor(tokens, sources),
			tokens.map(({ source, token }) =>
				formatAuthorizationReference(token.id, source.id === 'VA-1' && token.id === SHARED_TOKEN_ID ? source.id : undefined),
			),
		);
		assert.deepEqual(requestedSources, ['workspace cached', 'VA-1 cached']);
	});

	function createSource(id: string, ids: readonly string[]): TokenSource {
		const emitter = new Emitter();
		const on = (listener: () => void) => emitter.on(listener);
		const list = (mode?: ReadMode) => {
			requestedSources.push(`${id} ${mode ?? 'complete'}`);
			return Promise.resolve(ids.map((item) => ({ id: item }) as Token));
		};
		const onDidRotate = () => on(() => undefined);
		return { id, list, onDidChange: on, onDidRotate } as Partial<TokenSource> as TokenSource;
	}
});
