import * as v from 'valibot';
import { isUsable, type Token } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import { defineTool } from './agentTool';
import { isLeaseForTools } from './findToken';
import { described } from './toolInput';
import { toSafeId, UNTRUSTED_DATA_NOTE } from './toolResult';

/** Tokens per result. */
const PAGE_SIZE = 50;

export const listTool = defineTool({
	name: 'connect_tokens_list',
	modelDescription:
		"Lists the API tokens for CloudBlue Connect that the user has: ID, name, status, expiration, the modules that they can access, and whether they're leases that you can use with connect_tokens_call. " +
		'Call it to find a lease that already fits the task before you request another one, and to find the IDs that the other tools take as "token". ' +
		`Returns metadata only, at most ${PAGE_SIZE} tokens per call. It never returns API keys, and no tool does.`,
	icon: 'key',
	inputSchema: v.strictObject({
		onlyLeases: described(
			v.optional(v.boolean()),
			'Whether to list only leases, which are the tokens that you can use. All tokens by default.',
		),
		includeModules: described(
			v.optional(v.boolean()),
			'Whether to also return the modules of the API, with the paths that each covers, to choose those of a lease.',
		),
		offset: described(
			v.optional(v.pipe(v.number(), v.integer('Pass a whole number'), v.minValue(0, 'Pass 0 or more'))),
			'How many tokens to skip: "nextOffset" of the previous result.',
		),
	}),
	run: async ({ onlyLeases = false, includeModules = false, offset = 0 }, { services }) => {
		const now = services.clock();
		const all = (await services.sources.list('available')).filter(({ token }) => !onlyLeases || isLeaseForTools(token));
		const sorted = all.toSorted((a, b) => getRank(a.token) - getRank(b.token));
		const shown = sorted.slice(offset, offset + PAGE_SIZE);
		const nextOffset = offset + shown.length;
		const { list, paths } = services.readModules();
		return {
			now: now.toISOString(),
			total: all.length,
			...(nextOffset < all.length && { nextOffset }),
			note: UNTRUSTED_DATA_NOTE,
			tokens: shown.map((found) => describeToken(found, now)),
			...(includeModules && {
				modules: list.map(({ id, name }) => ({ module: toSafeId(id), untrustedData: { name, paths: paths[id] ?? [] } })),
			}),
		};
	},
});

/** What can be used comes first. */
function getRank(token: Token): number {
	return (isLeaseForTools(token) ? 0 : 2) + (isUsable(token) ? 0 : 1);
}

function describeToken({ source, token }: SourceToken, now: Date) {
	const { lease, limits, approval, expirationDate } = token;
	const account = source.remote?.account;
	return {
		token: token.id,
		source: account ? 'account' : 'workspace',
		...(account && { account: toSafeId(account.id) }),
		isLease: lease !== undefined,
		...(lease && !isLeaseForTools(token) && { isOnlyForMcpServer: true }),
		status: token.status,
		expires: expirationDate,
		...(lease && { minutesLeft: getMinutesLeft(token, now) }),
		permissions: token.permissions.map(toSafeId),
		...(limits && { limits }),
		...(account === undefined && { approval: approval ?? 'never' }),
		untrustedData: {
			name: token.name,
			...(lease && { task: lease.task, agent: lease.agent }),
			...(account && { accountName: account.name }),
		},
	};
}

/** Returns how long a lease can still be used, in whole minutes. */
export function getMinutesLeft(token: Token, now: Date): number {
	return isUsable(token) && token.expirationDate !== null
		? Math.max(0, Math.floor((Date.parse(token.expirationDate) - now.getTime()) / 60_000))
		: 0;
}
