import assert from 'node:assert/strict';
import { BUILT_IN_EXTENSIONS } from '../../../src/domain/catalog';
import { findDraftProblems } from '../../../src/domain/draftValidation';
import { findModulesProblem, getDuplicateNameHint, getRequiredSteps, STEP_FIELDS } from '../../../src/models/draftRules';
import { WIZARD_STEPS } from '../../../src/protocol/wizardMessages';

describe('The rules for a new token', () => {
	it('have a step for every field of a draft that can be invalid', () => {
		const draft = {
			name: '',
			externalId: 'x'.repeat(129),
			description: 'x'.repeat(256),
			extension: 'gone',
			permissions: ['gone'],
			limits: { rate: { requests: 0, per: 'minute' as const }, total: 0 },
			approval: 'sometimes' as never,
			expirationDate: 'never',
		};
		const fields = findDraftProblems(draft, new Date()).map(({ field }) => field);
		assert.deepEqual(fields.sort(), WIZARD_STEPS.flatMap((step) => STEP_FIELDS[step]).sort());
	});

	for (const [extension, needsPermissions] of [
		['EXT-000', true],
		['reports', false],
		['zapier', false],
		['gone', true],
	] as const) {
		it(`${needsPermissions ? 'ask' : "don't ask"} for the modules of a token for the extension ${extension}`, () => {
			const steps = getRequiredSteps(extension, BUILT_IN_EXTENSIONS, false);
			assert.deepEqual(steps, ['general', 'expiration', 'extension', ...(needsPermissions ? ['permissions'] : [])]);
		});
	}

	it('ask for limits and approval that were entered, even if there are no modules to choose', () => {
		assert.deepEqual(getRequiredSteps('zapier', BUILT_IN_EXTENSIONS, true), WIZARD_STEPS);
	});

	it('require at least one module', () => {
		assert.deepEqual(findModulesProblem([]), { field: 'permissions', template: 'Select at least one module.', args: [] });
		assert.equal(findModulesProblem(['usage']), undefined);
	});

	it('give a hint for a duplicate name, ignoring spaces around it', () => {
		assert.equal(getDuplicateNameHint(' CRM ', ['CRM']), 'Another token already has this name.');
		assert.equal(getDuplicateNameHint('CRM 2', ['CRM']), undefined);
	});
});
