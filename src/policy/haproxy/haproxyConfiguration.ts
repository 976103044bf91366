import { OVERRIDE_HEADER_PATTERN } from '../../domain/overrideHeaders';
import type { Deployment } from '../deployment';
import { AMBIGUOUS_CLASS, FULL_CLASS } from './accessTree';
import { deny, quote, quoteWithVariable, section, setVariable } from './configurationText';
import { createErrorFileLines } from './haproxyErrorFiles';
import { countResponses, createBackendRules, createLimitedBackends, createTables, trackResponse } from './haproxyLimits';
import { HAPROXY_IDS } from './haproxyMaps';

/** Name of the section that lists the instances. */
const PEERS = 'instances';

/** Backend for tokens without limits. */
const UNLIMITED_BACKEND = 'unlimited';

/** The least number of segments that are looked up, so that most changes of the modules don't change the configuration. */
const MIN_DEPTH = 4;

/** Methods that Node.js accepts, without those that the gateway doesn't support. The most frequent ones come first. */
const METHODS =
	'GET POST PUT PATCH DELETE HEAD OPTIONS ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY ' +
	'PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE';

/** A path of characters that all servers read in the same way, plain or, for some of them, escaped. */
const PLAIN_PATH = "^[[:alnum:]_~!$&'()*+,=:@./-]*(%(2[146-9A-Ca-c]|3[ADad]|40)[[:alnum:]_~!$&'()*+,=:@./-]*)*$";

/** Response headers that belong to whom the upstream authenticated, or to one connection. */
const REMOVED_RESPONSE_HEADERS = [
	...['set-cookie', 'set-cookie2', 'authentication-info', 'authorization', 'www-authenticate'],
	...['keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade'],
];

/** The caller's authentication, and headers that apply to one connection. */
const REMOVED_REQUEST_HEADERS = [
	...['authorization', 'cookie', 'cookie2'],
	...['keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade'],
	...['http2-settings', 'connection'],
];

/** What the configuration depends on besides the deployment. */
export interface ConfigurationOptions {
	/** How many segments of a path decide at most. */
	readonly depth: number;
}

/**
 * Creates the configuration file. It doesn't contain anything of the tokens and modules, so a new policy only changes maps unless paths have more
 * segments.
 * @throws Error if the deployment contains something that can't be part of a configuration
 */
export function createHaproxyConfiguration(deployment: Deployment, { depth }: ConfigurationOptions): string {
	const peers = deployment.instances.every(({ address }) => address !== null) ? PEERS : null;
	const upstream = new URL(deployment.upstream);
	const serverLines = [`server upstream ${formatServer(upstream)}`];
	const approvalLines = [
		`${deny({ status: 403, message: 'Token %[var(txn.id)] requires approval, which is only possible in VS Code.' })} if { var(txn.asks) -m found }`,
	];
	return [
		createGlobalSection(deployment),
		section('defaults', [
			'mode http',
			...['timeout http-request 20s', 'timeout client 60s', 'timeout http-keep-alive 75s', 'timeout connect 10s', 'timeout server 120s'],
			'option http-restrict-req-hdr-names delete',
			'retries 1',
			'backlog 4096',
			...createErrorFileLines(),
		]),
		...(peers === null
			? []
			: [
					section(
						`peers ${peers}`,
						deployment.instances.map(({ name, address }) => `peer ${name} ${address}`),
					),
				]),
		section('frontend gateway', [
			`bind ${quoteWithVariable('${CONNECT_BIND}')} proto h1${deployment.certificate === null ? '' : ` ssl crt ${quote(deployment.certificate)}`}`,
			...validateRequest(),
			...authenticate(),
			...denyUndecidable(),
			...authorize(getBasePath(upstream), Math.max(MIN_DEPTH, depth)),
			...convertRequest(getBasePath(upstream), upstream.host),
			...convertResponse(upstream),
			...countResponses(),
			...createBackendRules(UNLIMITED_BACKEND),
		]),
		section(`backend ${UNLIMITED_BACKEND}`, [...approvalLines, ...serverLines]),
		createLimitedBackends(deployment, approvalLines, serverLines),
		createTables(peers),
	].join('');
}

function createGlobalSection({ bind, instances }: Deployment): string {
	const names = instances.map(({ name }) => name);
	const isUnknown = names.map((name) => `!streq("\${CONNECT_INSTANCE}","${name}")`).join(' && ');
	return [
		'# Written by Connect Tokens. The policy is in the maps.\n\n',
		section('global', [
			// Counts are checked and changed in two steps, between which another thread could do the same.
			'nbthread 1',
			`presetenv CONNECT_INSTANCE ${quote(names[0]!)}`,
			`presetenv CONNECT_BIND ${quote(bind)}`,
			`localpeer ${quoteWithVariable('${CONNECT_INSTANCE}')}`,
			`stats socket ${quoteWithVariable('unix@haproxy-${CONNECT_INSTANCE}.sock')} mode 600 level admin`,
			'stats timeout 1m',
			// Seconds since 1970.
			'set-var proc.run date()',
			'ssl-default-bind-options ssl-min-ver TLSv1.2',
			'ssl-server-verify required',
		]),
		`.if ${isUnknown}\n.alert "Set CONNECT_INSTANCE to one of: ${names.join(', ')}."\n.endif\n`,
		'.if !defined(CONNECT_UPSTREAM_AUTHORIZATION)\n',
		'.alert "Set CONNECT_UPSTREAM_AUTHORIZATION to the Authorization header for the upstream, or to an empty value for none."\n.endif\n\n',
	].join('');
}

/** Denies what isn't valid HTTP/1.1, in the gateway's order. */
function validateRequest(): readonly string[] {
	const allow = { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' };
	return [
		`acl is_known_method method ${METHODS}`,
		'acl is_path url -m beg /',
		`acl has_fragment url -m sub ${quote('#')}`,
		'acl has_one_host req.fhdr_cnt(host) eq 1',
		'acl has_origin req.fhdr(origin) -m found',
		'acl has_encoding req.fhdr(transfer-encoding) -m found',
		'acl is_chunked req.fhdr(transfer-encoding) -m str -i chunked',
		'acl has_encodings req.fhdr_cnt(transfer-encoding) gt 1',
		'acl has_expectation req.fhdr(expect) -m found',
		'acl expects_continue req.fhdr(expect) -m str -i 100-continue',
		`${deny({ status: 417, message: 'Unsupported Expect header. Only "100-continue" is supported.' })} if has_expectation !expects_continue`,
		`${deny({ status: 405, message: "%[method] requests aren't allowed.", headers: allow })} if !is_known_method { method TRACE CONNECT }`,
		`${deny({ status: 400, message: 'Unknown method.' })} if !is_known_method`,
		`${deny({ status: 400, message: 'Invalid request target. Use a path that starts with a slash and has no fragment.' })} if !is_path || has_fragment`,
		`${deny({ status: 403, message: 'Missing or repeated Host header.' })} if !has_one_host`,
		`${deny({ status: 403, message: "Cross-origin requests aren't allowed. Send the request without an Origin header." })} if has_origin`,
		`${deny({ status: 400, message: 'Unsupported transfer encoding. Only "chunked" is supported.' })} if has_encoding !is_chunked || has_encodings`,
	];
}

/** Finds the token in `txn.token`. Denies other requests, and then those of disabled and expired tokens. */
function authenticate(): readonly string[] {
	const unauthorized = (message: string) => deny({ status: 401, code: 'AUTH_001', message, headers: { 'www-authenticate': 'ApiKey' } });
	const invalid = unauthorized(
		'Invalid API key. Send the header "Authorization: ApiKey <token ID>:<secret>" with the key of a token that this gateway knows.',
	);
	return [
		`acl has_scheme req.fhdr(authorization) -m beg -i ${quote('ApiKey ')}`,
		'acl has_one_key req.fhdr_cnt(authorization) eq 1',
		'acl is_short req.fhdr(authorization),length le 256',
		'acl is_current_key "var(txn.token),field(1,\',\'),strcmp(txn.hash)" eq 0',
		'acl is_previous_key "var(txn.token),field(3,\',\'),strcmp(txn.hash)" eq 0',
		'acl is_enabled "var(txn.token),field(5,\',\')" -m str 1',
		'acl never_expires var(txn.expires) -m str 0',
		'acl is_expired date(0,ms),sub(txn.expires) ge 0',
		setVariable('credentials', "req.fhdr(authorization),word(2,' ',0)"),
		setVariable('id', 'var(txn.credentials),field(1,:),upper'),
		setVariable('root', 'str(current),map_str(policy.map)'),
		setVariable('token', 'var(txn.root),concat(/,txn.id),map_str(tokens.map)'),
		setVariable('hash', 'var(txn.credentials),field(2,:,0),lower,sha2(256),hex,lower'),
		`${setVariable('expires', "var(txn.token),field(2,',')")} if is_current_key has_scheme has_one_key is_short`,
		`${setVariable('expires', "var(txn.token),field(4,',')")} if !is_current_key is_previous_key has_scheme has_one_key is_short`,
		`${invalid} if !{ var(txn.expires) -m found }`,
		...trackResponse(),
		`${unauthorized('Token %[var(txn.id)] is disabled.')} if !is_enabled`,
		`${unauthorized('Token %[var(txn.id)] expired. Use a new key.')} if !never_expires is_expired`,
	];
}

/** Denies what HAProxy can't decide like the gateway. See `STRICTER_KINDS`. */
function denyUndecidable(): readonly string[] {
	return [
		'acl is_websocket req.fhdr(upgrade) -m sub -i websocket',
		'acl has_connection req.fhdr(connection) -m found',
		`acl is_plain_connection req.fhdr(connection) -m reg -i ${quote('^[, ]*((close|keep-alive|upgrade|http2-settings|te)[, ]*)*$')}`,
		`${deny({ status: 403, message: "WebSockets aren't supported." })} if is_websocket`,
		`${deny({ status: 400, message: 'Unsupported Connection header. It must not name other headers.' })} if has_connection !is_plain_connection`,
	];
}

/** Denies requests that the token isn't permitted to make. */
function authorize(basePath: string, depth: number): readonly string[] {
	const levels = Array.from({ length: depth }, (_, index) => [
		`${setVariable('segment', `var(txn.path),concat(${'/'.repeat(depth)}),field(${index + 2},/)`)} if !is_decided`,
		`${setVariable('next', 'var(txn.node),concat(/,txn.segment),map_str(modules.map,?)')} if !is_decided`,
		`${setVariable('start', `var(txn.segment),lower,field(1,"~!$&'()*+,=:@.%")`)} if is_unknown`,
		`${setVariable('next', 'var(txn.node),concat(~,txn.start),map_str(modules.map,?)')} if is_unknown`,
		`${setVariable('next', `var(txn.node),concat(*),map_str(modules.map,=${AMBIGUOUS_CLASS})`)} if is_unknown`,
		`${setVariable('node', 'var(txn.next)')} if !is_decided`,
	]).flat();
	return [
		...(basePath === ''
			? [setVariable('path', 'path')]
			: [
					`acl has_base_path path -m str ${basePath}`,
					`acl has_base_path path -m beg ${basePath}/`,
					`${setVariable('path', `path,bytes(${basePath.length})`)} if has_base_path`,
					`${setVariable('path', 'path')} if !has_base_path`,
				]),
		`acl is_plain_path var(txn.path) -m reg ${quote(PLAIN_PATH)}`,
		'acl has_final_dot var(txn.path) -m sub ./',
		'acl has_final_dot var(txn.path) -m end .',
		`acl has_dot_segment var(txn.path) -m reg ${quote('(^|[^.])\\.\\.(/|$)|(^|/)\\.(/|$)')}`,
		'acl has_empty_segment var(txn.path) -m sub //',
		'acl is_read_method method GET HEAD OPTIONS',
		// A parameter named like that could make the server use another method.
		`acl may_override_method query -m reg -i ${quote('method|%(4[458df]|6[458df]|54|74)')}`,
		'acl reads var(txn.reads) -m found',
		`acl has_full_access var(txn.set) -m str ${HAPROXY_IDS.FULL_PERMISSIONS}`,
		`acl can_read_all var(txn.set) -m beg ${HAPROXY_IDS.READ_ALL_PREFIX}`,
		'acl is_decided var(txn.node) -m beg =',
		'acl is_unknown var(txn.next) -m str ?',
		'acl is_permitted var(txn.level) -m str full',
		'acl is_readable var(txn.level) -m str read',
		'acl never_asks var(txn.token) -m end ,never',
		'acl always_asks var(txn.token) -m end ,always',
		`acl unlimited var(txn.limit_set) -m str -- ${HAPROXY_IDS.NO_LIMITS}`,
		`${deny({ status: 400, message: "The path contains characters or escapes that this gateway doesn't support." })} if !is_plain_path`,
		`${deny({ status: 400, message: "The path contains dot segments. They aren't allowed, so remove them." })} if has_final_dot has_dot_segment`,
		`${setVariable('reads', 'bool(true)')} if is_read_method !may_override_method`,
		setVariable('set', "var(txn.token),field(6,',')"),
		setVariable('node', 'var(txn.root)'),
		`${setVariable('node', `str(=${AMBIGUOUS_CLASS})`)} if has_final_dot || has_empty_segment`,
		`${setVariable('node', `str(=${FULL_CLASS})`)} if has_full_access || can_read_all reads`,
		...levels,
		setVariable('level', 'var(txn.set),concat(,txn.node),map_str(permissions.map,none)'),
		`${setVariable('level', 'var(txn.root),concat(!,txn.path),map_str(modules.map)')} if !is_permitted !is_readable reads { method GET }`,
		`${deny({
			status: 403,
			code: 'AUTH_002',
			message: 'Token %[var(txn.id)] %[var(txn.level),concat(,txn.node),map_str(names.map)]',
		})} if !is_permitted !is_readable || !is_permitted !reads`,
		`${setVariable('asks', 'bool(true)')} if !never_asks always_asks || !never_asks !reads`,
		setVariable('limit_set', "var(txn.token),field(7,',')"),
		`${setVariable('limits', "var(txn.limit_set),map_str(limits.map,'0,0,0')")} if !unlimited`,
	];
}

/** Converts the request to the one for the upstream. */
function convertRequest(basePath: string, host: string): readonly string[] {
	return [
		...(basePath === '' ? [] : [`http-request set-path ${quote(`${basePath}%[path]`)} if !has_base_path`]),
		...REMOVED_REQUEST_HEADERS.map((name) => `http-request del-header ${name}`),
		`http-request del-header ${quote(OVERRIDE_HEADER_PATTERN)} -m reg`,
		`http-request set-header host ${quote(host)}`,
		`http-request set-header authorization ${quote('%[env(CONNECT_UPSTREAM_AUTHORIZATION)]')} if { env(CONNECT_UPSTREAM_AUTHORIZATION),length gt 0 }`,
	];
}

/** Converts the upstream's response to the one for the client. */
function convertResponse({ protocol, host }: URL): readonly string[] {
	const origin = `^(${protocol})?//${host.replace(/[.[\]]/g, '\\$&')}(/.*)?$`;
	return [
		...REMOVED_RESPONSE_HEADERS.map((name) => `http-response del-header ${name}`),
		'http-response del-header access-control- -m beg',
		// A redirect within the upstream becomes one within this server, whose address only the client knows.
		`http-response replace-header location ${quote(origin)} ${quote('\\2')}`,
	];
}

function formatServer({ protocol, hostname, port }: URL): string {
	const isTls = protocol === 'https:';
	const address = `${hostname}:${port === '' ? (isTls ? 443 : 80) : port}`;
	const isName = !/^\[|^[\d.]+$/.test(hostname);
	return [
		address,
		// Starts even if the name can't be resolved yet.
		...(isName ? ['resolvers default init-addr libc,none'] : []),
		...(isTls
			? [`ssl verify required ca-file @system-ca alpn http/1.1${isName ? ` sni str(${hostname}) verifyhost ${hostname}` : ''}`]
			: []),
	].join(' ');
}

/** Returns the path of the upstream's URL without trailing slashes. */
function getBasePath({ pathname }: URL): string {
	const basePath = pathname.replace(/\/+$/, '');
	if (!/^[\w./~-]*$/.test(basePath)) {
		throw new Error("The upstream's path has characters that HAProxy can't forward. Use one with letters, digits, and ._~- only.");
	}
	return basePath;
}
