import type { Deployment } from '../deployment';
import type { Policy } from '../policy';
import { createHaproxyConfiguration } from './haproxyConfiguration';
import { createErrorFiles } from './haproxyErrorFiles';
import { createHaproxyMaps, formatHaproxyMap } from './haproxyMaps';

/** Name of the configuration file, which `haproxy -f` reads in its folder. */
export const HAPROXY_CONFIGURATION_FILE = 'haproxy.cfg';

/**
 * Creates the files with which HAProxy 2.6 or later enforces a policy, by name: the configuration, the maps, and the error responses. Equal
 * policies and deployments result in equal files.
 * @throws Error if HAProxy can't enforce the policy, or the deployment contains something that can't be part of a configuration
 */
export function createHaproxyFiles(policy: Policy, deployment: Deployment): ReadonlyMap<string, string> {
	const maps = createHaproxyMaps(policy);
	return new Map([
		[HAPROXY_CONFIGURATION_FILE, createHaproxyConfiguration(deployment, maps)],
		...Object.entries(maps.files).map(([name, map]): [string, string] => [name, formatHaproxyMap(map)]),
		...createErrorFiles(),
	]);
}
