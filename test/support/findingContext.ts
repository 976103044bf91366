import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import type { SourceToken } from '../../src/domain/tokenSources';
import type { FindingContext } from '../../src/requestFiles/findings';
import { allowOrigins } from './hostChecks';

/** Base URL of the API whose paths are checked. */
export const BASE_URL = 'https://api.example/public/v1';

/** Returns a context with one token, which may be sent to the API. */
export function createFindingContext(token: SourceToken): FindingContext {
	return {
		tokens: [token],
		hasAllTokens: true,
		modulePaths: BUILT_IN_MODULE_PATHS,
		baseUrls: [BASE_URL],
		file: 'file:///requests.http',
		hostCheck: allowOrigins([new URL(BASE_URL).origin]),
	};
}
