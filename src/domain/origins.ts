const LOOPBACK_HOST_PATTERN = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether the host of a URL, as `URL.hostname` returns it, is this machine. */
export function isLoopbackHost(hostname: string): boolean {
	return LOOPBACK_HOST_PATTERN.test(hostname);
}
