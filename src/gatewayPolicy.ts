import * as vscode from 'vscode';
import type { AddCountsResponse, PolicyRequest, PolicyResponse } from './broker/commandLineProtocol';
import { setLanguage } from './models/localization';
import { exportPolicy } from './ui/policy/exportPolicy';
import type { GatewayPolicyHost } from './ui/policy/policyHost';
import { pullCounts, storeCounts } from './ui/policy/pullCounts';
import { pushPolicy } from './ui/policy/pushPolicy';
import { createWorkspacePolicy } from './ui/policy/workspacePolicy';
import { readUpstreamOrUndefined } from './ui/settings';

/** The gateway's policy for other engines, such as HAProxy. */
export interface GatewayPolicy {
	/** *Export Gateway Policy…* */
	exportPolicy(): Promise<void>;
	/** *Push Gateway Policy* */
	pushPolicy(): Promise<void>;
	/** *Pull Gateway Counts* */
	pullCounts(): Promise<void>;
	/** Creates the policy for `connect-tokens policy`. Rejects with a `ProblemError` in an untrusted workspace. */
	answerPolicy(request: PolicyRequest): Promise<PolicyResponse>;
	/** Stores counts for `connect-tokens policy`. Rejects with a `ProblemError` if they aren't valid. */
	addCounts(counts: unknown): Promise<AddCountsResponse>;
}

/** Has a bundle of its own, which is loaded when a command or the command line first uses it. */
export function composeGatewayPolicy(host: GatewayPolicyHost): GatewayPolicy {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	return {
		exportPolicy: () => exportPolicy(host),
		pushPolicy: () => pushPolicy(host),
		pullCounts: () => pullCounts(host),
		answerPolicy: async ({ totals }) => {
			host.log.info('Creating the gateway policy for the command line');
			return { created: await createWorkspacePolicy(host, totals), upstream: readUpstreamOrUndefined() ?? null };
		},
		addCounts: (counts) => storeCounts(host, counts),
	};
}
