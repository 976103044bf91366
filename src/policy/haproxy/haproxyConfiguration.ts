import { OVERRIDE_HEADER_PATTERN } from '../../domain/overrideHeaders';
import type { Deployment } from '../deployment';
import { AMBIGUOUS_CLASS, FULL_CLASS } from './accessTree';
import { deny, quote, quoteWithVariable, section, setVariable } from './configurationText';
import { createErrorFileLines } from './haproxyErrorFiles';
import { countResponses, createBackendRules, createLimitedBackends, createTables, trackResponse } from './haproxyLimits';
import { HAPROXY_IDS } from './haproxyMaps';
import { denyMalformedRequests, dropTrailers } from './malformedRequests';

/** Name of the section that lists the instances. */
const PEERS = 'instances';

/** Backend for tokens without limits. */
const UNLIMITED_BACKEND = 'unlimited';

/** Backend that denies requests. */
const DENIED_BACKEND = 'denied';

/** The least number of segments that are looked up, so that most changes of the modules don't change the configuration. */
const MIN_DEPTH = 3;

/** Methods that Node.js accepts, without those that the gateway doesn't support. The most frequent ones come first. */
const METHODS =
	'GET POST PUT PATCH DELETE HEAD OPTIONS ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY ' +
	'PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE';

/** A character of a segment, plain or escaped, that all servers read in the same way. A dot isn't, at the end of a segment. */
const CHARACTER = "([[:alnum:]_~!$&'()*+,=:@-]|%(2[146-9A-Ca-c]|3[ADad]|40))";

/** A target whose path consists of these characters and has no empty segments. */
const PLAIN_TARGET = `^((/(\\.*${CHARACTER})+)+/?|/)(\\?[^#]*)?$`;

/** Request headers that apply to one connection, or authenticate the caller. */
const REMOVED_REQUEST_HEADERS = 'cookie2?|connection|keep-alive|proxy-(auth.*|connection)|te|upgrade|http2-settings';

/** Response headers that apply to one connection, belong to whom the upstream authenticated, or are about the upstream's own origin. */
const REMOVED_RESPONSE_HEADERS =
	'^(keep-alive|proxy-(auth.*|connection)|te|upgrade|set-cookie2?|authentication-info|authorization|www-authenticate|access-control-.*)$';

/** In the names of all headers, separated by commas: one that needs a closer look or is removed, or several keys. */
const SPECIAL_HEADERS = `(^|,)((origin|expect|transfer-encoding|authorization,(.*,)?authorization|${REMOVED_REQUEST_HEADERS.replaceAll('.*', '[^,]*')})(,|$)|${toListPattern(OVERRIDE_HEADER_PATTERN)})`;

/** A query with a parameter that could make the server use another method, even if a letter of its name is escaped. */
const METHOD_IN_QUERY = 'method|%(4[458df]|6[458df]|[57]4)';

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
	const basePath = getBasePath(upstream);
	// In the backends, because the conditions of a frontend's `use_backend` see what its rules changed.
	const serverLines = [...convertRequest(basePath, upstream.host), `server upstream ${formatServer(upstream)}`];
	const approvalLines = [
		'acl asks var(txn.token) -m end ,always',
		'acl asks_to_write var(txn.token) -m end ,writes',
		'acl is_read_method method GET HEAD OPTIONS',
		`acl may_override_method query -m reg -i ${quote(METHOD_IN_QUERY)}`,
		`${deny({ status: 403, message: 'Token %[var(txn.id)] requires approval, which is only possible in VS Code.' })} if asks || asks_to_write !is_read_method || asks_to_write may_override_method`,
	];
	return [
		createGlobalSection(deployment),
		section('defaults', [
			'mode http',
			...['timeout http-request 20s', 'timeout client 60s', 'timeout http-keep-alive 75s', 'timeout connect 10s', 'timeout server 120s'],
			'retries 1',
			...dropTrailers(),
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
			...createConditions(),
			...denyMalformedRequests(),
			...authenticate(),
			...findAccess(basePath, Math.max(MIN_DEPTH, depth)),
			...convertResponse(upstream),
			...countResponses(),
			...chooseBackend(),
		]),
		section(`backend ${DENIED_BACKEND}`, [...createConditions(), ...createDenials()]),
		section(`backend ${UNLIMITED_BACKEND}`, serverLines),
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
			// Paths and headers rarely repeat, so it takes longer to remember what they matched than to match them.
			'tune.pattern.cache-size 0',
			// Counts are checked and changed in two steps, between which another thread could do the same.
			'nbthread 1',
			`presetenv CONNECT_INSTANCE ${quote(names[0]!)}`,
			`presetenv CONNECT_BIND ${quote(bind)}`,
			`localpeer ${quoteWithVariable('${CONNECT_INSTANCE}')}`,
			`stats socket ${quoteWithVariable('unix@haproxy-${CONNECT_INSTANCE}.sock')} mode 600 level admin`,
			'stats timeout 1m',
			// Seconds since 1970.
			'set-var proc.run date()',
			'set-var proc.authorization env(CONNECT_UPSTREAM_AUTHORIZATION)',
			'ssl-default-bind-options ssl-min-ver TLSv1.2',
			'ssl-server-verify required',
		]),
		`.if ${isUnknown}\n.alert "Set CONNECT_INSTANCE to one of: ${names.join(', ')}."\n.endif\n`,
		'.if !defined(CONNECT_UPSTREAM_AUTHORIZATION)\n',
		'.alert "Set CONNECT_UPSTREAM_AUTHORIZATION to the Authorization header for the upstream, or to an empty value for none."\n.endif\n\n',
	].join('');
}

/** Conditions of requests. Each is evaluated whenever it's used, so the first ones of a rule should be those that decide. */
function createConditions(): readonly string[] {
	return [
		`acl is_known_method method ${METHODS}`,
		'acl is_read_method method GET HEAD OPTIONS',
		'acl has_version req.ver -m str 1.1 1.0',
		`acl is_plain_target url -m reg ${quote(PLAIN_TARGET)}`,
		'acl has_host req.fhdr(host) -m found',
		// Few requests have one of these headers, or two keys.
		`acl has_special_header req.hdr_names -m reg ${quote(SPECIAL_HEADERS)}`,
		'acl is_special var(txn.special) -m found',
		'acl is_suspicious var(txn.suspicious) -m found',
		'acl has_origin req.fhdr(origin) -m found',
		'acl has_right_encoding req.fhdr_cnt(transfer-encoding) eq 0',
		'acl has_right_encoding req.fhdr(transfer-encoding) -m str -i chunked',
		'acl has_right_expectation req.fhdr_cnt(expect) eq 0',
		// HTTP/1.0 doesn't have it, so it's ignored there.
		'acl has_right_expectation req.ver -m str 1.0',
		'acl has_right_expectation req.fhdr(expect) -m str -i 100-continue',
		'acl is_websocket req.fhdr(upgrade) -m sub -i websocket',
		'acl has_right_connection req.fhdr_cnt(connection) eq 0',
		`acl has_right_connection req.fhdr(connection) -m reg -i ${quote('^[, ]*((close|keep-alive|upgrade|http2-settings|te)[, ]*)*$')}`,
		// With other white space or anything else in it, the header doesn't contain a key.
		`acl has_scheme req.fhdr(authorization) -m reg -i ${quote('^ApiKey .{1,249}$')}`,
		'acl has_keys req.fhdr_cnt(authorization) gt 1',
		'acl is_current_key "var(txn.token),field(1,\',\'),strcmp(sess.hash)" eq 0',
		'acl is_previous_key "var(txn.token),field(3,\',\'),strcmp(sess.hash)" eq 0',
		'acl is_same_key var(txn.is_same) -m found',
		'acl has_key var(txn.expires) -m found',
		'acl is_enabled var(txn.rules) -m beg 1',
		'acl never_expires var(txn.expires) -m str 0',
		'acl expires_later date(0,ms),sub(txn.expires) lt 0',
		`acl has_full_access var(txn.set) -m str ${HAPROXY_IDS.FULL_PERMISSIONS}`,
		// A parameter named like that could make the server use another method.
		`acl may_override_method query -m reg -i ${quote(METHOD_IN_QUERY)}`,
		'acl is_decided var(txn.node) -m beg =',
		'acl is_unknown var(txn.next) -m str ?',
		'acl is_permitted var(txn.level) -m str full',
		'acl is_readable var(txn.level) -m str read',
	];
}

/** Finds the token with the key in the request. Its row is in `txn.token`, and `txn.expires` is set only if it has this key. */
function authenticate(): readonly string[] {
	return [
		// Most connections send the same key each time, and hashing it takes longer than anything else.
		`${setVariable('is_same', 'bool(true)')} if { "req.fhdr(authorization),strcmp(sess.authorization)" eq 0 }`,
		...['authorization', 'id', 'hash'].map((name) => `http-request unset-var(sess.${name}) if !is_same_key`),
		...Object.entries({
			authorization: 'req.fhdr(authorization)',
			id: "req.fhdr(authorization),word(2,' ',0),field(1,:),upper",
			hash: 'req.fhdr(authorization),field(2,:,0),lower,sha2(256),hex,lower',
		}).map(([name, expression]) => `http-request set-var(sess.${name}) ${quote(expression)} if !is_same_key`),
		setVariable('id', 'var(sess.id)'),
		setVariable('root', 'str(current),map_str(policy.map)'),
		setVariable('token', 'var(txn.root),concat(/,txn.id),map_str(tokens.map)'),
		`${setVariable('expires', "var(txn.token),field(2,',')")} if is_current_key has_scheme`,
		`${setVariable('expires', "var(txn.token),field(4,',')")} if !has_key is_previous_key has_scheme`,
		`${setVariable('special', 'bool(true)')} if has_special_header`,
		'http-request unset-var(txn.expires) if is_special has_keys',
		`${setVariable('suspicious', 'bool(true)')} if is_special`,
		'http-request unset-var(txn.suspicious) if is_suspicious !has_origin has_right_encoding has_right_expectation !is_websocket has_right_connection',
		// What follows the keys: whether the token is enabled, its permissions, its limits, and whether it requires approval.
		setVariable('rules', "var(txn.token),field(5,',',0)"),
		...trackResponse(),
	];
}

/** Finds what the token may do with the path, which is in `txn.level`: `full`, `read`, or `none`. */
function findAccess(basePath: string, depth: number): readonly string[] {
	// Followed by a segment that no path can have, which marks its end.
	const path = 'concat(/;)';
	const levels = Array.from({ length: depth }, (_, index) => {
		const segment = `var(txn.path),field(${index + 2},/)`;
		return [
			`${setVariable('next', `${segment},concat(/,txn.node),map_str(modules.map,?)`)} if !is_decided`,
			`${setVariable('next', `${segment},lower,field(1,"~!$&'()*+,=:@.%"),concat(~,txn.node),map_str(modules.map,?)`)} if is_unknown`,
			`${setVariable('next', `str(*),concat(,txn.node),map_str(modules.map,=${AMBIGUOUS_CLASS})`)} if is_unknown`,
			`${setVariable('node', 'var(txn.next)')} if !is_decided`,
		];
	}).flat();
	return [
		...createBasePathCondition(basePath),
		`${setVariable('path', `path,bytes(${basePath.length}),${path}`)} if has_base_path`,
		`${setVariable('path', `path,${path}`)} if !{ var(txn.path) -m found }`,
		setVariable('set', "var(txn.rules),field(2,',')"),
		setVariable('node', 'var(txn.root)'),
		`${setVariable('node', `str(=${FULL_CLASS})`)} if has_full_access`,
		...levels,
		setVariable('level', 'var(txn.set),concat(,txn.node),map_str(permissions.map,none)'),
		`${setVariable('level', 'var(txn.path),concat(!,txn.root),map_str(modules.map)')} if !is_permitted !is_readable { method GET } !may_override_method`,
	];
}

/** Most requests are of tokens without limits and approval, and are forwarded after the first two rules. */
function chooseBackend(): readonly string[] {
	const denied = [
		...['!has_key', '!is_enabled', '!never_expires !expires_later', '!is_plain_target', '!is_known_method', '!has_version', '!has_host'],
		'is_suspicious',
		...['!is_permitted !is_readable', '!is_permitted !is_read_method', '!is_permitted may_override_method'],
	];
	return [
		`use_backend ${DENIED_BACKEND} if ${denied.join(' || ')}`,
		`use_backend ${UNLIMITED_BACKEND} if { var(txn.token) -m end ,${HAPROXY_IDS.NO_LIMITS},never }`,
		...createBackendRules(),
	];
}

/** Denies a request that isn't forwarded, in the gateway's order. */
function createDenials(): readonly string[] {
	const unauthorized = (message: string) => deny({ status: 401, code: 'AUTH_001', message, headers: { 'www-authenticate': 'ApiKey' } });
	const allow = { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' };
	return [
		`${deny({ status: 400, message: 'Unsupported HTTP version. Use HTTP/1.1.' })} if !has_version`,
		`${deny({ status: 417, message: 'Unsupported Expect header. Only "100-continue" is supported.' })} if !has_right_expectation`,
		`${deny({ status: 405, message: "%[method] requests aren't allowed.", headers: allow })} if { method TRACE CONNECT }`,
		`${deny({ status: 400, message: 'Unknown method.' })} if !is_known_method`,
		`${deny({ status: 400, message: 'Invalid request target. Use a path that starts with a slash and has no fragment.' })} if !{ url -m beg / } || { url -m sub ${quote('#')} }`,
		`${deny({ status: 403, message: 'Missing Host header.' })} if !has_host`,
		`${deny({ status: 403, message: "Cross-origin requests aren't allowed. Send the request without an Origin header." })} if has_origin`,
		`${deny({ status: 400, message: 'Unsupported transfer encoding. Only "chunked" is supported.' })} if !has_right_encoding`,
		`${unauthorized(
			'Invalid API key. Send the header "Authorization: ApiKey <token ID>:<secret>" with the key of a token that this gateway knows.',
		)} if !has_key`,
		`${unauthorized('Token %[var(txn.id)] is disabled.')} if !is_enabled`,
		`${unauthorized('Token %[var(txn.id)] expired. Use a new key.')} if !never_expires !expires_later`,
		`${deny({ status: 403, message: "WebSockets aren't supported." })} if is_websocket`,
		`${deny({ status: 400, message: "Unsupported Connection header. It can't name other headers." })} if !has_right_connection`,
		`${deny({
			status: 400,
			message: "The path contains characters or escapes that aren't supported, or dot segments or empty segments. Remove them.",
		})} if !is_plain_target`,
		deny({ status: 403, code: 'AUTH_002', message: 'Token %[var(txn.id)] %[var(txn.level),concat(,txn.node),map_str(names.map)]' }),
	];
}

/** Converts the request to the one for the upstream. */
function convertRequest(basePath: string, host: string): readonly string[] {
	return [
		...createBasePathCondition(basePath),
		`http-request set-path ${quote(`${basePath}%[path]`)} if !has_base_path`,
		'http-request del-header authorization',
		`http-request del-header ${quote(`^((${REMOVED_REQUEST_HEADERS})$|${OVERRIDE_HEADER_PATTERN.slice(1)})`)} -m reg if { var(txn.special) -m found }`,
		`http-request set-header host ${quote(host)}`,
		`http-request set-header authorization ${quote('%[var(proc.authorization)]')} if { var(proc.authorization) -m len gt 0 }`,
	];
}

/** Converts a pattern for a name to one that matches it in a list of names with commas. */
function toListPattern(pattern: string): string {
	return pattern.slice(1).replaceAll('$', '(,|$)').replaceAll('.*', '[^,]*').replaceAll('[^a-z0-9-]', '[^a-z0-9,-]');
}

/** Without a base path, each path has it. */
function createBasePathCondition(basePath: string): readonly string[] {
	return [`acl has_base_path path -m beg ${basePath}/`, ...(basePath === '' ? [] : [`acl has_base_path path -m str ${basePath}`])];
}

/** Converts the upstream's response to the one for the client. */
function convertResponse({ protocol, host }: URL): readonly string[] {
	const origin = `^(${protocol})?//${host.replace(/[.[\]]/g, '\\$&')}(/.*)?$`;
	return [
		`http-response del-header ${quote(REMOVED_RESPONSE_HEADERS)} -m reg`,
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
