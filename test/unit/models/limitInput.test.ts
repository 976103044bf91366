import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_LIMIT, RATE_PERIODS, type TokenLimits } from '../../../src/domain/tokenLimits';
import { hasRequestRuleInput, toLimits, toLimitsInput, toTokenChanges, toValidLimits } from '../../../src/models/limitInput';
import { setLanguage } from '../../../src/models/localization';
import { EMPTY_LIMITS_INPUT } from '../../../src/protocol/messageSchemas';

describe('Limits in a form', () => {
	afterEach(() => setLanguage('en', undefined));

	const parseTotal = (total: string) => toLimits({ ...EMPTY_LIMITS_INPUT, total })?.total;

	it('are the same after they were shown in a form', () => {
		const count = fc.integer({ min: 1, max: MAX_LIMIT });
		const rate = fc.record({ requests: count, per: fc.constantFrom(...RATE_PERIODS) }, { noNullPrototype: true });
		fc.assert(
			fc.property(fc.option(rate, { nil: undefined }), fc.option(count, { nil: undefined }), (anyRate, anyTotal) => {
				const limits: TokenLimits = { ...(anyRate && { rate: anyRate }), ...(anyTotal !== undefined && { total: anyTotal }) };
				assert.deepEqual(toLimits(toLimitsInput(limits)), Object.keys(limits).length === 0 ? null : limits);
			}),
		);
		assert.deepEqual(toLimitsInput(undefined), EMPTY_LIMITS_INPUT);
	});

	it('are none if nothing was entered, whatever the period is', () => {
		assert.equal(toLimits({ rate: ' ', per: 'day', total: '' }), null);
		assert.deepEqual(toLimits({ rate: ' 10 ', per: 'day', total: '' }), { rate: { requests: 10, per: 'day' } });
	});

	it("can have digits that are grouped as in the user's language", () => {
		assert.deepEqual([parseTotal('1,000'), parseTotal('1,234,567')], [1000, 1_234_567]);
		for (const text of ['1.000', '1,00', ',100', '1,0000', '1 000', '1e3', '-1', '1.5', '0x10', '٣', 'ten', '1;000']) {
			assert.ok(Number.isNaN(parseTotal(text)), text);
		}
		setLanguage('es', undefined);
		assert.deepEqual([parseTotal('1.000'), parseTotal('1,000')], [1000, NaN]);
		setLanguage('fr', undefined);
		assert.deepEqual([parseTotal('1 000'), parseTotal('1\u202f000'), parseTotal('1,000')], [1000, 1000, NaN]);
	});

	it('are reported to the source as numbers, even if they are not, so that they are rejected', () => {
		assert.deepEqual(toTokenChanges({ name: 'n' }), { name: 'n' });
		assert.deepEqual(toTokenChanges({ limits: EMPTY_LIMITS_INPUT, approval: 'never' }), { limits: null, approval: 'never' });
		assert.deepEqual(toTokenChanges({ limits: { rate: 'x', per: 'day', total: '7' } }), {
			limits: { rate: { requests: NaN, per: 'day' }, total: 7 },
		});
		assert.deepEqual(toValidLimits({ rate: 'x', per: 'day', total: '7' }), { total: 7 });
		assert.equal(toValidLimits({ rate: 'x', per: 'day', total: '' }), null);
	});

	it('restrict the token if anything was entered or chosen', () => {
		assert.equal(hasRequestRuleInput({ limits: { ...EMPTY_LIMITS_INPUT, per: 'day' }, approval: 'never' }), false);
		assert.equal(hasRequestRuleInput({ limits: { ...EMPTY_LIMITS_INPUT, rate: 'x' }, approval: 'never' }), true);
		assert.equal(hasRequestRuleInput({ limits: EMPTY_LIMITS_INPUT, approval: 'writes' }), true);
	});
});
