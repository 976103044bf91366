import * as v from 'valibot';
import { emptySchema } from './messageSchemas';

/** What fixes the problem that a test found: a command for the token or the gateway. */
const testFixSchema = v.picklist(['enable', 'rotate', 'edit', 'setCredential']);
export type TestFix = v.InferOutput<typeof testFixSchema>;

const tokenTestResultSchema = v.object({
	/** Whether the API accepted the request, denied it, or something else prevented a success. */
	outcome: v.picklist(['accepted', 'denied', 'failed']),
	/** Status and duration. */
	title: v.string(),
	/** Why it isn't a success, and what to do; null if it is one. */
	reason: v.nullable(v.string()),
	fix: v.nullable(testFixSchema),
	/** The request, and what else happened. */
	notes: v.pipe(v.array(v.string()), v.readonly()),
});
/** The result of *Test Token*, in the user's language. */
export type TokenTestResult = v.InferOutput<typeof tokenTestResultSchema>;

/** Requests from a page that tests its token. */
export const tokenTestMethods = {
	/** Makes one harmless request with the token. Starts the gateway if necessary. */
	testToken: { params: emptySchema, result: tokenTestResultSchema },
	/** Runs the command that fixes the problem. */
	fixTest: { params: v.object({ fix: testFixSchema }), result: emptySchema },
} as const;
