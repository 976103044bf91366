import { BUILT_IN_MODULES } from '../../src/domain/catalog';
import type { TokenSource } from '../../src/domain/ports';
import type { Token } from '../../src/domain/token';
import type { SourceToken } from '../../src/domain/tokenSources';

/** Creates an active token without an expiration date, in a source that only knows the names of built-in modules. */
export function createSourceToken(changes: Partial<Token> = {}, source: Partial<TokenSource> = {}): SourceToken {
	const stamp = { at: '2030-01-01T00:00:00.000Z', by: 'someone' };
	return {
		source: {
			id: 'workspace',
			getModuleName: (id: string) => BUILT_IN_MODULES.find((module) => module.id === id)?.name ?? id,
			...source,
		} as TokenSource,
		token: {
			id: 'SU-631-646-036',
			name: 'Nightly import',
			externalId: null,
			description: '',
			extension: { id: 'EXT-000', name: 'Custom' },
			permissions: ['MD-0001'],
			status: 'active',
			expirationDate: null,
			renewedExpirationDate: null,
			created: stamp,
			updated: stamp,
			...changes,
		},
	};
}

/** Overrides that make a source an account's. */
export function createAccountSource(id = 'VA-100-200@api.example'): Partial<TokenSource> {
	const account = { id: 'VA-100-200', name: 'Acme', endpoint: 'https://api.example/public/v1' };
	const syncState = { readAt: '2030-01-01T00:00:00.000Z', progress: null };
	return { id, remote: { account, syncState, usesAsCredential: () => Promise.resolve(false) } };
}
