import * as v from 'valibot';
import { summarizeModuleUsage } from '../domain/moduleUsage';
import { getRetainedDates, sumByStatusClass } from '../domain/tokenUsage';
import { defineTool } from './agentTool';
import { findTokenOrThrow } from './findToken';
import { tokenInput } from './toolInput';
import { toSafeId } from './toolResult';

/** How many modules are listed. */
const MAX_MODULES = 50;

export const statisticsTool = defineTool({
	name: 'connect_tokens_statistics',
	modelDescription:
		'Returns how a token was used in the last 30 days: responses by status class, requests by module, and when it was last used. ' +
		"Call it to answer questions about the usage of a token, or to find modules that a token doesn't need. " +
		'Requests by module are known only for tokens of the workspace. It changes nothing and contains no requests, bodies, or keys.',
	icon: 'graph',
	inputSchema: v.strictObject({ token: tokenInput('ID of the token.') }),
	run: async ({ token: tokenId }, { services }) => {
		const { source } = await findTokenOrThrow(services, tokenId);
		const usage = await source.getUsage(tokenId);
		const { days, lastUsed } = usage;
		const dates = getRetainedDates(services.clock());
		const responses = sumByStatusClass(days);
		const { used, since } = summarizeModuleUsage(usage);
		return {
			token: tokenId,
			from: dates[0],
			to: dates.at(-1),
			total: Object.values(responses).reduce((sum, count) => sum + count, 0),
			responses,
			// Undefined, and so omitted, if the platform doesn't return it.
			lastUsed,
			...(!source.remote && {
				...(since !== undefined && { modulesSince: since }),
				modules: used.slice(0, MAX_MODULES).map(({ moduleId, ...counts }) => ({ module: toSafeId(moduleId), ...counts })),
			}),
		};
	},
});
