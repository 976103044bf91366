import pLimit, { type LimitFunction } from 'p-limit';
import { logFailure, type Log } from '../domain/log';
import { ProblemError } from '../domain/problems';
import type { AgentCaller, AgentServices } from './agentServices';
import { agentTools } from './agentTools';
import type { AgentTool, ToolContext, ToolPreview } from './agentTool';
import type { AskBackoff } from './askBackoff';
import { ToolError } from './toolError';
import { cleanText } from './untrustedText';

/** Calls of the editor that run at the same time, and as many of programs outside of it. Further ones wait. */
const MAX_RUNNING = 8;
/** Calls that wait. Further ones fail. */
const MAX_WAITING = 250;
/** Longest message of an error, in characters. */
const MAX_MESSAGE_LENGTH = 2000;

const CANCELED_TEXT = 'The call was canceled.';

/** Runs the tools for all callers of a window. */
export class ToolRunner {
	/** Calls can take minutes, and programs must not keep those of the editor waiting. */
	readonly #running: Readonly<Record<AgentCaller['kind'], LimitFunction>> = {
		editor: pLimit(MAX_RUNNING),
		commandLine: pLimit(MAX_RUNNING),
	};
	/** Questions are shown one at a time, and must not keep calls without one waiting. */
	readonly #asking = pLimit(1);

	constructor(
		private readonly services: AgentServices,
		private readonly backoff: AskBackoff,
		private readonly log: Log,
	) {}

	/** Returns what a call is about. Has no side effects; accepts any input. */
	async preview(name: string, input: unknown): Promise<ToolPreview> {
		try {
			return await findTool(name).preview(input, { services: this.services });
		} catch (error) {
			// The call fails for the same reason, and says why.
			logFailure(this.log, `preview ${name}`)(error);
			return {};
		}
	}

	/**
	 * Runs a tool.
	 * @param signal ends it
	 * @returns JSON text for a language model
	 * @throws ToolError with a message for the language model; no other error
	 */
	async run(name: string, input: unknown, caller: AgentCaller, signal: AbortSignal): Promise<string> {
		try {
			const tool = findTool(name);
			const context: ToolContext = { caller, services: this.services, backoff: this.backoff, signal };
			return await untilAborted(
				runInTurn(tool.asksUser ? this.#asking : this.#running[caller.kind], () => tool.run(input, context), signal),
				signal,
			);
		} catch (error) {
			throw this.#toToolError(name, error, signal);
		}
	}

	#toToolError(name: string, error: unknown, signal: AbortSignal): ToolError {
		if (error instanceof ToolError) {
			return new ToolError(toMessage(error.message));
		}
		if (signal.aborted) {
			return new ToolError(CANCELED_TEXT);
		}
		if (error instanceof ProblemError) {
			return new ToolError(toMessage(error.message));
		}
		// It can contain anything, such as paths of this machine.
		logFailure(this.log, `run ${name}`)(error);
		return new ToolError('The tool failed unexpectedly. Tell the user, who can find the reason in the log "Connect Tokens".');
	}
}

function findTool(name: string): AgentTool {
	const tool = agentTools.find((candidate) => candidate.name === name);
	if (!tool) {
		throw new ToolError(`There's no tool of that name. There are ${agentTools.map((known) => known.name).join(', ')}.`);
	}
	return tool;
}

/** Runs an action when it's its turn, unless too many wait or it's canceled before. */
function runInTurn<T>(limit: LimitFunction, action: () => Promise<T>, signal: AbortSignal): Promise<T> {
	if (limit.pendingCount >= MAX_WAITING) {
		throw new ToolError('Too many calls wait. Wait for the results of the others, and make fewer calls at the same time.');
	}
	return limit(() => {
		if (signal.aborted) {
			throw new ToolError(CANCELED_TEXT);
		}
		return action();
	});
}

/** The caller gets an answer at once, also while the call waits for its turn or the user is being asked. */
async function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(new ToolError(CANCELED_TEXT));
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		return await Promise.race([result, aborted]);
	} finally {
		signal.removeEventListener('abort', stop!);
	}
}

function toMessage(text: string): string {
	return cleanText(text).slice(0, MAX_MESSAGE_LENGTH);
}
