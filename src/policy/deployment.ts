import * as v from 'valibot';
import { EXPORTED_TOTALS } from './createPolicy';

const endpointPattern = /^(?:\[[0-9a-fA-F:.]+\]|[\w.*-]+):\d{1,5}$/;
/** Without what would mean something in a configuration or a README: spaces, line breaks, quotes, and so on. */
const upstreamPattern = /^https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?(?:\/[\w./~-]*)?$/;
const endpointSchema = v.pipe(v.string(), v.regex(endpointPattern));

/** How the instances of another engine that enforce a policy are set up. Saved as `deployment.json` next to the policy. */
export const deploymentSchema = v.object({
	version: v.literal(1),
	/** Where an instance listens: `ADDRESS:PORT`. */
	bind: endpointSchema,
	/** Absolute URL of the API, without user information, query, and fragment. */
	upstream: v.pipe(v.string(), v.regex(upstreamPattern), v.url()),
	/** Path of a PEM file with the certificate and its private key; null for plain HTTP. */
	certificate: v.nullable(v.pipe(v.string(), v.nonEmpty(), v.regex(/^\P{Cc}+$/u))),
	/** Instances that share counts, each with the address on which the others reach it. At least one; a single one needs no address. */
	instances: v.pipe(
		v.array(v.object({ name: v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/)), address: v.nullable(endpointSchema) })),
		v.minLength(1),
		v.maxLength(16),
	),
	/** Whether tokens with a total can make the requests that are left of it, or none, which is the default. A push does the same as the export. */
	totals: v.exactOptional(v.picklist(EXPORTED_TOTALS)),
});

export type Deployment = v.InferOutput<typeof deploymentSchema>;
