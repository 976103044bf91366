import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { buildConnector } from 'undici';
import type { ProxyConfiguration } from './workerMessages';

/** How long a connection may take to come about, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a connection to the upstream. */
export type UpstreamConnector = buildConnector.connector;

/** The proxy did not open a way to the upstream. */
export class ProxyError extends Error {
	constructor(
		/** The proxy's answer, or the code of the error that kept it from giving one. */
		readonly reason: string,
	) {
		super('Proxy connection failed.');
	}
}

/** A proxy, and what it wants to be told of its user. */
export interface UpstreamProxy {
	readonly url: URL;
	/** Value of the header `Proxy-Authorization`. */
	readonly authorization: string | null;
}

/** The proxy to use for the upstream; null for a direct connection. */
export function selectProxy(
	{ hostname, port: explicitPort, protocol }: URL,
	{ url, authorization, noProxy }: ProxyConfiguration,
): UpstreamProxy | null {
	const port = explicitPort || (protocol === 'https:' ? '443' : '80');
	const host = hostname.replace(/^\[|\]$/g, '');
	const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
	// The editor passes over what is no URL, and so a `host:port`, which is one by its letters alone.
	if (
		!url?.includes('://') ||
		!URL.canParse(url) ||
		isLocal ||
		noProxy.some((rule) => matchesNoProxyRule(host, port, rule.trim().toLowerCase()))
	) {
		return null;
	}
	const proxy = new URL(url);
	const [name, password] = [proxy.username, proxy.password].map(decodeUserInfo) as [string, string];
	[proxy.username, proxy.password] = ['', ''];
	return {
		url: proxy,
		authorization: authorization ?? (name === '' ? null : `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`),
	};
}

/** A password may hold a percent sign that nobody has escaped. */
function decodeUserInfo(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Whether it is a proxy of the kind that this gateway knows how to use. */
export function isHttpProxy({ url: { protocol } }: UpstreamProxy): boolean {
	return protocol === 'http:' || protocol === 'https:';
}

function matchesNoProxyRule(hostname: string, port: string, rule: string): boolean {
	const [, name = '', rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
	const domain = name.replace(/^\*?\./, '');
	return rule === '*' || (domain !== '' && (rulePort ?? port) === port && (hostname === domain || hostname.endsWith(`.${domain}`)));
}

/**
 * Connects as the editor's settings demand.
 * @param proxy opens a tunnel to the upstream, which must speak TLS
 */
export function createConnector(proxy: UpstreamProxy | null, { strictSSL, systemCertificates }: ProxyConfiguration): UpstreamConnector {
	const tlsOptions = { rejectUnauthorized: strictSSL, ...(systemCertificates ? { ca: loadCertificates() } : {}) };
	const connect = buildConnector({ ...tlsOptions, timeout: CONNECT_TIMEOUT_MS });
	if (proxy === null) {
		return connect;
	}
	const { url, authorization } = proxy;
	if (!isHttpProxy(proxy)) {
		return (_, callback) => callback(new ProxyError(`${url.protocol} isn't supported`), null);
	}
	return (options, callback) => {
		const target = `${options.hostname}:${options.port || '443'}`;
		const { request } = url.protocol === 'https:' ? https : http;
		const connectRequest = request(url, {
			...tlsOptions,
			method: 'CONNECT',
			path: target,
			agent: false,
			timeout: CONNECT_TIMEOUT_MS,
			headers: { host: target, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) },
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

/** Node's own certificates and the system's; Node can tell the latter from version 22.15 on. */
function loadCertificates(): string[] | undefined {
	return 'getCACertificates' in tls ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')] : undefined;
}
