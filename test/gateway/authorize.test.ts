import assert from 'node:assert/strict';
import type { AccessDecision } from '../../src/domain/accessRules';
import { authorize } from '../../src/gateway/authorize';
import { createTestRecord } from '../support/seedTokens';

describe('The gateway’s authorization', () => {
	const token = createTestRecord(631_646_036, { permissions: ['usage'] });
	const moduleNames = { products: 'Products', pim: 'PIM' };
	const decisions: [decision: AccessDecision, status: number | undefined, code?: string, message?: string][] = [
		[{ kind: 'allowed' }, undefined],
		[
			{ kind: 'pathTraversal' },
			400,
			'GW_400',
			"The path contains dot segments or line breaks (plain or encoded). They aren't allowed, so remove them.",
		],
		[
			{ kind: 'missingModule', modules: ['products'] },
			403,
			'AUTH_002',
			'Token SU-631-646-036 doesn\'t have access to module "Products". Add the module to the token\'s permissions.',
		],
		[
			{ kind: 'missingModule', modules: ['pim', 'Orders'] },
			403,
			'AUTH_002',
			'Token SU-631-646-036 doesn\'t have access to module "PIM" or "Orders". Add the module to the token\'s permissions.',
		],
		[
			{ kind: 'readOnly', modules: ['pim', 'Orders'] },
			403,
			'AUTH_002',
			'Token SU-631-646-036 is only allowed to read module "PIM" or "Orders". ' +
				"Send a GET, HEAD, or OPTIONS request, or clear Read-only in the token's permissions.",
		],
		[
			{ kind: 'readOnly', modules: ['MD-0000'] },
			403,
			'AUTH_002',
			'Token SU-631-646-036 is only allowed to read all modules. ' +
				"Send a GET, HEAD, or OPTIONS request, or clear Read-only in the token's permissions.",
		],
		[
			{ kind: 'noModule' },
			403,
			'AUTH_002',
			"This path isn't covered by any module, so it requires access to all modules. Token SU-631-646-036 doesn't have it.",
		],
		[
			{ kind: 'ambiguousPath' },
			403,
			'AUTH_002',
			"This path is ambiguous, so it requires access to all modules. Token SU-631-646-036 doesn't have it. " +
				'Use the casing from the API documentation, and remove empty segments and unnecessary escapes.',
		],
	];
	for (const [decision, status, code, message] of decisions) {
		it(`${status === undefined ? 'permits' : `denies with ${status}`} ${JSON.stringify(decision)}`, () => {
			const asked: unknown[] = [];
			const decide = (...question: unknown[]) => {
				asked.push(question);
				return decision;
			};
			const response = authorize(decide, moduleNames, token, 'PUT', '/products');
			assert.deepEqual(response, status === undefined ? undefined : { status, code, message, reason: decision });
			assert.deepEqual(asked, [['PUT', '/products', ['usage']]]);
		});
	}
});
