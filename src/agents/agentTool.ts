import * as v from 'valibot';
import type { AgentCaller, AgentServices } from './agentServices';
import type { AskBackoff } from './askBackoff';
import { parseToolInput } from './toolInput';
import { formatToolResult, type ToolResult } from './toolResult';

/** What a tool's call depends on besides its input. */
export interface ToolContext {
	readonly caller: AgentCaller;
	readonly services: AgentServices;
	/** Stops callers that keep asking. */
	readonly backoff: AskBackoff;
	/** Aborted when the caller doesn't wait for the result anymore. */
	readonly signal: AbortSignal;
}

/** What a call of a tool is about, to show while it runs and to ask about it. Strings are the caller's and can be anything. */
export interface ToolPreview {
	readonly token?: string;
	readonly request?: { readonly method: string; readonly path: string };
	readonly file?: string;
	/** Whether the editor asks before the tool runs, because nothing else does. */
	readonly mustConfirm?: boolean;
}

/** A tool that agents can use. */
export interface AgentTool {
	/** Such as `connect_tokens_list`. */
	readonly name: string;
	/** Says what it does, when to use it, and what it doesn't do. For language models, in English. */
	readonly modelDescription: string;
	/** Name of its icon in VS Code. */
	readonly icon: string;
	/** Its input, with descriptions. The manifest has it as JSON schema. */
	readonly inputSchema: v.GenericSchema;
	/** Whether it asks the user. Such tools run one at a time. */
	readonly asksUser: boolean;
	/** Returns what a call is about. Has no side effects; accepts any input. */
	preview(input: unknown, context: Pick<ToolContext, 'services'>): Promise<ToolPreview>;
	/**
	 * Runs the tool.
	 * @returns JSON text for a language model, without keys
	 * @throws ToolError that tells the language model what to do next, or another error
	 */
	run(input: unknown, context: ToolContext): Promise<string>;
}

/** A tool whose functions get valid input. */
interface ToolDefinition<S extends v.GenericSchema> extends Omit<AgentTool, 'preview' | 'run' | 'asksUser'> {
	readonly inputSchema: S;
	readonly asksUser?: boolean;
	readonly preview?: (input: v.InferOutput<S>, context: Pick<ToolContext, 'services'>) => ToolPreview | Promise<ToolPreview>;
	readonly run: (input: v.InferOutput<S>, context: ToolContext) => Promise<ToolResult>;
}

/** Creates a tool that checks its input and formats its result. */
export function defineTool<S extends v.GenericSchema>(definition: ToolDefinition<S>): AgentTool {
	const { inputSchema, asksUser = false, preview } = definition;
	return {
		...definition,
		asksUser,
		preview: async (input, context) => {
			const { success, output } = v.safeParse(inputSchema, input, { abortEarly: true });
			return success && preview ? preview(output, context) : {};
		},
		run: async (input, context) => formatToolResult(await definition.run(parseToolInput(inputSchema, input), context)),
	};
}
