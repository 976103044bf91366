import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import tls from 'node:tls';
import { buildConnector } from 'undici';
import { dropContinueResponses } from './continueFilter';
import type { ProxyConfiguration } from './workerMessages';

/** Timeout for connecting to the upstream or to the proxy, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a connection to the upstream. */
export type UpstreamConnector = buildConnector.connector;

/** Thrown when the proxy doesn't open a tunnel to the upstream. */
export class ProxyError extends Error {
	constructor(
		/** The status of the proxy's response, or an error code. */
		readonly reason: string,
	) {
		super('Proxy connection failed.');
	}
}

/** A proxy and the credentials for it. */
export interface UpstreamProxy {
	readonly url: URL;
	/** Value of the header `Proxy-Authorization`. */
	readonly authorization: string | null;
}

/** Selects the proxy for the upstream; null for a direct connection. */
export function selectProxy(
	{ hostname, port: explicitPort, protocol }: URL,
	{ url, authorization, noProxy }: ProxyConfiguration,
): UpstreamProxy | null {
	const port = explicitPort || (protocol === 'https:' ? '443' : '80');
	const host = hostname.replace(/^\[|\]$/g, '');
	const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
	// Like VS Code, ignore values that aren't URLs. `host:port` parses as one, but has no `://`.
	if (
		!url?.includes('://') ||
		!URL.canParse(url) ||
		isLocal ||
		noProxy.some((rule) => matchesNoProxyRule(host, port, rule.trim().toLowerCase()))
	) {
		return null;
	}
	const proxy = new URL(url);
	const [userName, password] = [proxy.username, proxy.password].map(decodeUserInfo) as [string, string];
	[proxy.username, proxy.password] = ['', ''];
	return {
		url: proxy,
		authorization: authorization ?? (userName === '' ? null : `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`),
	};
}

/** Decodes the user name or password of a URL. */
function decodeUserInfo(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// A password with a percent sign that isn't escaped is used as it is.
		return text;
	}
}

/** Whether the proxy is an HTTP proxy, the only supported kind. */
export function isHttpProxy({ url: { protocol } }: UpstreamProxy): boolean {
	return protocol === 'http:' || protocol === 'https:';
}

function matchesNoProxyRule(hostname: string, port: string, rule: string): boolean {
	// An IPv6 address has colons of its own. Only with brackets can a port follow.
	const [, name = '', rulePort] = (isIPv6(rule) ? undefined : /^(.*?)(?::(\d+))?$/.exec(rule)) ?? ['', rule];
	const address = name.replace(/^\[|\]$/g, '');
	const domain = isIPv6(address) ? normalizeIPv6(address) : name.replace(/^\*?\./, '');
	return rule === '*' || (domain !== '' && (rulePort ?? port) === port && (hostname === domain || hostname.endsWith(`.${domain}`)));
}

/** Returns the address the way it's in a URL's host name, without brackets. */
function normalizeIPv6(address: string): string {
	// A zone isn't allowed in a URL.
	return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/**
 * Creates a function that opens connections to the upstream with the TLS settings of VS Code.
 * @param proxy proxy to open a tunnel with; the upstream must use TLS then
 */
export function createConnector(proxy: UpstreamProxy | null, { strictSSL, systemCertificates }: ProxyConfiguration): UpstreamConnector {
	const tlsOptions = { rejectUnauthorized: strictSSL, ...(systemCertificates ? { ca: loadCertificates() } : {}) };
	const open = buildConnector({ ...tlsOptions, timeout: CONNECT_TIMEOUT_MS });
	const connect: UpstreamConnector = (options, callback) =>
		open(options, (...result) => {
			// After an error, there's no socket.
			if (result[0] === null) {
				dropContinueResponses(result[1]);
			}
			callback(...result);
		});
	if (proxy === null) {
		return connect;
	}
	const { url, authorization } = proxy;
	if (!isHttpProxy(proxy)) {
		return (_, callback) => callback(new ProxyError(`${url.protocol} isn't supported`), null);
	}
	return (options, callback) => {
		const host = isIPv6(options.hostname) ? `[${options.hostname}]` : options.hostname;
		const authority = `${host}:${options.port || '443'}`;
		const { request } = url.protocol === 'https:' ? https : http;
		const connectRequest = request(url, {
			...tlsOptions,
			method: 'CONNECT',
			path: authority,
			agent: false,
			timeout: CONNECT_TIMEOUT_MS,
			headers: { host: authority, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) },
		});
		connectRequest
			.once('connect', ({ statusCode }, httpSocket) => {
				if (statusCode === 200) {
					connect({ ...options, httpSocket }, callback);
				} else {
					httpSocket.destroy();
					callback(new ProxyError(String(statusCode)), null);
				}
			})
			.once('timeout', () => connectRequest.destroy(new ProxyError('ETIMEDOUT')))
			.once('error', (error: NodeJS.ErrnoException) =>
				callback(error instanceof ProxyError ? error : new ProxyError(error.code ?? error.name), null),
			)
			.end();
	};
}

/** Returns Node's certificates and those of the operating system, which Node can read since version 22.15. */
function loadCertificates(): string[] | undefined {
	return 'getCACertificates' in tls ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')] : undefined;
}
