import { toJsonSchema } from '@valibot/to-json-schema';
import { agentTools } from '../../../src/agents/agentTools';
import type { AgentTool } from '../../../src/agents/agentTool';

interface Manifest {
	readonly contributes: Record<string, unknown>;
}

/**
 * Returns package.json with the tools for language models as the code defines them: their descriptions for models, and the JSON schemas of their
 * input. The texts for users are in package.nls.json.
 */
export function withLanguageModelTools(packageJson: string): string {
	const manifest = JSON.parse(packageJson) as Manifest;
	const { languageModelTools: _, ...others } = manifest.contributes;
	const contributes = { languageModelTools: agentTools.map(describeTool), ...others };
	return `${JSON.stringify({ ...manifest, contributes }, undefined, 2)}\n`;
}

function describeTool({ name, modelDescription, icon, inputSchema }: AgentTool) {
	const id = name.replace(/^connect_tokens_/, '');
	const { $schema: _, ...schema } = toJsonSchema(inputSchema, { typeMode: 'input', ignoreActions: ['trim', 'check'] });
	return {
		name,
		tags: ['connect-tokens', 'api'],
		toolReferenceName: `connectTokens${id.replace(/(?:^|_)([a-z])/g, (__, letter: string) => letter.toUpperCase())}`,
		displayName: `%tool.${id}.name%`,
		userDescription: `%tool.${id}.description%`,
		modelDescription,
		canBeReferencedInPrompt: true,
		icon: `$(${icon})`,
		inputSchema: schema,
	};
}
