/**
 * Request headers that change what a server or framework takes for the method, path, host, client, or user of a request. Reverse proxies set
 * them for the servers behind them, which therefore trust them. From a caller, they could contradict what the gateway authorized. A regular expression
 * for names in lower case, which only uses what all dialects have.
 */
export const OVERRIDE_HEADER_PATTERN = `^(${[
	// Many servers and frameworks can't distinguish other characters from a hyphen, so such a name could stand for any other.
	'.*[^a-z0-9-]',
	'(x-)?forwarded(-|$)',
	'x-(http-)?(method|host)(-override)?$',
	'x-(envoy-|ms-)?(original|rewrite|override)-(method|ur[il]|path|query|host|dst-host|prefix|user|(forwarded-)?for)$',
	'x-(request-ur[il]|proxy-url|script-name|path-info|server-name|now-route-matches)$',
	// Servers of web frameworks take the path from these, or put the path there before they rewrite it.
	'x-(matched|invoke|astro|replaced|http|real)-(path|ur[il]|query)(-override)?$',
	'x-(waws-)?unencoded-ur[il]$|x-http-destinationurl$',
	// The target of a WebDAV request that copies or moves.
	'destination$',
	'.*-(ip|ipv6|addr)$',
	'x-custom-ip-authorization$',
	'(x-)?(remote|authenticated|webauth|ssl|tls)-',
	'x-(auth-request|goog-authenticated|amzn-oidc|ms-client-principal|ms-token|arr)(-|$)',
	'(x-)?client-(cert|verify|dn)(-|$)',
	// Products that authenticate users in front of a server: Cloudflare, SiteMinder, WebSEAL, mod_auth_openidc, Kong, and others.
	'cf-|sm-?user$|iv-(user|groups|creds|remote)|oidc-|x-amzn-mtls-|x-envoy-(internal|external|peer)',
	'x-(anonymous-)?(consumer|credential|vouch|pomerium|authentik|userinfo)(-|$)',
	'x-auth-(user|username|email|groups?|roles?|subject)$|x-appengine-user-',
	'x-(middleware|accel)-',
	'x-sendfile$',
	// CGI programs read it as the environment variable `HTTP_PROXY`.
	'proxy$',
].join('|')})`;

const OVERRIDE_HEADERS = new RegExp(OVERRIDE_HEADER_PATTERN);

/**
 * Whether a request header is removed because it could override what the gateway authorized.
 * @param name in lower case
 */
export function isOverrideHeader(name: string): boolean {
	return OVERRIDE_HEADERS.test(name);
}
