import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { LeaseProposal } from '../../agents/agentServices';
import type { Clock } from '../../domain/ports';
import type { Token } from '../../domain/token';
import type { TokenSources } from '../../domain/tokenSources';
import { confirm } from '../commands/messages';

export interface LeaseServices {
	readonly context: vscode.ExtensionContext;
	readonly sources: Pick<TokenSources, 'workspace'>;
	readonly clock: Clock;
	/** Asks one question at a time, together with the others of this window that a program can cause. */
	readonly askInTurn: LimitFunction;
}

/** Asks the user about a lease, and creates it. */
export async function createLease(
	proposal: LeaseProposal,
	{ context, sources, clock, askInTurn }: LeaseServices,
): Promise<Token | undefined> {
	const { lease, permissions, minutes, limits, approval } = proposal;
	const isTest = context.extensionMode === vscode.ExtensionMode.Test;
	const names = permissions.map((id) => sources.workspace.getModuleName(id)).join(', ');
	const question = { message: lease.task, detail: names };
	if (!isTest && !(await askInTurn(() => confirm(question, vscode.l10n.t('Create Token'))))) {
		return undefined;
	}
	return sources.workspace.create({
		name: lease.task,
		permissions,
		limits,
		approval,
		expirationDate: new Date(clock().getTime() + minutes * 60_000).toISOString(),
	});
}
