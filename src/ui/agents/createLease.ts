import * as vscode from 'vscode';
import type { LeaseProposal } from '../../agents/agentServices';
import type { AgentsHost } from '../../agents';
import type { Token } from '../../domain/token';
import { confirm } from '../commands/messages';

/** Asks the user about a lease, and creates it. */
export async function createLease(proposal: LeaseProposal, { context, sources, clock, askInTurn }: AgentsHost): Promise<Token | undefined> {
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
