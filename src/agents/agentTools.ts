import type { AgentCaller, AgentServices } from './agentServices';

/** What a tool's call depends on besides its input. */
export interface ToolContext {
	readonly caller: AgentCaller;
	readonly services: AgentServices;
	/** Aborted when the caller doesn't wait for the result anymore. */
	readonly signal: AbortSignal;
}

/** What VS Code asks the user before a tool runs. */
export interface ToolConfirmation {
	readonly title: string;
	readonly message: string;
}

/** A tool that agents can use. */
export interface AgentTool {
	/** Such as `connect_tokens_list`. */
	readonly name: string;
	/** What's shown while it runs, and the question if it changes something. Has no side effects; accepts any input. */
	prepare(input: unknown, context: ToolContext): Promise<{ readonly message: string; readonly confirmation?: ToolConfirmation }>;
	/**
	 * Runs the tool.
	 * @returns text for a language model, without keys
	 * @throws ToolError that tells the language model what to do next
	 */
	run(input: unknown, context: ToolContext): Promise<string>;
}

/** All tools, in the order of the manifest. */
export const agentTools: readonly AgentTool[] = [];
