import * as v from 'valibot';
import { loggedRequestSchema, MAX_LOGGED_REQUESTS } from '../domain/loggedRequest';
import { approvalDecidedMessage, approvalWorkerMessages } from './approvalMessages';

/** How to connect to the upstream, from VS Code's settings and the environment. */
const proxySchema = v.object({
	/** The proxy's URL as the user entered it; null for a direct connection. */
	url: v.nullable(v.string()),
	/** Value of the `Proxy-Authorization` header; null uses the user name and password of the URL. */
	authorization: v.nullable(v.string()),
	/** Hosts to connect to without the proxy: `host`, `host:port`, `.domain`, `*.domain`, or `*`. */
	noProxy: v.array(v.string()),
	/** Whether to reject certificates that aren't trusted. */
	strictSSL: v.boolean(),
	/** Whether to trust the certificates of the operating system. Requires Node 22.15. */
	systemCertificates: v.boolean(),
});

/** The worker's `workerData`. Doesn't include the tokens, which the worker reads itself. */
export const gatewayConfigurationSchema = v.object({
	/** Path of the folder that contains the workspace's store. */
	folder: v.pipe(v.string(), v.nonEmpty()),
	/** A shared 32-bit counter that the host increments with each change of the tokens. Unlike a message, it's visible immediately. */
	changes: v.instance(SharedArrayBuffer),
	/** The first port to try; 0 picks any free port. */
	port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
	/** Base URL of the API to forward requests to; null to echo requests. */
	upstream: v.nullable(v.pipe(v.string(), v.url(), v.regex(/^https?:/i))),
	/** Value of the `Authorization` header for the upstream; null forwards the caller's. */
	credential: v.nullable(v.string()),
	/** Path prefixes by module ID. */
	modules: v.record(v.string(), v.array(v.string())),
	/** Paths of MCP servers below the base path; an empty one covers all paths. Denials there are JSON-RPC errors. */
	mcpPaths: v.array(v.string()),
	/** Display names by module ID. */
	moduleNames: v.record(v.string(), v.string()),
	proxy: proxySchema,
	/** Values of `Host` that requests may have besides the gateway's own; without a port, any port is allowed. */
	allowedHosts: v.array(v.string()),
	/** Origins of pages that may call the gateway. */
	allowedOrigins: v.array(v.string()),
	/** Path of the file that requests are written to; null for none. */
	logFile: v.nullable(v.string()),
});
export type GatewayConfiguration = v.InferOutput<typeof gatewayConfigurationSchema>;
export type ProxyConfiguration = v.InferOutput<typeof proxySchema>;

const messageEntries = { template: v.string(), args: v.array(v.union([v.string(), v.number()])) };

/** Messages from the worker to the host. None contains a secret. Templates are localized by the host. */
export const workerMessageSchema = v.variant('kind', [
	/** The gateway accepts requests. */
	v.object({ kind: v.literal('listening'), port: v.number() }),
	/** The gateway can't start. The worker exits with code 1. */
	v.object({ kind: v.literal('failed'), ...messageEntries }),
	/** Something that the user should know. The gateway keeps running. */
	v.object({ kind: v.literal('warning'), ...messageEntries }),
	/** A line for the log, about an error that has no other effect. Never sent for a request, which would slow down the gateway. */
	v.object({ kind: v.literal('log'), level: v.picklist(['debug', 'info', 'warn', 'error']), message: v.string() }),
	/** Requests since the last such message, the oldest first. Sent while somebody watches, and when the gateway stops. */
	v.object({ kind: v.literal('requests'), requests: v.pipe(v.array(loggedRequestSchema), v.maxLength(MAX_LOGGED_REQUESTS)) }),
	...approvalWorkerMessages,
]);
export type WorkerMessage = v.InferOutput<typeof workerMessageSchema>;

/** Messages from the host to the worker. */
export const hostMessageSchema = v.variant('kind', [
	/** Tokens have changed, so check the requests in progress. For other requests, the counter `changes` is enough. */
	v.object({ kind: v.literal('tokensChanged') }),
	/** Send requests as they're handled, or stop sending them. */
	v.object({ kind: v.literal('watchRequests'), isWatched: v.boolean() }),
	/** Forget the requests so far. */
	v.object({ kind: v.literal('clearRequests') }),
	/** Save usage, close all connections, and exit with code 0. */
	v.object({ kind: v.literal('stop') }),
	approvalDecidedMessage,
]);
export type HostMessage = v.InferOutput<typeof hostMessageSchema>;
