import assert from 'node:assert/strict';
import { Emitter } from '../../../src/domain/emitter';
import type { ReadMode, TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import type { Token } from '../../../src/domain/token';
import { formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import {
	findReferencedTokens,
	hasAllTokens,
	referenceValueFor,
	referenceValuesFor,
	tokensByVariable,
	variableReferenceFor,
} from '../../../src/requestFiles/tokenVariables';
import { silentLog } from '../../../src/domain/log';
import { createAccountSource } from '../../support/sourceTokens';

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

	it('are read from the workspace only if there are no accounts', async () => {
		sources.setAccounts([]);
		assert.deepEqual(await findReferencedIds(`Authorization: ${formatAuthorizationReference('SU-300-000-001')}`), []);
		assert.deepEqual(requestedSources, ['workspace cached']);
	});

	it('are read over the network if a reference includes an account', async () => {
		await findReferencedIds(`Authorization: ${formatAuthorizationReference(SHARED_TOKEN_ID, 'VA-1')}`);
		assert.ok(requestedSources.includes('VA-1 available'), requestedSources.join(', '));
	});

	it('have a variable for their ID, which means the first source, and one that includes their source', async () => {
		const byVariable = tokensByVariable(await sources.list('cached'));
		const found = (variable: string) => byVariable.get(variable)?.source.id;
		assert.equal(found('CONNECT_SU_900_000_001'), 'workspace');
		assert.equal(found('CONNECT_WORKSPACE_SU_900_000_001'), 'workspace');
		assert.equal(found('CONNECT_VA_1_SU_900_000_001'), 'VA-1');
		assert.equal(found('CONNECT_SU_200_000_001'), 'VA-1');
		assert.equal(found('CONNECT_SU_300_000_001'), undefined);
	});

	it('are referenced with their source only if the ID means another token', async () => {
		const [own, , shared] = await sources.list('cached');
		assert.equal(await referenceValueFor(own!, sources), formatAuthorizationReference('SU-100-000-001'));
		assert.equal(await variableReferenceFor(shared!, sources), '{{$processEnv CONNECT_VA_1_SU_900_000_001}}');
		const unlisted = { source: shared!.source, token: { ...shared!.token, id: 'SU-400-000-001' } };
		assert.equal(await variableReferenceFor(unlisted, sources), '{{$processEnv CONNECT_SU_400_000_001}}');
	});

	it('are complete if every source could be read', () => {
		const withAccount = (changes: Partial<TokenSource>) => {
			sources.setAccounts([{ ...createSource('VA-2', []), ...createAccountSource('VA-2'), ...changes }]);
			return hasAllTokens(sources);
		};
		const { remote } = createAccountSource();
		assert.equal(withAccount({}), true);
		assert.equal(withAccount({ problem: { field: null, template: 'no', args: [] } }), false);
		assert.equal(withAccount({ remote: { ...remote!, syncState: { readAt: null, progress: null } } }), false);
		sources.setAccounts([]);
		assert.equal(hasAllTokens(sources), true);
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
