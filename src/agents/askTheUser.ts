import type { ToolContext } from './agentTool';
import { ToolError } from './toolError';

const SILENCED_TEXT =
	'The user denied several of your questions, so this one was denied without being shown. Stop asking, and tell the user what you need.';

/**
 * Calls a service that asks the user and counts denials, unless the user has denied too many of the caller's questions. Programs outside of the
 * editor are denied together, because they can claim any name.
 * @returns what `ask` returns; undefined if the user doesn't want it
 * @throws ToolError if nothing is asked
 */
export async function askTheUser<T>({ backoff, caller }: ToolContext, ask: () => Promise<T | undefined>): Promise<T | undefined> {
	if (backoff.isSilenced(caller.kind)) {
		throw new ToolError(SILENCED_TEXT);
	}
	return ask();
}
