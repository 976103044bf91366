import * as vscode from 'vscode';
import type { ProxyConfiguration } from '../../gateway/workerMessages';

/**
 * How the editor's settings, or else the environment as the editor reads it, want `upstream` to be reached. The editor applies them to
 * requests of extensions itself, but not in worker threads.
 */
export function readProxySettings(upstream: string | null): ProxyConfiguration {
	const http = vscode.workspace.getConfiguration('http');
	const isOff = http.get('proxySupport') === 'off';
	const environment = upstream?.startsWith('https:') ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
	const noProxy = http.get<string[]>('noProxy') ?? [];
	return {
		url: isOff ? null : (nonEmptyText(http.get('proxy')) ?? readEnvironmentVariable(...environment) ?? null),
		authorization: nonEmptyText(http.get('proxyAuthorization')) ?? null,
		noProxy:
			noProxy.length > 0
				? noProxy
				: (readEnvironmentVariable('NO_PROXY', 'no_proxy')
						?.split(/[\s,]+/)
						.filter(Boolean) ?? []),
		strictSSL: http.get('proxyStrictSSL') !== false,
		systemCertificates: http.get('systemCertificates') !== false,
	};
}

function readEnvironmentVariable(...names: readonly string[]): string | undefined {
	return names.map((name) => nonEmptyText(process.env[name])).find((value) => value !== undefined);
}

function nonEmptyText(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
