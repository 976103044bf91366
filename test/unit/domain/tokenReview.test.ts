import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DAY_MS, type Token } from '../../../src/domain/token';
import type { HistoryEvent } from '../../../src/domain/tokenHistory';
import { toUtcDate, type ModuleCounts, type ReportedUsage } from '../../../src/domain/tokenUsage';
import {
	compareReasons,
	createTokenReview,
	FEW_MODULES,
	REVIEW_REASON_KINDS,
	type ReviewInput,
	type ReviewReason,
} from '../../../src/domain/tokenReview';

const now = new Date('2030-03-01T12:00:00.000Z');
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
const daysAgo = (days: number) => ago(days * DAY_MS);
const by = 'Ada';

const token: Token = {
	id: 'SU-000-000-001',
	name: 'Nightly import',
	externalId: null,
	description: '',
	extension: { id: 'EXT-000', name: 'Custom' },
	permissions: ['billing'],
	status: 'active',
	expirationDate: daysAgo(-30),
	renewedExpirationDate: null,
	keyIssuedAt: daysAgo(5),
	created: { at: daysAgo(400), by },
	updated: { at: daysAgo(5), by },
};

/** Usage in which the token was last used so long ago, with these modules on that day. */
const usedAgo = (milliseconds: number, modules?: ModuleCounts): ReportedUsage => ({
	days: [{ date: toUtcDate(new Date(now.getTime() - milliseconds)), statuses: { 200: 1 }, ...(modules && { modules }) }],
	lastUsed: ago(milliseconds),
});
const usedToday = usedAgo(1000);
const neverUsed: ReportedUsage = { days: [], lastUsed: null };
const reading = (...moduleIds: string[]) => Object.fromEntries(moduleIds.map((id) => [id, { read: 1, write: 0 }]));
const idsUpTo = (count: number) => Array.from({ length: count }, (_, index) => `module${index}`);

function review(changes: Partial<Token> = {}, input: Partial<Omit<ReviewInput, 'token'>> = {}): readonly ReviewReason[] {
	const others = { usage: usedToday, history: [], keyFileCount: 0, moduleCount: 22, hasFixedModules: false };
	return createTokenReview(now)({ ...others, ...input, token: { ...token, ...changes } });
}
const kinds = (...parameters: Parameters<typeof review>) => review(...parameters).map(({ kind }) => kind);

describe('The review of a token', () => {
	it('has no reason for a token that expires and is in use', () => {
		assert.deepEqual(review(), []);
	});

	it('says that the key never expires, and since when it has been valid', () => {
		assert.deepEqual(review({ expirationDate: null }), [{ kind: 'neverExpires', since: token.keyIssuedAt }]);
		const { keyIssuedAt: _, ...accountToken } = token;
		const reasons = createTokenReview(now)({
			token: { ...accountToken, expirationDate: null },
			usage: undefined,
			history: [],
			keyFileCount: 0,
			moduleCount: 22,
			hasFixedModules: false,
		});
		assert.deepEqual(reasons, [{ kind: 'neverExpires', since: null }]);
	});

	it('judges a renewed token by its new key', () => {
		const renewed = { status: 'revitalised', expirationDate: daysAgo(-1) } as const;
		assert.deepEqual(kinds({ ...renewed, renewedExpirationDate: null }), ['neverExpires']);
		assert.deepEqual(kinds({ ...renewed, renewedExpirationDate: daysAgo(-90) }), []);
	});

	it('calls a token unused from exactly 90 days after its last use', () => {
		assert.deepEqual(review({}, { usage: usedAgo(90 * DAY_MS) }), [{ kind: 'unused', since: daysAgo(90) }]);
		assert.deepEqual(kinds({}, { usage: usedAgo(90 * DAY_MS - 1) }), []);
	});

	it('says that a token was never used once it is 30 days old', () => {
		const createdAgo = (milliseconds: number) => ({ created: { at: ago(milliseconds), by } });
		assert.deepEqual(review(createdAgo(30 * DAY_MS), { usage: neverUsed }), [{ kind: 'neverUsed', since: daysAgo(30) }]);
		assert.deepEqual(kinds(createdAgo(30 * DAY_MS - 1), { usage: neverUsed }), []);
	});

	it('draws no conclusion from usage that is unknown or partly unknown', () => {
		assert.deepEqual(kinds({}, { usage: undefined }), []);
		assert.deepEqual(kinds({}, { usage: { days: [], lastUsed: undefined } }), []);
		assert.deepEqual(kinds({}, { usage: { ...usedToday, lastUsed: null } }), [], 'has responses without a last use');
		assert.deepEqual(kinds({ permissions: ['MD-0000'] }, { usage: usedToday }), [], 'modules are not counted');
	});

	it('names the few modules that a token with access to all modules has used', () => {
		const usage: ReportedUsage = {
			days: [
				{ date: toUtcDate(now), statuses: { 200: 5 }, modules: { billing: { read: 2, write: 0 }, usage: { read: 1, write: 4 } } },
				{ date: toUtcDate(new Date(now.getTime() - DAY_MS)), statuses: { 200: 2 }, modules: { billing: { read: 1, write: 1 } } },
			],
			lastUsed: now.toISOString(),
		};
		const used = [
			{ moduleId: 'usage', read: 1, write: 4 },
			{ moduleId: 'billing', read: 3, write: 1 },
		];
		assert.deepEqual(review({ permissions: ['MD-0000'] }, { usage }), [{ kind: 'fewModules', used, moduleCount: 22 }]);
		assert.deepEqual(kinds({ permissions: ['MD-0000:read'] }, { usage }), ['fewModules']);
		assert.deepEqual(kinds({ permissions: ['billing', 'usage'] }, { usage }), [], 'already has only some modules');
		assert.deepEqual(kinds({ permissions: ['MD-0000'] }, { usage, hasFixedModules: true }), [], "can't be reduced");
	});

	it('accepts access to all modules if many or all of them are used', () => {
		const full = { permissions: ['MD-0000'] };
		assert.deepEqual(kinds(full, { usage: usedAgo(1000, reading(...idsUpTo(FEW_MODULES))) }), ['fewModules']);
		assert.deepEqual(kinds(full, { usage: usedAgo(1000, reading(...idsUpTo(FEW_MODULES + 1))) }), []);
		assert.deepEqual(kinds(full, { usage: usedAgo(1000, reading('billing')), moduleCount: 1 }), []);
	});

	it('counts only modules that were used in the last 30 days', () => {
		const full = { permissions: ['MD-0000'] };
		const usage = (days: number): ReportedUsage => ({ ...usedAgo(days * DAY_MS, reading('billing')), lastUsed: now.toISOString() });
		assert.deepEqual(kinds(full, { usage: usage(29) }), ['fewModules']);
		assert.deepEqual(kinds(full, { usage: usage(30) }), []);
		assert.deepEqual(kinds(full, { usage: usedAgo(1000, { billing: { read: 0, write: 0 } }) }), []);
	});

	it('reports an expired token 30 days after its date, and not for its usage', () => {
		const expired = (milliseconds: number) => ({ status: 'expired', expirationDate: ago(milliseconds) }) as const;
		assert.deepEqual(review(expired(30 * DAY_MS), { usage: neverUsed }), [{ kind: 'expired', since: daysAgo(30) }]);
		assert.deepEqual(kinds(expired(30 * DAY_MS - 1), { usage: neverUsed }), []);
	});

	it('reports a disabled token 30 days after it was disabled, even if it was edited later', () => {
		const event = (kind: HistoryEvent['kind'], at: string): HistoryEvent => ({ kind, at, by });
		const disabled = { status: 'inactive', expirationDate: null, updated: { at: daysAgo(1), by } } as const;
		const history = [event('disabled', daysAgo(300)), event('enabled', daysAgo(200)), event('disabled', daysAgo(30))];
		assert.deepEqual(review(disabled, { history }), [{ kind: 'disabled', since: daysAgo(30) }]);
		assert.deepEqual(kinds(disabled, { history: [...history, event('disabled', ago(30 * DAY_MS - 1))] }), []);
	});

	it('uses the last change of a disabled token if its history is unknown', () => {
		const disabledAgo = (milliseconds: number) => ({ status: 'inactive', updated: { at: ago(milliseconds), by } }) as const;
		assert.deepEqual(review(disabledAgo(30 * DAY_MS)), [{ kind: 'disabled', since: daysAgo(30) }]);
		assert.deepEqual(kinds(disabledAgo(30 * DAY_MS - 1)), []);
	});

	it('reports keys in files whatever the status is, before all other reasons', () => {
		const found = { keyFileCount: 1 };
		assert.deepEqual(review({ expirationDate: null }, found), [
			{ kind: 'keyInFile', fileCount: 1 },
			{ kind: 'neverExpires', since: token.keyIssuedAt },
		]);
		assert.deepEqual(kinds({ status: 'inactive' }, found), ['keyInFile']);
		assert.deepEqual(kinds({ status: 'expired', expirationDate: daysAgo(1) }, found), ['keyInFile']);
	});

	it('orders reasons by severity, and has each at most once, for any token', () => {
		const instant = fc.integer({ min: -400, max: 400 }).map(daysAgo);
		const tokens = fc.record({
			status: fc.constantFrom('active', 'expiring', 'revitalised', 'expired', 'inactive', 'other'),
			expirationDate: fc.option(instant),
			renewedExpirationDate: fc.option(instant),
			permissions: fc.subarray(['MD-0000', 'MD-0000:read', 'billing']),
			created: fc.record({ at: instant, by: fc.constant(by) }),
			updated: fc.record({ at: instant, by: fc.constant(by) }),
		});
		const inputs = fc.record({
			usage: fc.option(
				fc.record({
					days: fc.array(
						fc.integer({ min: 0, max: 60 }).map((days) => ({
							date: toUtcDate(new Date(now.getTime() - days * DAY_MS)),
							statuses: { 200: 1 },
							modules: reading('billing'),
						})),
					),
					lastUsed: fc.option(instant, { nil: undefined }),
				}),
				{ nil: undefined },
			),
			keyFileCount: fc.nat(3),
			moduleCount: fc.nat(30),
			hasFixedModules: fc.boolean(),
		});
		fc.assert(
			fc.property(tokens, inputs, (changes, input) => {
				const found = kinds(changes, input);
				assert.deepEqual(
					found,
					REVIEW_REASON_KINDS.filter((kind) => found.includes(kind)),
				);
				const isUnusable = changes.status === 'expired' || changes.status === 'inactive';
				assert.ok(found.every((kind) => kind === 'keyInFile' || (kind === 'expired' || kind === 'disabled') === isUnusable));
				assert.ok(input.usage !== undefined || !found.some((kind) => ['unused', 'neverUsed', 'fewModules'].includes(kind)));
			}),
		);
	});

	it('never loses a reason because time passes, unless something else happens', () => {
		const reviewAt = (days: number) =>
			createTokenReview(new Date(now.getTime() + days * DAY_MS))({
				token: { ...token, expirationDate: null },
				usage: usedAgo(0),
				history: [],
				keyFileCount: 0,
				moduleCount: 22,
				hasFixedModules: false,
			}).map(({ kind }) => kind);
		fc.assert(
			fc.property(fc.nat(400), fc.nat(400), (first, added) => {
				assert.deepEqual(
					reviewAt(first).filter((kind) => !reviewAt(first + added).includes(kind)),
					[],
				);
			}),
		);
	});
});

describe('The order of reviewed tokens', () => {
	it('starts with the most severe reason, then with the most reasons', () => {
		const rows = [['disabled'], ['neverExpires'], ['unused'], ['unused', 'neverExpires'], ['keyInFile'], []] as const;
		const sorted = rows.map((row) => row.map((kind) => ({ kind }))).sort(compareReasons);
		assert.deepEqual(
			sorted.map((row) => row.map(({ kind }) => kind)),
			[['keyInFile'], ['unused', 'neverExpires'], ['unused'], ['neverExpires'], ['disabled'], []],
		);
	});
});
