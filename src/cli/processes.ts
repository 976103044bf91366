import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { AGENT_VARIABLES } from '../broker/commandLineProtocol';

const MAX_PARENTS = 16;

/**
 * Returns the IDs of the processes that this one runs in, the innermost first. The shell of a terminal is one of them, also if a script runs
 * the command. Outside of Linux, only the parent is known without starting another program.
 */
export function getParentProcessIds(): number[] {
	const processIds = [process.ppid];
	while (process.platform === 'linux' && processIds.length < MAX_PARENTS) {
		const parent = readParent(processIds.at(-1)!);
		if (parent === undefined || parent <= 1) {
			break;
		}
		processIds.push(parent);
	}
	return processIds.filter((processId) => processId > 0);
}

/** Returns the coding agent whose terminal this is; undefined if it's the user's. */
export function findAgent(environment: NodeJS.ProcessEnv): string | undefined {
	return Object.entries(AGENT_VARIABLES).find(([name]) => (environment[name] ?? '') !== '')?.[1];
}

/** Returns the exit code of shells for a program that a signal has ended. */
export function toExitCode(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}

function readParent(processId: number): number | undefined {
	try {
		// The program's name is in parentheses and can contain anything.
		const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
		return Number(fields[1]);
	} catch {
		// The process has ended, or belongs to another user.
		return undefined;
	}
}
