import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import { createPolicy, type CreatedPolicy, type ExportedTotals } from '../../policy/createPolicy';
import { readModulesOrThrow } from '../settings';
import type { GatewayPolicyHost } from './policyHost';

/**
 * Creates the policy of the workspace's tokens.
 * @throws ProblemError if the workspace isn't trusted, or the tokens or a setting can't be read
 */
export async function createWorkspacePolicy({ sources, clock }: GatewayPolicyHost, totals: ExportedTotals): Promise<CreatedPolicy> {
	assertTrusted();
	const { list: modules, paths: modulePaths } = readModulesOrThrow();
	return createPolicy({ ...(await sources.workspace.readRecords()), modules, modulePaths }, { totals }, clock());
}

/** Settings of a workspace decide which paths a module covers, and other machines enforce what's exported. */
export function assertTrusted(): void {
	if (!vscode.workspace.isTrusted) {
		throw solvableProblem(
			'untrusted',
			'The gateway policy is available only in trusted workspaces, because their settings decide which paths a module covers. Trust the workspace and try again.',
		);
	}
}
