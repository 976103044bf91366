import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import type { TokenLimits } from '../../../src/domain/tokenLimits';
import { setLanguage } from '../../../src/models/localization';
import { approvalOptions, limitTexts, periodOptions, requestRuleTexts } from '../../../src/models/requestRuleTexts';

describe('Texts about limits and approval', () => {
	afterEach(() => setLanguage('en', undefined));

	it('say how many requests are allowed, in the singular and in the plural', () => {
		const cases: readonly [TokenLimits, readonly string[]][] = [
			[{ rate: { requests: 1, per: 'second' } }, ['1 request per second']],
			[{ rate: { requests: 2, per: 'second' } }, ['2 requests per second']],
			[{ rate: { requests: 1, per: 'minute' } }, ['1 request per minute']],
			[{ rate: { requests: 10, per: 'minute' } }, ['10 requests per minute']],
			[{ rate: { requests: 1, per: 'hour' } }, ['1 request per hour']],
			[{ rate: { requests: 5000, per: 'hour' } }, ['5,000 requests per hour']],
			[{ rate: { requests: 1, per: 'day' } }, ['1 request per day']],
			[{ rate: { requests: 100, per: 'day' } }, ['100 requests per day']],
			[{ total: 1 }, ['1 request in total']],
			[{ rate: { requests: 3, per: 'day' }, total: 1_000_000 }, ['3 requests per day', '1,000,000 requests in total']],
		];
		for (const [limits, expected] of cases) {
			assert.deepEqual(limitTexts(limits), expected);
		}
		assert.deepEqual([limitTexts(undefined), limitTexts(null)], [[], []]);
	});

	it('are translated, with numbers as in the language', () => {
		const texts = JSON.parse(readFileSync(join(repositoryRoot, 'l10n/bundle.l10n.es.json'), 'utf8')) as Record<string, string>;
		setLanguage('es', texts);
		assert.deepEqual(limitTexts({ rate: { requests: 1, per: 'minute' }, total: 25_000 }), [
			'1 solicitud por minuto',
			'25.000 solicitudes en total',
		]);
	});

	it('summarize everything that restricts requests, and nothing else', () => {
		assert.deepEqual(requestRuleTexts({}), []);
		assert.deepEqual(requestRuleTexts({ limits: null, approval: 'never' }), []);
		assert.deepEqual(requestRuleTexts({ limits: { total: 5 }, approval: 'writes' }), ['5 requests in total', 'approval for writes']);
		assert.deepEqual(requestRuleTexts({ approval: 'always' }), ['approval for all requests']);
	});

	it('offer the periods and the approvals from the least on', () => {
		assert.deepEqual(
			periodOptions().map(({ label }) => label),
			['per second', 'per minute', 'per hour', 'per day'],
		);
		assert.deepEqual(
			approvalOptions().map(({ label }) => label),
			['Never', 'For writes', 'Always'],
		);
	});
});
