import { createHash } from 'node:crypto';
import { BUILT_IN_MODULE_PATHS, type ModulePaths } from '../../../src/domain/modulePaths';
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

/** Returns a policy with the built-in modules and this number of tokens, whose keys nobody knows. */
export function createExamplePolicy(tokenCount: number): Policy {
	return {
		version: 1,
		modules: Object.entries(BUILT_IN_MODULE_PATHS).map(([id, paths]) => ({ id, name: id, paths: [...paths] })),
		tokens: Array.from({ length: tokenCount }, (_, index) => {
			const digits = String(index).padStart(9, '0');
			return {
				id: `SU-${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
				name: `Token ${index}`,
				isEnabled: true,
				keys: [{ sha256: hashContent(index), expirationDate: null }],
				permissions: [['products', 'usage', 'pim'][index % 3]!],
				rate: index % 5 === 0 ? { requests: 10, per: 'minute' } : null,
				remainingTotal: null,
				approval: 'never',
			};
		}),
	};
}

function hashContent(value: number): string {
	return createHash('sha256').update(String(value)).digest('hex');
}
