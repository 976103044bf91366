import * as l10n from '@vscode/l10n';
import { ProblemError, type Problem, type ProblemTopic } from '../domain/problems';
import { FixableError } from './fixableError';
import { commandIds } from './manifestIds';
import { machineSettingsCommand } from './settingsCommand';

/** A button that runs a command which solves a problem. */
export interface ProblemFix {
	readonly title: string;
	readonly command: string;
	readonly argument?: unknown;
}

/** Returns the commands that can solve an error, the most useful first. */
export function fixesForError(error: unknown, remoteName: string | undefined): readonly ProblemFix[] {
	if (error instanceof FixableError) {
		return [error.fix];
	}
	return error instanceof ProblemError ? error.problems.flatMap((problem) => fixesForProblem(problem, remoteName)) : [];
}

/**
 * Returns the commands that can solve a problem, the most useful first. Those that change the gateway's configuration start it afterward.
 * @param remoteName `env.remoteName`: undefined in a local window
 */
export function fixesForProblem({ topic, args }: Pick<Problem, 'topic' | 'args'>, remoteName: string | undefined): readonly ProblemFix[] {
	return topic === undefined ? [] : fixesForTopic(topic, args, remoteName);
}

function fixesForTopic(topic: ProblemTopic, args: Problem['args'], remoteName: string | undefined): readonly ProblemFix[] {
	const start = { isFromLink: true, startsGateway: true };
	const chooseUpstream = { title: l10n.t('Choose Upstream…'), command: commandIds.chooseUpstream, argument: start };
	const choosePort = { title: l10n.t('Choose Port…'), command: commandIds.chooseGatewayPort, argument: start };
	const startGateway = { title: l10n.t('Start Gateway'), command: commandIds.startGateway, argument: start };
	switch (topic) {
		case 'port':
			return [choosePort];
		case 'otherPort':
			return [
				{
					title: l10n.t('Keep Port {0}', args[1]!),
					command: commandIds.chooseGatewayPort,
					argument: { ...start, keepsCurrent: true },
				},
				choosePort,
			];
		case 'upstream':
			return [chooseUpstream, { title: l10n.t('No Upstream'), command: commandIds.useNoUpstream, argument: start }];
		case 'noUpstream':
			return [{ ...chooseUpstream, argument: { isFromLink: true } }];
		case 'credential':
			return [chooseUpstream, { title: l10n.t('Set Credential…'), command: commandIds.setGatewayCredential, argument: start }];
		case 'modules': {
			const { command, commandArguments } = machineSettingsCommand('connectTokens.modules', remoteName);
			return [{ title: l10n.t('Open Settings'), command, argument: commandArguments[0] }];
		}
		case 'stopped':
			return [startGateway];
		case 'crash':
			return [startGateway, { title: l10n.t('Show Log'), command: commandIds.showLog }];
		case 'noTokens':
			return [{ title: l10n.t('Create Token'), command: commandIds.createToken }];
		case 'noAccounts':
			return [{ title: l10n.t('Add Connect Account'), command: commandIds.addAccount }];
		case 'noFolder':
			return [{ title: l10n.t('Open Folder'), command: 'vscode.openFolder' }];
		case 'untrusted':
			return [{ title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }];
	}
}
