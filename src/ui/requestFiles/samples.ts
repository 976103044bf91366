import * as vscode from 'vscode';
import { ALL_MODULES } from '../../domain/catalogue';
import type { SourceToken } from '../../domain/sources';
import { modules } from '../settings';

/** What every token may read. */
const SHARED = '/modules';

/** A request that a token may make. */
interface Sample {
	readonly title: string;
	readonly path: string;
}

/** A path for each module of the token, or one that every token reaches. */
export function samplesFor({ source, token: { permissions } }: SourceToken): readonly Sample[] {
	const { paths } = modules();
	const samples = permissions.flatMap((id) => {
		const path = paths[id]?.find((one) => !one.includes('{'));
		return path === undefined ? [] : [{ title: source.moduleName(id), path }];
	});
	return samples.length > 0 && !permissions.includes(ALL_MODULES)
		? samples
		: [{ title: vscode.l10n.t('What every token may read'), path: SHARED }];
}
