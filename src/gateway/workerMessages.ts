import * as v from 'valibot';

/** How the upstream is reached: the editor's settings, with what belongs to them looked up already. */
const proxySchema = v.object({
	/** What is set as the proxy's URL; null for a direct connection. */
	url: v.nullable(v.string()),
	/** Value of the header `Proxy-Authorization`. */
	authorization: v.nullable(v.string()),
	/** Hosts that are reached without the proxy: `host`, `host:port`, `.domain`, `*.domain` or `*`. */
	noProxy: v.array(v.string()),
	/** Whether the upstream's certificate must be trusted. */
	strictSSL: v.boolean(),
	/** Whether certificates that the operating system trusts count, where Node can tell. */
	systemCertificates: v.boolean(),
});

/** What the gateway is started with, as the worker's `workerData`. Tokens are not in it: the worker reads them itself. */
export const gatewayConfigurationSchema = v.object({
	/** Path of the folder of the workspace's store. */
	folder: v.pipe(v.string(), v.nonEmpty()),
	/** One 32-bit number that the host raises with every change of the tokens that it knows of, shared, so that no message need arrive. */
	changes: v.instance(SharedArrayBuffer),
	/** The first port to try; 0 takes any that is free. */
	port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
	/** URL of the API behind the gateway, with its path; null for the built-in echo. */
	upstream: v.nullable(v.pipe(v.string(), v.url(), v.regex(/^https?:/i))),
	/** Value of `Authorization` for the upstream, in place of the caller's; null passes the caller's on. */
	credential: v.nullable(v.string()),
	/** The paths of every module, by module id. */
	modules: v.record(v.string(), v.array(v.string())),
	/** What modules are called, by module id. */
	moduleNames: v.record(v.string(), v.string()),
	proxy: proxySchema,
});
export type GatewayConfiguration = v.InferOutput<typeof gatewayConfigurationSchema>;
export type ProxyConfiguration = v.InferOutput<typeof proxySchema>;

const messageEntries = { template: v.string(), args: v.array(v.union([v.string(), v.number()])) };

/** What the worker tells its host. Nothing in it is secret; templates are for `l10n`. */
export const workerMessageSchema = v.variant('kind', [
	/** It takes requests. */
	v.object({ kind: v.literal('listening'), port: v.number() }),
	/** It cannot start, and ends with exit code 1. */
	v.object({ kind: v.literal('failed'), ...messageEntries }),
	/** It goes on, but its user should know. */
	v.object({ kind: v.literal('warning'), ...messageEntries }),
]);
export type WorkerMessage = v.InferOutput<typeof workerMessageSchema>;

/** What the host tells its worker: to write down its counts, end its connections and exit with code 0. */
export const hostMessageSchema = v.object({ kind: v.literal('stop') });
export type HostMessage = v.InferOutput<typeof hostMessageSchema>;
