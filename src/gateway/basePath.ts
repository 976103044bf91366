/** The base path without an upstream: the platform's, so that requests for its API mean the same with and without it. */
const DEFAULT_BASE_PATH = '/public/v1';

/** Returns the path of the upstream's URL without trailing slashes: empty, or such as `/public/v1`. */
export function getBasePath(upstream: string | null): string {
	return upstream === null ? DEFAULT_BASE_PATH : new URL(upstream).pathname.replace(/\/+$/, '');
}

/**
 * Returns the part of a request target that follows the base path in the request to the upstream. It's empty or starts with `/` or `?`. The gateway
 * authorizes this part and forwards the base path followed by it, so that both are about the same path.
 *
 * A target that starts with the base path is forwarded as it is, and the base path is put in front of any other. The two are compared byte for byte:
 * another spelling of the base path, such as one with an escape, is a path below it like any other.
 */
export function targetBelowBase(basePath: string, target: string): string {
	const rest = target.slice(basePath.length);
	return target.startsWith(basePath) && /^(?:$|[/?])/.test(rest) ? rest : target;
}

/** Returns the path of a request target, without the query. */
export function getPath(target: string): string {
	const queryStart = target.indexOf('?');
	return queryStart < 0 ? target : target.slice(0, queryStart);
}
