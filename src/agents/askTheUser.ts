import type { AgentCaller } from './agentServices';
import type { ToolContext } from './agentTool';
import { ToolError } from './toolError';

const SILENCED_TEXT =
	'The user denied several of your questions, so this one was denied without being shown. Stop asking, and tell the user what you need.';

/**
 * Shows a question unless the user has denied too many of the caller's.
 * @returns what `ask` returns; undefined if the user doesn't want it
 * @throws ToolError if the question wasn't shown
 */
export async function askTheUser<T>({ backoff, caller }: ToolContext, ask: () => Promise<T | undefined>): Promise<T | undefined> {
	const id = getCallerId(caller);
	if (backoff.isSilenced(id)) {
		throw new ToolError(SILENCED_TEXT);
	}
	return backoff.ask(id, ask);
}

/** Programs outside of the editor are denied together, because they can claim any name. */
function getCallerId({ kind }: AgentCaller): string {
	return kind;
}
