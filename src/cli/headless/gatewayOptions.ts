import { isIP } from 'node:net';
import { isConfidential, isLoopbackHost } from '../../domain/origins';
import { readOptions } from '../readOptions';
import { UsageError } from '../usageError';

/** The environment variable with the value of the `Authorization` header for the upstream. An argument would be visible to other users. */
export const CREDENTIAL_VARIABLE = 'CONNECT_UPSTREAM_AUTHORIZATION';

const COMMAND = 'gateway';
const DEFAULT_ENDPOINT = '127.0.0.1:7357';
/** All addresses of the machine. */
const WILDCARD_ADDRESSES: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** What the `gateway` command was told to do. */
export interface HeadlessOptions {
	/** Path of the folder with the policy. */
	readonly policy: string;
	/** URL of the API without a slash at the end. */
	readonly upstream: string;
	/** IP address or name to listen on. */
	readonly address: string;
	/** 0 picks any free port. */
	readonly port: number;
	/** Values of `Host` that requests may have besides the loopback ones; without a port, any port is allowed. */
	readonly hosts: readonly string[];
	/** Origins of pages that may call the gateway. */
	readonly origins: readonly string[];
	/** Path of the file with counts; undefined to count in memory. */
	readonly countFile: string | undefined;
	/** Whether to print a line for each request. */
	readonly isLogging: boolean;
	/** Whether to decide about requests of another server instead of forwarding any. */
	readonly isAuthorizer: boolean;
	/** Value of the `Authorization` header for the upstream. Unused by an authorizer. */
	readonly credential: string;
}

/**
 * Reads the arguments and the environment of the `gateway` command.
 * @throws UsageError that says what's wrong, without the credential
 */
export function readGatewayOptions(args: readonly string[], environment: NodeJS.ProcessEnv): HeadlessOptions {
	const { values, positionals } = readOptions(COMMAND, args, {
		policy: { type: 'string' },
		upstream: { type: 'string' },
		bind: { type: 'string', default: DEFAULT_ENDPOINT },
		insecure: { type: 'boolean', default: false },
		host: { type: 'string', multiple: true, default: [] },
		origin: { type: 'string', multiple: true, default: [] },
		'count-file': { type: 'string' },
		log: { type: 'boolean', default: false },
		'auth-request': { type: 'boolean', default: false },
	});
	const [unknown] = positionals;
	if (unknown !== undefined) {
		throw usageError(`Unknown argument: ${unknown}.`);
	}
	const policy = requireValue(values.policy, 'policy', 'DIR');
	const upstream = parseUpstream(values.upstream);
	const { address, port } = parseEndpoint(values.bind);
	if (!isLoopbackHost(formatHost(address)) && !values.insecure) {
		throw usageError(
			`Keys would cross the network without encryption if the gateway listened on ${address}. Listen on 127.0.0.1 behind a server with TLS, ` +
				'or add --insecure if the network is private.',
		);
	}
	if (!isConfidential(upstream) && !values.insecure && !values['auth-request']) {
		throw usageError(
			`The upstream credential would be sent to ${new URL(upstream).host} without encryption. Use a URL that begins with https://, or add ` +
				'--insecure if the network is private.',
		);
	}
	if (isSameEndpoint(new URL(upstream), address, port)) {
		throw usageError(
			`The upstream is at ${values.bind}, so the gateway would forward requests to itself. Choose another port with --bind.`,
		);
	}
	return {
		policy,
		upstream,
		address,
		port,
		hosts: [...values.host.map(parseHost), ...(WILDCARD_ADDRESSES.has(address) ? [] : [formatHost(address)])],
		origins: values.origin.map(parseAllowedOrigin),
		countFile: values['count-file'] === undefined ? undefined : requireValue(values['count-file'], 'count-file', 'FILE'),
		isLogging: values.log,
		isAuthorizer: values['auth-request'],
		credential: values['auth-request'] ? '' : readCredential(environment),
	};
}

/** Returns the URL of a gateway that listens there. */
export function formatGatewayUrl(address: string, port: number, basePath: string): string {
	return `http://${formatHost(address)}:${port}${basePath}`;
}

function requireValue(value: string | undefined, option: string, placeholder: string): string {
	if (value === undefined || value.trim() === '') {
		throw usageError(`The option --${option} ${placeholder} is required.`);
	}
	return value;
}

function parseUpstream(value: string | undefined): string {
	const text = requireValue(value, 'upstream', 'URL');
	const url = URL.canParse(text) ? new URL(text) : undefined;
	// `host:port` is a URL, too, but not of an API.
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw usageError('The upstream must be a URL such as https://api.example.com/public/v1.');
	}
	// It isn't repeated, because it could be a password.
	if (url.username !== '' || url.password !== '') {
		throw usageError(`The upstream must not contain a user name or password. Set ${CREDENTIAL_VARIABLE} instead.`);
	}
	if (url.search !== '' || url.hash !== '') {
		throw usageError('The upstream must not contain a query or a fragment.');
	}
	return url.href.replace(/\/+$/, '');
}

function parseEndpoint(text: string): { readonly address: string; readonly port: number } {
	const [, bracketed, name, digits = ''] = /^(?:\[([\d:a-f.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
	const [address, port] = [bracketed ?? name, Number(digits)];
	if (address === undefined || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
		throw usageError(`“${text}” isn't an address with a port. Write it like 127.0.0.1:7357 or [::1]:7357.`);
	}
	return { address, port };
}

function formatHost(address: string): string {
	return isIP(address) === 6 ? `[${address}]` : address;
}

/** Whether requests to the upstream would come back. Other names of this machine aren't known. */
function isSameEndpoint({ hostname, port, protocol }: URL, address: string, ownPort: number): boolean {
	const upstreamPort = Number(port || (protocol === 'https:' ? 443 : 80));
	const ownHost = formatHost(address);
	const isOwnHost = hostname === ownHost || (isLoopbackHost(hostname) && (isLoopbackHost(ownHost) || WILDCARD_ADDRESSES.has(address)));
	return upstreamPort === ownPort && isOwnHost;
}

function parseHost(text: string): string {
	if (!/^(?:\[[\d:a-f.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(text)) {
		throw usageError(`“${text}” isn't a host. Write it like gateway.example.com, or gateway.example.com:8080 for one port only.`);
	}
	return text;
}

function parseAllowedOrigin(text: string): string {
	const origin = URL.canParse(text) && /^https?:\/\//i.test(text) ? new URL(text).origin : undefined;
	if (origin === undefined) {
		throw usageError(`“${text}” isn't an origin. Write it like https://app.example.com.`);
	}
	return origin;
}

function readCredential(environment: NodeJS.ProcessEnv): string {
	const credential = environment[CREDENTIAL_VARIABLE]?.trim() ?? '';
	if (credential === '') {
		throw usageError(
			`The environment variable ${CREDENTIAL_VARIABLE} isn't set. Set it to the value of the Authorization header for the upstream.`,
		);
	}
	if (!/^[\x20-\x7e]+$/.test(credential)) {
		throw usageError(`The environment variable ${CREDENTIAL_VARIABLE} has characters that a header can't have. Set it again.`);
	}
	return credential;
}

function usageError(message: string): UsageError {
	return new UsageError(message, COMMAND);
}
