import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BUILT_IN_CATALOG, BUILT_IN_EXTENSIONS, BUILT_IN_MODULES, type Catalog } from '../../../src/domain/catalog';
import { findDraftProblems, validateChanges, validateDraft, validateKeyOptions } from '../../../src/domain/draftValidation';
import { ProblemError } from '../../../src/domain/problems';
import type { TokenDraft } from '../../../src/domain/token';

const now = new Date('2030-06-15T12:00:00.000Z');

/** Returns the message for each invalid field of `draft`; empty if it's valid. */
function problemsOf(draft: unknown): Record<string, string> {
	try {
		validateDraft(draft as TokenDraft, now);
		return {};
	} catch (error) {
		assert.ok(error instanceof ProblemError);
		return Object.fromEntries(error.problems.map((one) => [one.field ?? '', new ProblemError([one]).message]));
	}
}

describe('Token draft', () => {
	it('requires only a name', () => {
		assert.deepEqual(validateDraft({ name: ' Tutorial ' }, now), {
			name: 'Tutorial',
			externalId: null,
			description: '',
			extension: BUILT_IN_EXTENSIONS.find(({ id }) => id === 'EXT-000'),
			permissions: [],
			limits: null,
			approval: 'never',
			expirationDate: null,
		});
	});

	it('has valid limits and approval, which only the gateway can enforce', () => {
		const rate = { requests: 10, per: 'minute' } as const;
		for (const limits of [null, { rate }, { total: 1 }, { rate, total: 1_000_000_000 }]) {
			assert.deepEqual(validateDraft({ name: 'n', limits }, now).limits, limits);
		}
		const invalid: readonly [limits: unknown, fields: readonly string[]][] = [
			...[{}, [], 7].map((limits): [unknown, string[]] => [limits, ['limits']]),
			...[0, 1.5, NaN, '5', 1_000_000_001].map((total): [unknown, string[]] => [{ total }, ['limits.total']]),
			[{ rate: { requests: 10 } }, ['limits.rate']],
			[{ rate: { requests: 0, per: 'minute' } }, ['limits.rate']],
			[{ rate: { requests: 1, per: 'week' } }, ['limits.rate']],
			[{ rate: { requests: NaN, per: 'day' }, total: -1 }, ['limits.rate', 'limits.total']],
			[{ rate, burst: 3 }, ['limits.burst']],
		];
		for (const [limits, fields] of invalid) {
			assert.deepEqual(Object.keys(problemsOf({ name: 'n', limits })), fields, JSON.stringify(limits));
		}
		assert.deepEqual(Object.keys(problemsOf({ name: 'n', approval: 'sometimes' })), ['approval']);
		const accountCatalog = { ...BUILT_IN_CATALOG, hasRequestRules: false };
		assert.deepEqual(validateDraft({ name: 'n', limits: null, approval: 'never' }, now, accountCatalog).limits, null);
		const problems = findDraftProblems({ name: 'n', limits: { rate }, approval: 'writes' }, now, accountCatalog);
		assert.deepEqual(
			problems.map(({ field }) => field),
			['limits', 'approval'],
		);
	});

	it('is accepted at each limit and rejected beyond it, with the field and the limit', () => {
		const limits = { name: 128, externalId: 128, description: 255 };
		for (const [field, limit] of Object.entries(limits)) {
			for (const character of ['x', 'é', '🔑']) {
				assert.deepEqual(problemsOf({ name: 'n', [field]: character.repeat(limit) }), {}, field);
				assert.deepEqual(Object.keys(problemsOf({ name: 'n', [field]: character.repeat(limit + 1) })), [field]);
			}
			assert.match(problemsOf({ name: 'n', [field]: 'x'.repeat(limit + 1) })[field]!, new RegExp(`${field}.*${limit}`));
		}
	});

	it('is rejected with an empty or multiline name', () => {
		for (const name of ['', '  ', undefined, null, 7, 'two\nlines', 'bell\u0007']) {
			assert.deepEqual(Object.keys(problemsOf({ name })), ['name'], String(name));
		}
		assert.match(problemsOf({ name: '' }).name!, /name.*1 to 128/);
	});

	it('is rejected with a past or invalid expiration date', () => {
		const impossible = [
			'',
			'tomorrow',
			'2031-02-30T00:00:00Z',
			'2031-13-01T00:00:00Z',
			'2031-01-01',
			'2031-01-01T00:00:00',
			'2031-01-01T25:00:00Z',
			7,
		];
		const past = ['2030-06-15T12:00:00.000Z', '2030-06-15T13:00:00+02:00', '1999-01-01T00:00:00Z'];
		for (const expirationDate of [...impossible, ...past]) {
			assert.deepEqual(Object.keys(problemsOf({ name: 'n', expirationDate })), ['expirationDate'], String(expirationDate));
		}
	});

	const moduleIds = ['MD-0000', ...BUILT_IN_MODULES.map(({ id }) => id)].join(', ');
	const messages: [field: string, value: unknown, message: string][] = [
		['name', 7, 'Name must be a string.'],
		['name', ' ', 'Enter a name with 1 to 128 characters.'],
		['name', 'x'.repeat(129), 'Use at most 128 characters.'],
		['name', 'two\nlines', 'Name must be a single line of text.'],
		['externalId', 7, 'External ID must be a string or null.'],
		['externalId', 'two\nlines', 'External ID must be a single line of text.'],
		['externalId', 'x'.repeat(129), 'Use at most 128 characters.'],
		['description', 7, 'Description must be a string.'],
		['description', 'x'.repeat(256), 'Use at most 255 characters.'],
		['extension', 7, 'Extension must be an extension ID.'],
		['extension', 'nope', 'Extension "nope" doesn\'t exist. Use one of flowgear, reports, zapier, EXT-000.'],
		['permissions', 'usage', 'Permissions must be an array of module IDs.'],
		['permissions', [7], 'Permissions must be module IDs.'],
		['permissions', ['nope'], `Module "nope" doesn't exist. Use any of ${moduleIds}. The first one grants access to all modules.`],
		['expirationDate', 7, 'Expiration date must be an ISO 8601 string or null.'],
		['expirationDate', '', 'Enter a date and time.'],
		['expirationDate', 'soon', '"soon" isn\'t a valid date. Use a format like 2030-12-31T23:59:00Z.'],
		['expirationDate', '1999-01-01T00:00:00Z', 'Choose a date in the future.'],
		['secret', 'x', '"secret" isn\'t a token property.'],
	];
	for (const [field, value, message] of messages) {
		it(`says "${message.slice(0, 60)}" about ${field} ${JSON.stringify(value).slice(0, 20)}`, () => {
			const draft = { name: 'n', [field]: value };
			assert.deepEqual(problemsOf(draft), { [field]: `Invalid ${field}: ${message}` });
			assert.deepEqual(
				findDraftProblems(draft, now).map((one) => new ProblemError([one]).message),
				[`Invalid ${field}: ${message}`],
			);
		});
	}

	it('says that an empty extension must be chosen', () => {
		assert.equal(findDraftProblems({ name: 'n', extension: '' }, now)[0]?.template, 'Choose an extension.');
	});

	it('has problems whose arguments fit their templates', () => {
		assert.deepEqual(findDraftProblems(null as never, now), [
			{ field: null, template: 'Expected an object with token properties.', args: [] },
		]);
		assert.deepEqual(findDraftProblems({ name: '' }, now), [
			{ field: 'name', template: 'Enter a name with 1 to {0} characters.', args: [128] },
		]);
	});

	it('has one problem for modules that are not a list, and reports fixed modules along with other problems', () => {
		const fieldsOf = (draft: TokenDraft) => findDraftProblems(draft, now).map(({ field }) => field);
		assert.deepEqual(fieldsOf({ name: 'n', extension: 'reports', permissions: 'usage' as never }), ['permissions']);
		assert.deepEqual(fieldsOf({ name: '', extension: 'reports', permissions: ['MD-0001'] }), ['name', 'permissions']);
	});

	it('has no problems if it is valid', () => {
		assert.deepEqual(findDraftProblems({ name: 'n', externalId: ' 42 ', description: ' why ', expirationDate: null }, now), []);
		const { externalId, description } = validateDraft({ name: 'n', externalId: ' 42 ', description: ' why ' }, now);
		assert.deepEqual([externalId, description], ['42', 'why']);
	});

	it('converts an expiration date in any time zone to UTC', () => {
		const dated = (expirationDate: string) => validateDraft({ name: 'n', expirationDate }, now).expirationDate;
		assert.equal(dated('2030-06-15T14:00:01+02:00'), '2030-06-15T12:00:01.000Z');
		assert.equal(dated('2032-02-29T00:00Z'), '2032-02-29T00:00:00.000Z');
	});

	it('is rejected with an unknown extension or module, which the message contains', () => {
		assert.match(problemsOf({ name: 'n', extension: 'nope' }).extension!, /"nope"/);
		assert.match(problemsOf({ name: 'n', permissions: ['MD-0001', 'nope'] }).permissions!, /"nope"/);
		assert.deepEqual(Object.keys(problemsOf({ name: 'n', extension: '__proto__' })), ['extension']);
	});

	it('removes duplicate modules, and individual ones if all modules are included', () => {
		const given = (permissions: string[]) => validateDraft({ name: 'n', permissions }, now).permissions;
		assert.deepEqual(given(['MD-0001', 'MD-0000', 'usage']), ['MD-0000']);
		assert.deepEqual(given(['usage', 'MD-0001', 'usage']), ['MD-0001', 'usage']);
	});

	it('accepts read-only access if the catalog has it, and normalizes it', () => {
		const { permissions } = validateDraft({ name: 'a', permissions: ['usage:read', 'MD-0007:read', 'usage'] }, now);
		assert.deepEqual(permissions, ['MD-0007:read', 'usage']);
		const platform = { extensions: BUILT_IN_CATALOG.extensions, modules: BUILT_IN_CATALOG.modules };
		assert.throws(() => validateDraft({ name: 'a', permissions: ['usage:read'] }, now, platform), /"usage:read" isn't possible/);
		assert.throws(() => validateDraft({ name: 'a', permissions: ['nothing:read'] }, now), /Module "nothing:read" doesn't exist/);
	});

	it('accepts only the fixed modules of an extension', () => {
		for (const { id, permissions } of BUILT_IN_EXTENSIONS.filter((one) => one.permissions !== null)) {
			assert.deepEqual(validateDraft({ name: 'n', extension: id }, now).permissions, permissions);
			assert.deepEqual(validateDraft({ name: 'n', extension: id, permissions: permissions! }, now).permissions, permissions);
			assert.deepEqual(problemsOf({ name: 'n', extension: id, permissions: ['MD-0001'] }), {
				permissions: 'Invalid permissions: The modules of this extension are fixed. Omit permissions.',
			});
		}
	});

	it('accepts the fixed modules of an extension in any order', () => {
		const pair = { id: 'pair', name: 'Pair', description: '', permissions: ['usage', 'MD-0001'] };
		const catalog: Catalog = { ...BUILT_IN_CATALOG, extensions: [pair] };
		const given = (permissions: string[]) => validateDraft({ name: 'n', extension: 'pair', permissions }, now, catalog).permissions;
		assert.deepEqual(given(['usage', 'MD-0001', 'usage']), ['MD-0001', 'usage']);
		assert.throws(() => given(['usage']), /fixed/);
	});

	it('reports all invalid fields at once', () => {
		const draft = {
			name: '',
			externalId: 'x'.repeat(129),
			extension: 'nope',
			permissions: ['nope'],
			expirationDate: '1999-01-01T00:00:00Z',
		};
		assert.deepEqual(Object.keys(problemsOf(draft)).sort(), Object.keys(draft).sort());
	});

	it('is rejected if it is not an object or has unknown properties', () => {
		for (const draft of [undefined, null, 'name', 7]) {
			assert.deepEqual(problemsOf(draft), { '': 'Expected an object with token properties.' }, String(draft));
		}
		assert.notDeepEqual(problemsOf([]), {});
		assert.match(problemsOf({ name: 'n', secret: 'x' }).secret!, /"secret"/);
	});

	it('is either accepted or rejected with a ProblemError for any values', () => {
		const anything = fc.record(
			{
				name: fc.anything(),
				externalId: fc.anything(),
				description: fc.anything(),
				extension: fc.oneof(fc.anything(), fc.constantFrom(...BUILT_IN_EXTENSIONS.map(({ id }) => id))),
				permissions: fc.oneof(fc.anything(), fc.subarray(BUILT_IN_MODULES.map(({ id }) => id))),
				expirationDate: fc.anything(),
			},
			{ requiredKeys: [] },
		);
		fc.assert(fc.property(anything, (draft) => void problemsOf(draft)));
	});
});

describe('Changes to a token', () => {
	it('leave omitted properties unchanged', () => {
		assert.deepEqual(validateChanges({}, 'EXT-000'), {});
		assert.deepEqual(validateChanges({ name: ' new ' }, 'EXT-000'), { name: 'new' });
		assert.deepEqual(validateChanges({ externalId: '' }, 'EXT-000'), { externalId: null });
		assert.deepEqual(validateChanges({ permissions: ['usage', 'MD-0000'] }, 'EXT-000'), { permissions: ['MD-0000'] });
		assert.deepEqual(validateChanges({ name: undefined } as never, 'EXT-000'), {});
	});

	it('are rejected like a draft, and for properties that cannot be edited', () => {
		const rejected: [unknown, RegExp][] = [
			[{ name: '' }, /name.*128/],
			[{ name: null }, /name/],
			[{ externalId: 'x'.repeat(129) }, /externalId.*128/],
			[{ description: 'x'.repeat(256) }, /description.*255/],
			[{ permissions: ['nope'] }, /"nope"/],
			[{ permissions: null }, /permissions/],
			[{ expirationDate: null }, /"expirationDate"/],
			[{ status: 'active' }, /"status"/],
			[null, /^Expected an object with token properties\.$/],
			['name', /^Expected an object with token properties\.$/],
		];
		for (const [changes, message] of rejected) {
			assert.throws(() => validateChanges(changes as never, 'EXT-000'), { name: 'ProblemError', message }, JSON.stringify(changes));
		}
		assert.throws(() => validateChanges({ permissions: ['MD-0001'] }, 'reports'), /fixed/);
	});
});

describe('Expiration date of a new key', () => {
	it('is in the future or null', () => {
		const dated = (expirationDate: unknown) => validateKeyOptions({ expirationDate } as never, now);
		assert.deepEqual(dated('2031-01-01T01:00:00+01:00'), { expirationDate: '2031-01-01T00:00:00.000Z' });
		assert.deepEqual(dated(null), { expirationDate: null });
		assert.throws(() => dated('2029-01-01T00:00:00Z'), /expirationDate.*future/);
		assert.throws(() => dated('soon'), /"soon"/);
		assert.throws(() => dated(7), /expirationDate/);
	});

	it('can be omitted', () => {
		assert.deepEqual(validateKeyOptions({}, now), {});
		assert.deepEqual(validateKeyOptions({ expirationDate: undefined } as never, now), {});
		assert.throws(() => validateKeyOptions({ name: 'n' } as never, now), /^ProblemError: Invalid name: "name" isn't a token property\.$/);
		for (const options of [null, 'soon', { expires: null }]) {
			assert.throws(() => validateKeyOptions(options as never, now), { name: 'ProblemError' });
		}
	});
});
