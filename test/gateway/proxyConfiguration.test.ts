import assert from 'node:assert/strict';
import { readProxyConfiguration } from '../../src/gateway/proxyConfiguration';

describe('readProxyConfiguration', () => {
	function read(
		settings: Record<string, unknown>,
		environment: Record<string, string> = {},
		upstream: string | null = 'https://api.example/public/v1',
	) {
		return readProxyConfiguration({ upstream, getHttpSetting: (name) => settings[name], environment });
	}

	it('is a direct connection with all checks by default', () => {
		assert.deepEqual(read({}), { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: true });
	});

	it('uses the settings', () => {
		assert.deepEqual(
			read({
				proxy: ' http://proxy.example:3128 ',
				proxyAuthorization: 'Basic dTpw',
				noProxy: ['api.example'],
				proxyStrictSSL: false,
				systemCertificates: false,
			}),
			{
				url: 'http://proxy.example:3128',
				authorization: 'Basic dTpw',
				noProxy: ['api.example'],
				strictSSL: false,
				systemCertificates: false,
			},
		);
	});

	it('prefers settings to environment variables', () => {
		const environment = { HTTPS_PROXY: 'http://environment.example', NO_PROXY: 'environment.example' };
		const { url, noProxy } = read({ proxy: 'http://setting.example', noProxy: ['setting.example'] }, environment);
		assert.deepEqual([url, noProxy], ['http://setting.example', ['setting.example']]);
	});

	it('uses the environment variables for the upstream’s scheme, in upper or lower case', () => {
		const environment = { HTTPS_PROXY: 'http://tls.example', http_proxy: 'http://plain.example' };
		assert.equal(read({}, environment).url, 'http://tls.example');
		assert.equal(read({}, environment, 'http://api.example').url, 'http://plain.example');
		assert.equal(read({}, environment, null).url, 'http://plain.example');
		assert.equal(read({ proxy: '' }, { HTTPS_PROXY: ' ', https_proxy: 'http://lower.example' }).url, 'http://lower.example');
	});

	it('splits NO_PROXY at commas and spaces', () => {
		assert.deepEqual(read({}, { no_proxy: 'localhost, .example  10.0.0.1,' }).noProxy, ['localhost', '.example', '10.0.0.1']);
	});

	it('uses no proxy if http.proxySupport is off', () => {
		assert.equal(read({ proxySupport: 'off', proxy: 'http://proxy.example' }, { HTTPS_PROXY: 'http://proxy.example' }).url, null);
	});
});
