import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';

/** Headers that change what a server or framework takes for the method, path, host, client, or user of a request. */
const OVERRIDE_HEADERS = [
	...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'x-http-method-override', 'X-Original-Method', 'X-Rewrite-Method'],
	...['X-Original-URL', 'X-Original-URI', 'X-Original-Path', 'X-Original-Host', 'X-Rewrite-URL', 'X-Rewrite-URI', 'X-Override-URL'],
	...[
		'X-Request-URI',
		'X-Request-URL',
		'X-Proxy-URL',
		'X-Script-Name',
		'X-Path-Info',
		'X-Envoy-Original-Path',
		'X-Envoy-Original-Dst-Host',
	],
	...['X-Host', 'X-HTTP-Host-Override', 'X-Server-Name', 'Destination'],
	...['Forwarded', 'X-Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Forwarded-Prefix'],
	...['X-Forwarded-User', 'X-Forwarded-Email', 'X-Forwarded-Uri', 'X-Forwarded-Method', 'X-Forwarded-Path', 'Forwarded-For'],
	...['X-Real-IP', 'X-Client-IP', 'Client-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Cluster-Client-IP', 'X-Remote-IP', 'X-Remote-Addr'],
	...['X-Originating-IP', 'Fastly-Client-IP', 'X-Custom-IP-Authorization', 'X-ProxyUser-Ip'],
	...['X-Remote-User', 'Remote-User', 'X-Authenticated-User', 'X-WebAuth-User', 'X-Auth-Request-User', 'X-Auth-Request-Email'],
	...['X-SSL-Client-Cert', 'SSL-Client-Verify', 'X-Client-Cert', 'X-Client-DN', 'X-MS-Client-Principal', 'X-Amzn-Oidc-Identity'],
	...['X-Middleware-Subrequest', 'X-Accel-Redirect', 'X-Sendfile', 'Proxy'],
	...[
		'X-Matched-Path',
		'X-Invoke-Path',
		'X-Invoke-Query',
		'X-Astro-Path',
		'X-Replaced-Path',
		'X-HTTP-Path-Override',
		'X-Now-Route-Matches',
	],
	...[
		'X-Waws-Unencoded-URL',
		'X-Unencoded-URL',
		'X-MS-Original-URL',
		'X-HTTP-DestinationURL',
		'X-Original-Forwarded-For',
		'X-Original-Prefix',
	],
	...['CF-Access-Authenticated-User-Email', 'SM-User', 'SMUser', 'IV-User', 'IV-Groups', 'OIDC-Claim-Sub', 'X-Consumer-Username'],
	...['X-Credential-Identifier', 'X-Anonymous-Consumer', 'X-Userinfo', 'X-Vouch-User', 'X-Pomerium-Claim-Email', 'X-Authentik-Username'],
	...['X-Auth-User', 'X-Auth-Groups', 'X-AppEngine-User-Is-Admin', 'X-Amzn-Mtls-Clientcert', 'X-Envoy-Internal'],
	// Some servers read these as the names with hyphens.
	...['X_Forwarded_For', 'X_HTTP_METHOD_OVERRIDE', 'Remote_User', 'Content_Length', 'X.Original.URL', '_', 'A_B'],
];

/** Headers of ordinary clients, which look similar. */
const ORDINARY_HEADERS = [
	...['Accept', 'Accept-Language', 'Content-Type', 'User-Agent', 'X-Request-Id', 'X-Correlation-ID', 'X-Connect-Installation-Api-Key'],
	...[
		'Method',
		'X-Methodology',
		'X-User-Agent',
		'X-Real',
		'X-Hostname',
		'X-Original-Filename',
		'If-None-Match',
		'Traceparent',
		'X-B3-TraceId',
		'X-Auth-Token',
		'X-Consumers',
		'X-Path',
		'X-Http-Timeout',
	],
];

describe('Headers that override what a request is', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let received: IncomingMessage;

	beforeEach(async () => {
		const upstream = await servers.upstream((request, response) => {
			received = request;
			void text(request).then(() => response.end());
		});
		gateway = await servers.gateway({ upstream });
	});
	afterEach(() => servers.stopAll());

	/** Sends the headers with a request, and once more as its trailers. */
	async function send(names: readonly string[]): Promise<readonly string[]> {
		const request = httpRequest(`${gateway.origin}/products`, {
			method: 'POST',
			headers: { authorization: gateway.owner.authorization, trailer: 'X-Sum', ...Object.fromEntries(names.map((name) => [name, 'evil'])) },
		});
		request.write('x');
		request.addTrailers(names.map((name): [string, string] => [name, 'evil']));
		request.end();
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(response.resume().statusCode, 200);
		const isName = (_: string, index: number, all: readonly string[]) => index % 2 === 0 && all[index + 1] === 'evil';
		return [...received.rawHeaders.filter(isName), ...received.rawTrailers.filter(isName)];
	}

	for (const name of OVERRIDE_HEADERS) {
		it(`don’t reach the upstream: ${name}`, async () => assert.deepEqual(await send([name]), []));
	}

	it('are distinguished from similar headers of ordinary clients', async () => {
		assert.deepEqual(await send(ORDINARY_HEADERS), [...ORDINARY_HEADERS, ...ORDINARY_HEADERS]);
	});
});
