import * as v from 'valibot';
import { ALL_MODULES } from '../domain/catalog';
import { MAX_AGENT_NAME_LENGTH, MAX_LEASE_MS, MAX_TASK_LENGTH } from '../domain/lease';
import { formatPermission, getPermissionLevel, normalizePermissions, parsePermission } from '../domain/permissions';
import { RATE_PERIODS, type TokenLimits } from '../domain/tokenLimits';
import type { AgentCaller, AgentServices, LeaseProposal } from './agentServices';
import { defineTool } from './agentTool';
import { askTheUser } from './askTheUser';
import { getMinutesLeft } from './listTool';
import { described, oneLine } from './toolInput';
import { ToolError } from './toolError';
import { toSafeId } from './toolResult';
import { cleanText } from './untrustedText';

const MAX_MINUTES = MAX_LEASE_MS / 60_000;
const DEFAULT_MINUTES = 60;
const DEFAULT_LIMITS: TokenLimits = { rate: { requests: 60, per: 'minute' } };
const MAX_RATE = 10_000;

const moduleSchema = v.strictObject({
	module: described(
		v.pipe(v.string(), v.minLength(1, 'Pass the ID of a module'), v.maxLength(64, 'Pass the ID of a module')),
		'ID of the module, such as "products" or "MD-0007". connect_tokens_explain returns the module of a path, and connect_tokens_list returns all modules.',
	),
	write: described(v.optional(v.boolean()), 'Whether the task changes data of this module. Only reading is allowed by default.'),
});

export const requestLeaseTool = defineTool({
	name: 'connect_tokens_request_lease',
	modelDescription:
		'Asks the user for a lease: a token for one task that can access chosen modules of the CloudBlue Connect API for a limited time. ' +
		'Call it before the first connect_tokens_call of a task, unless connect_tokens_list has a lease that fits. Request only the modules that the task needs, and writing only where the task changes data. ' +
		"The user sees the request, can narrow or deny it, and the result says what was granted. If the user denies it, don't request it again; ask the user what to do. " +
		'Returns the ID of the lease, never an API key: requests are made with connect_tokens_call.',
	icon: 'shield',
	asksUser: true,
	inputSchema: v.strictObject({
		purpose: described(
			v.pipe(
				v.string(),
				v.trim(),
				v.minLength(1, 'Say what the task is'),
				v.maxLength(MAX_TASK_LENGTH, `Use at most ${MAX_TASK_LENGTH} characters`),
				oneLine(),
			),
			'What the lease is for, in one line for the user, such as "Count the active assets per marketplace".',
		),
		modules: described(
			v.pipe(v.array(moduleSchema), v.minLength(1, 'Pass at least one module'), v.maxLength(50, 'Pass at most 50 modules')),
			'The modules that the task needs.',
		),
		minutes: described(
			v.optional(
				v.pipe(
					v.number(),
					v.integer('Pass a whole number'),
					v.minValue(1, 'Pass at least 1'),
					v.maxValue(MAX_MINUTES, `Pass at most ${MAX_MINUTES}`),
				),
			),
			`How long the lease lasts, in minutes. ${DEFAULT_MINUTES} by default.`,
		),
		rate: described(
			v.optional(
				v.strictObject({
					requests: v.pipe(
						v.number(),
						v.integer('Pass a whole number'),
						v.minValue(1, 'Pass at least 1'),
						v.maxValue(MAX_RATE, `Pass at most ${MAX_RATE}`),
					),
					per: v.picklist(RATE_PERIODS),
				}),
			),
			'How many requests are allowed per period. 60 per minute by default.',
		),
	}),
	run: async ({ purpose, modules, minutes = DEFAULT_MINUTES, rate }, context) => {
		const { services, caller } = context;
		const proposal: LeaseProposal = {
			lease: { task: toTask(purpose), agent: getAgentName(caller) },
			permissions: normalizePermissions(modules.map((item) => toPermission(item, services))),
			minutes,
			limits: rate ? { rate } : DEFAULT_LIMITS,
			approval: 'writes',
		};
		const lease = await askTheUser(context, () => services.askForLease(proposal, caller));
		if (!lease) {
			return {
				isGranted: false,
				note: "The user didn't grant the lease. Don't request it again. Continue without it, or ask the user what to do.",
			};
		}
		const missing = proposal.permissions.filter((permission) => !covers(lease.permissions, permission));
		return {
			isGranted: true,
			token: lease.id,
			expires: lease.expirationDate,
			minutesLeft: getMinutesLeft(lease, services.clock()),
			permissions: lease.permissions.map(toSafeId),
			...(missing.length > 0 && { notGranted: missing.map(toSafeId) }),
			limits: lease.limits ?? null,
			approval: lease.approval ?? 'never',
			note: `Pass "${lease.id}" as "token" to connect_tokens_call. ${describeGrant(missing)}`,
		};
	},
});

function describeGrant(missing: readonly string[]): string {
	return missing.length === 0
		? 'Everything that you requested was granted.'
		: "The user granted less than you requested: see notGranted. Don't request it again unless the user agrees.";
}

/** @throws ToolError if there's no such module */
function toPermission({ module, write }: v.InferOutput<typeof moduleSchema>, { readModules }: Pick<AgentServices, 'readModules'>): string {
	// The level is often written in the ID, as tokens have it.
	const { moduleId } = parsePermission(module);
	const ids = [ALL_MODULES, ...readModules().list.map(({ id }) => id)];
	if (!ids.includes(moduleId)) {
		throw new ToolError(
			`There's no module "${cleanText(moduleId)}". Use one of these IDs: ${[...new Set(ids.map(toSafeId))].slice(0, 100).join(', ')}.`,
		);
	}
	return formatPermission({ moduleId, level: write === true ? 'full' : 'read' });
}

function covers(granted: readonly string[], permission: string): boolean {
	const { moduleId, level } = parsePermission(permission);
	const grantedLevel = getPermissionLevel(granted, moduleId);
	return grantedLevel === 'full' || grantedLevel === level;
}

/** The user reads it, so it contains nothing that's invisible. */
function toTask(purpose: string): string {
	const task = cleanText(purpose).replace(/\s+/g, ' ').trim();
	if (task === '') {
		throw new ToolError('Invalid input. "purpose": Say what the task is. Correct the input and call the tool again.');
	}
	return task;
}

function getAgentName(caller: AgentCaller): string {
	const name = caller.kind === 'editor' ? 'VS Code' : cleanText(caller.name).replace(/\s+/g, ' ').trim();
	return name.slice(0, MAX_AGENT_NAME_LENGTH).trim() || 'Unknown';
}
