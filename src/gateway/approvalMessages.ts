import * as v from 'valibot';
import { APPROVAL_DECISIONS, APPROVAL_ENDS, type ApprovalRequest } from '../domain/approvalRequest';

/** Longest path in a message, in characters. */
export const MAX_PATH_LENGTH = 300;

const idSchema = v.pipe(v.number(), v.integer());
const portSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

/** Messages from the worker about requests that wait for approval. Only tokens that require it cause any. */
export const approvalWorkerMessages = [
	/** Ask the user whether a request is allowed. */
	v.object({
		kind: v.literal('approvalRequested'),
		request: v.object({
			id: idSchema,
			tokenId: v.string(),
			tokenName: v.string(),
			method: v.pipe(v.string(), v.maxLength(40)),
			path: v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH)),
			effect: v.picklist(['none', 'webSocket', 'otherMethod']),
			clientPort: portSchema,
			gatewayPort: portSchema,
		}) satisfies v.GenericSchema<ApprovalRequest>,
	}),
	/** The request no longer waits for a decision. */
	v.object({ kind: v.literal('approvalEnded'), id: idSchema, end: v.picklist(APPROVAL_ENDS) }),
] as const;

/** The message from the host with the user's decision. */
export const approvalDecidedMessage = v.object({
	kind: v.literal('approvalDecided'),
	id: idSchema,
	decision: v.picklist(APPROVAL_DECISIONS),
});
