import type { ModulePaths } from '../../../src/domain/modulePaths';
import type { TokenRecord } from '../../../src/domain/token';
import type { Deployment } from '../../../src/policy/deployment';
import type { Policy } from '../../../src/policy/policy';

/** Returns the policy that a gateway with these tokens and modules enforces. No total is exported with its remaining requests. */
export function toPolicy(tokens: readonly TokenRecord[], modulePaths: ModulePaths, moduleNames: Readonly<Record<string, string>>): Policy {
	return {
		version: 1,
		modules: Object.entries(modulePaths).map(([id, paths]) => ({ id, name: moduleNames[id] ?? id, paths: [...paths] })),
		tokens: tokens.map(({ id, name, enabled, key, previousKey, permissions, limits, approval }) => ({
			id,
			name,
			isEnabled: enabled,
			keys: [key, ...(previousKey ? [previousKey] : [])].map(({ sha256, expirationDate }) => ({ sha256, expirationDate })),
			permissions: [...permissions],
			rate: limits?.rate ?? null,
			remainingTotal: limits?.total ?? null,
			approval: approval ?? 'never',
		})),
	};
}

/** Returns a deployment of one instance in front of an upstream. */
export function createDeployment(upstream: string, changes: Partial<Deployment> = {}): Deployment {
	return { version: 1, bind: '127.0.0.1:8080', upstream, certificate: null, instances: [{ name: 'one', address: null }], ...changes };
}
