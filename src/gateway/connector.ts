import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { buildConnector } from 'undici';
import type { ProxyConfiguration } from './messages';

/** How long a connection may take to come about, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** Opens a connection to the upstream. */
export type Connector = buildConnector.connector;

/** The proxy did not open a way to the upstream. */
export class ProxyError extends Error {
	constructor(
		/** The proxy's answer, or the code of the error that kept it from giving one. */
		readonly reason: string,
	) {
		super('The proxy did not open a connection.');
	}
}

/** The proxy to use for the upstream; null for a direct connection. */
export function proxyFor({ hostname, port }: URL, { url, noProxy }: ProxyConfiguration): URL | null {
	const bare = hostname.replace(/^\[|\]$/g, '');
	const isLocal = bare === 'localhost' || bare === '::1' || bare.startsWith('127.');
	return url === null || isLocal || noProxy.some((rule) => isCovered(bare, port, rule.trim().toLowerCase())) ? null : new URL(url);
}

function isCovered(hostname: string, port: string, rule: string): boolean {
	const [, name = '', rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
	const domain = name.replace(/^\*?\./, '');
	return rule === '*' || (domain !== '' && (rulePort ?? port) === port && (hostname === domain || hostname.endsWith(`.${domain}`)));
}

/**
 * Connects as the editor's settings demand: by way of `proxy`, trusting what they say.
 * A plain HTTP upstream behind a proxy needs no tunnel: the connection then goes to the proxy itself.
 */
export function connectorFor(proxy: URL | null, { authorization, strictSSL, systemCertificates }: ProxyConfiguration): Connector {
	const trust = { rejectUnauthorized: strictSSL, ...(systemCertificates ? { ca: systemTrust() } : {}) };
	const connect = buildConnector({ ...trust, timeout: CONNECT_TIMEOUT });
	if (proxy === null) {
		return connect;
	}
	return (options, callback) => {
		if (options.protocol !== 'https:') {
			connect(options, callback);
			return;
		}
		const target = `${options.hostname}:${options.port || '443'}`;
		const { request } = proxy.protocol === 'https:' ? https : http;
		const asking = request(proxy, {
			...trust,
			method: 'CONNECT',
			path: target,
			agent: false,
			timeout: CONNECT_TIMEOUT,
			headers: { host: target, ...(authorization === null ? {} : { 'proxy-authorization': authorization }) },
		});
		asking
			.once('connect', ({ statusCode }, httpSocket) => {
				if (statusCode === 200) {
					connect({ ...options, httpSocket }, callback);
				} else {
					httpSocket.destroy();
					callback(new ProxyError(String(statusCode)), null);
				}
			})
			.once('timeout', () => asking.destroy(new ProxyError('ETIMEDOUT')))
			.once('error', (error: NodeJS.ErrnoException) => callback(error instanceof ProxyError ? error : new ProxyError(error.code ?? error.name), null))
			.end();
	};
}

/** Node's own certificates and the system's; Node can tell the latter from version 22.15 on. */
function systemTrust(): string[] | undefined {
	return 'getCACertificates' in tls ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')] : undefined;
}
