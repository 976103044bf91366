import * as vscode from 'vscode';
import { ALL_MODULES } from '../../domain/catalog';
import type { SourceToken } from '../../domain/tokenSources';
import { readModules } from '../settings';

/** What every token may read. */
const SHARED_PATH = '/modules';

/** A request that a token may make. */
interface SampleRequest {
	readonly title: string;
	readonly path: string;
}

/** A path for each module of the token, or one that every token reaches. */
export function createSampleRequests({ source, token: { permissions } }: SourceToken): readonly SampleRequest[] {
	const { paths } = readModules();
	const samples = permissions.flatMap((id) => {
		const path = paths[id]?.find((item) => !item.includes('{'));
		return path === undefined ? [] : [{ title: source.getModuleName(id), path }];
	});
	return samples.length > 0 && !permissions.includes(ALL_MODULES)
		? samples
		: [{ title: vscode.l10n.t('Available to all tokens'), path: SHARED_PATH }];
}
