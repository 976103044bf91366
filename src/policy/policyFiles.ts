import { formatProblem } from '../domain/problems';
import type { CreatedPolicy } from './createPolicy';
import type { Deployment } from './deployment';
import { DEPLOYMENT_FILE, POLICY_FILE } from './policyFolder';
import { getPolicyEffect, getPolicyReason, type PolicyEffect, type PolicyException } from './policyExceptions';

export const README_FILE = 'README.md';
export const DIFFERENCES_FILE = 'differences.txt';
const effectTexts: Readonly<Record<PolicyEffect, string>> = { denied: 'denied', restricted: 'stricter', note: 'note' };

/** Creates all files of an exported policy. The same policy results in the same files. */
export function createPolicyFiles({ policy, exceptions }: CreatedPolicy, deployment: Deployment): ReadonlyMap<string, string> {
	return new Map([
		[POLICY_FILE, formatJson(policy)],
		[DEPLOYMENT_FILE, formatJson(deployment)],
		[DIFFERENCES_FILE, formatDifferences(exceptions)],
	]);
}

function formatDifferences(exceptions: readonly PolicyException[]): string {
	const lines = exceptions.map((exception) => {
		const { tokenId, tokenName } = exception;
		return `${tokenId} (${effectTexts[getPolicyEffect(exception)]}): ${formatProblem(getPolicyReason(exception))} ${JSON.stringify(tokenName)}`;
	});
	return `${['What differs from the gateway in the editor for single tokens. README.md lists what differs for all of them.', ...lines].join('\n')}\n`;
}

function formatJson(value: unknown): string {
	return `${JSON.stringify(value, undefined, '\t')}\n`;
}
