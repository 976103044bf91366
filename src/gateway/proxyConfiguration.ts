import * as v from 'valibot';
import type { ProxyConfiguration } from './workerMessages';

const hostListSchema = v.fallback(v.array(v.string()), []);

interface ProxyConfigurationOptions {
	/** Base URL of the API to connect to, if one is set. */
	readonly upstream: string | null;
	/** Returns the value of VS Code's setting `http.<name>`. */
	readonly getHttpSetting: (name: string) => unknown;
	/** Environment variables, for `HTTPS_PROXY` and the like. */
	readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Determines how to connect to the upstream from VS Code's settings or, where they're empty, from environment variables that VS Code reads,
 * too. VS Code applies them to an extension's requests itself, but not to those in worker threads.
 */
export function readProxyConfiguration({ upstream, getHttpSetting, environment }: ProxyConfigurationOptions): ProxyConfiguration {
	const readVariable = (...names: readonly string[]) => names.map((name) => nonEmptyText(environment[name])).find(Boolean);
	const proxyVariables = upstream?.startsWith('https:') ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
	const noProxy = v.parse(hostListSchema, getHttpSetting('noProxy'));
	return {
		url:
			getHttpSetting('proxySupport') === 'off' ? null : (nonEmptyText(getHttpSetting('proxy')) ?? readVariable(...proxyVariables) ?? null),
		authorization: nonEmptyText(getHttpSetting('proxyAuthorization')) ?? null,
		noProxy: noProxy.length > 0 ? noProxy : (readVariable('NO_PROXY', 'no_proxy') ?? '').split(/[\s,]+/).filter(Boolean),
		strictSSL: getHttpSetting('proxyStrictSSL') !== false,
		systemCertificates: getHttpSetting('systemCertificates') !== false,
	};
}

function nonEmptyText(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
