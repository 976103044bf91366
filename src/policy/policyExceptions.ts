import * as v from 'valibot';
import { parsePermission } from '../domain/permissions';
import type { Problem } from '../domain/problems';
import type { PolicyToken } from './policy';

const reasons = {
	lease: {
		effect: 'denied',
		template: "It's a lease for a task of an agent on this machine, so it isn't exported, and all of its requests are denied.",
	},
	approvalAlways: {
		effect: 'denied',
		template: 'All of its requests require approval, which only the gateway in the editor can ask for, so all of them are denied.',
	},
	totalDenied: {
		effect: 'denied',
		template:
			"Its total of {0} requests would start over if all instances were restarted, so all of its requests are denied. To allow those that are left, export the policy with “Allow What's Left” or “--totals remaining”.",
	},
	totalChanged: {
		effect: 'denied',
		template:
			'Its total was changed to {0} requests after the export, and the instances have counted toward the previous one, so all of its requests are denied. Export the policy again.',
	},
	approvalWrites: {
		effect: 'restricted',
		template: 'Its writes require approval, which only the gateway in the editor can ask for, so all of them are denied.',
	},
	readOnly: {
		effect: 'restricted',
		template:
			'It can only read some modules. There, requests with “method” in the query are denied, because a server could take them for writes.',
	},
	totalRemaining: {
		effect: 'note',
		template:
			'When it was exported, {1} requests of its total of {0} were left, and it can make as many. The gateway in the editor counts separately, and counting starts over if all instances are restarted.',
	},
} as const;

const kinds = Object.keys(reasons) as (keyof typeof reasons)[];

/** The shape of `PolicyException` where it comes from another process. */
export const policyExceptionSchema = v.object({
	tokenId: v.string(),
	tokenName: v.string(),
	kind: v.picklist(kinds),
	/** Numbers in the reason's text. */
	numbers: v.array(v.number()),
});

/** How another engine treats a token differently. It never allows more than the gateway, except that it counts toward limits separately. */
export type PolicyException = v.InferOutput<typeof policyExceptionSchema>;

/** `denied`: all requests of the token. `restricted`: some of them. `note`: none, but its limits are counted separately. */
export type PolicyEffect = (typeof reasons)[PolicyException['kind']]['effect'];

export function getPolicyEffect({ kind }: PolicyException): PolicyEffect {
	return reasons[kind].effect;
}

/** Says what another engine does with a token's requests, and why. */
export function getPolicyReason({ kind, numbers }: PolicyException): Problem {
	return { field: null, template: reasons[kind].template, args: numbers };
}

/**
 * Returns what about a token of a policy differs from the gateway.
 * @param isTotalChanged whether its total is denied because it was changed after the export
 */
export function findPolicyExceptions(token: PolicyToken, isTotalChanged = false): readonly PolicyException[] {
	const { approval, permissions, total = 0, remainingTotal } = token;
	const create = (kind: PolicyException['kind'], ...numbers: number[]) => createPolicyException(token, kind, ...numbers);
	return [
		...(approval === 'always' ? [create('approvalAlways')] : []),
		...(remainingTotal === 'denied' ? [create(isTotalChanged ? 'totalChanged' : 'totalDenied', total)] : []),
		...(approval === 'writes' ? [create('approvalWrites')] : []),
		...(permissions.some((permission) => parsePermission(permission).level === 'read') ? [create('readOnly')] : []),
		...(typeof remainingTotal === 'number' ? [create('totalRemaining', total, remainingTotal)] : []),
	];
}

export function createPolicyException(
	{ id, name }: { readonly id: string; readonly name: string },
	kind: PolicyException['kind'],
	...numbers: number[]
): PolicyException {
	return { tokenId: id, tokenName: name, kind, numbers };
}
