import * as vscode from 'vscode';
import type { ProxyConfiguration } from '../../gateway/messages';

/**
 * How the editor's settings, or else the environment as the editor reads it, want `upstream` to be reached. The editor applies them to
 * requests of extensions itself, but not in worker threads.
 */
export function proxySettings(upstream: string | null): ProxyConfiguration {
	const http = vscode.workspace.getConfiguration('http');
	const isOff = http.get('proxySupport') === 'off';
	const environment = upstream?.startsWith('https:') ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
	const noProxy = http.get<string[]>('noProxy') ?? [];
	return {
		url: isOff ? null : (text(http.get('proxy')) ?? fromEnvironment(...environment) ?? null),
		authorization: text(http.get('proxyAuthorization')) ?? null,
		noProxy:
			noProxy.length > 0
				? noProxy
				: (fromEnvironment('NO_PROXY', 'no_proxy')
						?.split(/[\s,]+/)
						.filter(Boolean) ?? []),
		strictSSL: http.get('proxyStrictSSL') !== false,
		systemCertificates: http.get('systemCertificates') !== false,
	};
}

function fromEnvironment(...names: readonly string[]): string | undefined {
	return names.map((name) => text(process.env[name])).find((value) => value !== undefined);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
