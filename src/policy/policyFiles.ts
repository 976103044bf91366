import { formatProblem } from '../domain/problems';
import type { CreatedPolicy } from './createPolicy';
import type { Deployment } from './deployment';
import { createDeploymentFiles } from './haproxy/deploymentFiles';
import { createHaproxyFiles } from './haproxy/haproxyPolicyFiles';
import { DEPLOYMENT_FILE, POLICY_FILE } from './policyFolder';
import { getPolicyEffect, getPolicyReason, type PolicyEffect, type PolicyException } from './policyExceptions';

export const README_FILE = 'README.md';
export const DIFFERENCES_FILE = 'differences.txt';
/** What the files and the command line call an effect. */
export const effectTexts: Readonly<Record<PolicyEffect, string>> = { denied: 'denied', restricted: 'stricter', note: 'note' };

/**
 * Creates all files of an exported policy. The same policy results in the same files.
 * @throws Error if HAProxy can't enforce the policy
 */
export function createPolicyFiles({ policy, exceptions }: CreatedPolicy, deployment: Deployment): ReadonlyMap<string, string> {
	return new Map([
		[POLICY_FILE, formatJson(policy)],
		[DEPLOYMENT_FILE, formatJson(deployment)],
		[DIFFERENCES_FILE, formatDifferences(exceptions)],
		...createHaproxyFiles(policy, deployment),
		...createDeploymentFiles(deployment),
	]);
}

function formatDifferences(exceptions: readonly PolicyException[]): string {
	const lines = exceptions.flatMap((exception, index) => {
		const { tokenId, tokenName } = exception;
		// Letters of some scripts change the order of what follows, so nothing follows a name.
		const title = tokenId === exceptions[index - 1]?.tokenId ? [] : ['', `${tokenId} ${formatName(tokenName)}`];
		return [...title, `  ${effectTexts[getPolicyEffect(exception)]}: ${formatProblem(getPolicyReason(exception))}`];
	});
	const heading = 'What differs from the gateway in the editor for single tokens. README.md lists what differs for all of them.';
	return `${[heading, ...(lines.length > 0 ? lines : ['', 'There are no such tokens.'])].join('\n')}\n`;
}

/** On one line, and without characters that change how the rest of the line looks. */
function formatName(name: string): string {
	return JSON.stringify(name).replace(/[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

function formatJson(value: unknown): string {
	return `${JSON.stringify(value, undefined, '\t')}\n`;
}
