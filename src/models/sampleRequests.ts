import * as l10n from '@vscode/l10n';
import { ALL_MODULES } from '../domain/catalog';
import { getModuleIds } from '../domain/permissions';
import type { ModulePaths } from '../domain/modulePaths';
import type { SourceToken } from '../domain/tokenSources';

/** A path that every token can read. */
const SHARED_PATH = '/modules';

/** A request that a token is allowed to make. */
export interface SampleRequest {
	readonly title: string;
	/** Relative to the API's base URL; starts with a slash. */
	readonly path: string;
}

/** Returns a path for each of the token's modules, or one path that's available to all tokens. Never empty. */
export function createSampleRequests(
	{ source, token: { permissions } }: SourceToken,
	paths: ModulePaths,
): readonly [SampleRequest, ...SampleRequest[]] {
	const moduleIds = getModuleIds(permissions);
	const [first, ...rest] = moduleIds.includes(ALL_MODULES)
		? []
		: moduleIds.flatMap((id) => {
				const path = paths[id]?.find((item) => !item.includes('{'));
				return path === undefined ? [] : [{ title: source.getModuleName(id), path }];
			});
	return first ? [first, ...rest] : [{ title: l10n.t('Available to all tokens'), path: SHARED_PATH }];
}
