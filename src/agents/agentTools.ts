import type { AgentTool } from './agentTool';
import { callTool } from './callTool';
import { explainTool } from './explainTool';
import { insertAuthorizationTool } from './insertAuthorizationTool';
import { listTool } from './listTool';
import { requestLeaseTool } from './requestLeaseTool';
import { statisticsTool } from './statisticsTool';

/** All tools, in the order of the manifest. */
export const agentTools: readonly AgentTool[] = [
	listTool,
	requestLeaseTool,
	callTool,
	explainTool,
	insertAuthorizationTool,
	statisticsTool,
];
