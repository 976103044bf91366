import assert from 'node:assert/strict';
import type { DenialReason, NumberedRequest } from '../../../src/domain/loggedRequest';
import type { Token } from '../../../src/domain/token';
import { RequestRow } from '../../../src/models/requestRows';
import { denialLabel, denialText } from '../../../src/models/requestTexts';
import { createSourceToken } from '../../support/sourceTokens';

const { source, token } = createSourceToken({ name: 'CRM sync' });

const createRow = (changes: Partial<NumberedRequest> = {}, owner: Token | undefined = token) => {
	const request = {
		number: 1,
		time: Date.UTC(2026, 0, 2, 10, 32, 5),
		tokenId: token.id,
		method: 'GET',
		path: '/usage/files',
		status: 200,
		durationMs: 12.3,
	};
	return new RequestRow('own/1', { ...request, ...changes }, owner, source.id, (id) => source.getModuleName(id));
};
const fixesFor = (reason: DenialReason, owner?: Token) => createRow({ status: 403, reason }, owner).fixes;

describe('A row of the Requests view', () => {
	it('shows the request, and its status, duration, token, and time', () => {
		const { label, description, accessibleLabel, icon, id } = createRow().describe();
		assert.equal(id, 'own/1');
		assert.equal(label, 'GET /usage/files');
		assert.match(description!, /^200 · 12 ms · CRM sync · \d{1,2}:32:05/);
		assert.match(accessibleLabel, /^GET \/usage\/files, 200, 12 ms, CRM sync, \d{1,2}:32:05/);
		assert.deepEqual(icon, ['pass', 'testing.iconPassed']);
	});

	it('says to screen readers that it was denied, which others see from the icon', () => {
		const { accessibleLabel, icon } = createRow({ status: 403, reason: { kind: 'noModule' } }).describe();
		assert.match(accessibleLabel, /^GET \/usage\/files, Denied, 403, /);
		assert.equal(icon[0], 'circle-slash');
	});

	it('says why it was denied instead of how long that took', () => {
		for (const [reason, text] of [
			[{ kind: 'missingModule', modules: ['usage'] }, 'no access to “Usage”'],
			[{ kind: 'readOnly', modules: ['usage'] }, 'read-only'],
			[{ kind: 'limit', limit: 'rate' }, 'rate reached'],
			[{ kind: 'approval', outcome: 'timeout' }, 'not approved'],
		] as const) {
			const { description, accessibleLabel } = createRow({ status: 403, reason }).describe();
			assert.deepEqual(description!.split(' · ').slice(0, 3), ['403', text, 'CRM sync']);
			assert.ok(accessibleLabel.startsWith(`GET /usage/files, Denied, 403, ${text}, `));
		}
	});

	it('shows the ID of a token that does not exist, and nothing for none', () => {
		const [unknown, none] = [createRow({}, undefined), createRow({ tokenId: null }, undefined)];
		assert.match(new RequestRow('', unknown.request, undefined, '', String).describe().description!, new RegExp(`· ${token.id} ·`));
		assert.equal(new RequestRow('', none.request, undefined, '', String).describe().description!.split(' · ').length, 3);
	});

	it('shows short durations exactly, and long ones in seconds', () => {
		for (const [durationMs, text] of [
			[0.4, '0.4 ms'],
			[9.96, '10 ms'],
			[1234, '1,234 ms'],
			[12_345, '12 s'],
		] as const) {
			assert.equal(createRow({ durationMs }).describe().description!.split(' · ')[1], text);
		}
	});

	it('escapes names that look like icons, and removes marks that change the direction', () => {
		const row = createRow({}, { ...token, name: '$(key) \u202eevil' });
		assert.doesNotMatch(row.describe().description! + row.createTooltip(), /\$\(key\)|\u202e/);
		const denied = createRow({ status: 403, reason: { kind: 'missingModule', modules: ['$(key) \u202eevil'] } });
		assert.doesNotMatch(denied.describe().description!, /\$\(key\)|\u202e/);
	});

	it('has a tooltip with everything, and the reason in words', () => {
		const lines = createRow({ status: 403, reason: { kind: 'missingModule', modules: ['MD-0001', 'MD-0002'] } })
			.createTooltip()
			.split('\n');
		assert.equal(lines[0], 'GET /usage/files');
		assert.match(lines[1]!, /^The token doesn't have access to “.+” or “.+”. Add the module to its permissions.$/);
		assert.equal(lines[2], 'Status: 403');
		assert.equal(lines[4], `Token: CRM sync (${token.id})`);
		assert.match(lines[5]!, /^Received: .*2026.*:32:05/);
	});

	it('can be sent again only if its path is complete and its token exists', () => {
		assert.match(createRow().describe().contextValue, /^request;token;repeatable;$/);
		assert.match(createRow({ path: `/${'a'.repeat(510)}…` }).describe().contextValue, /^request;token;$/);
		assert.equal(new RequestRow('', createRow().request, undefined, source.id, String).describe().contextValue, 'request;');
		assert.equal(createRow({ path: '*' }).isRepeatable, false);
	});

	it('is the argument of commands for its token only if the token exists', () => {
		const { tokenId, sourceId } = createRow();
		assert.deepEqual({ tokenId, sourceId }, { tokenId: token.id, sourceId: 'workspace' });
		const unknown = new RequestRow('', createRow().request, undefined, source.id, String);
		assert.deepEqual([unknown.tokenId, unknown.sourceId], [undefined, undefined]);
	});
});

describe('The fixes of a denial', () => {
	const inactive: Token = { ...token, status: 'inactive' };

	it('depend on the reason', () => {
		assert.deepEqual(fixesFor({ kind: 'missingModule', modules: ['MD-0001'] }), ['addModule']);
		assert.deepEqual(fixesFor({ kind: 'readOnly', modules: ['MD-0001'] }), ['addModule']);
		assert.deepEqual(fixesFor({ kind: 'noModule' }), ['edit', 'setting']);
		assert.deepEqual(fixesFor({ kind: 'limit', limit: 'rate' }), ['edit']);
		assert.deepEqual(fixesFor({ kind: 'invalidKey' }), ['rotate']);
		assert.deepEqual(fixesFor({ kind: 'expired', isPreviousKey: false }), ['rotate']);
		const lease = { ...token, lease: { task: 'Check the prices', agent: 'Copilot' } };
		assert.deepEqual(fixesFor({ kind: 'expired', isPreviousKey: false }, lease), [], 'a lease that has ended stays ended');
		assert.deepEqual(fixesFor({ kind: 'disabled' }, inactive), ['enable']);
		assert.deepEqual(fixesFor({ kind: 'pathTraversal' }), []);
		assert.deepEqual(createRow().fixes, []);
	});

	it('are offered only if the token allows them now', () => {
		assert.deepEqual(fixesFor({ kind: 'disabled' }), [], 'it was enabled in the meantime');
		assert.deepEqual(new RequestRow('', createRow({ reason: { kind: 'invalidKey' } }).request, undefined, 'workspace', String).fixes, []);
	});

	it('open the setting that the denial depends on', () => {
		for (const [reason, setting] of [
			[{ kind: 'hostNotAllowed', host: 'evil.test' }, 'connectTokens.gateway.allowedHosts'],
			[{ kind: 'originNotAllowed', origin: 'https://evil.test' }, 'connectTokens.gateway.allowedOrigins'],
			[{ kind: 'upstream', code: 'ECONNREFUSED' }, 'connectTokens.gateway.upstream'],
			[{ kind: 'noUpstream' }, 'connectTokens.gateway.upstream'],
		] as const) {
			const row = createRow({ reason });
			assert.equal(row.setting, setting);
			assert.ok(row.fixes.includes('setting'));
		}
	});
});

describe('The reason of a denial in words', () => {
	it('is short, says what to do, and cannot be changed by what a client sends', () => {
		const hostile = `${'x'.repeat(190)}\u202e”\n\u0000`;
		const reasons: readonly DenialReason[] = [
			...(
				[
					'invalidKey',
					'disabled',
					'noModule',
					'ambiguousPath',
					'pathTraversal',
					'storeUnavailable',
					'noUpstream',
					'invalidRequest',
				] as const
			).map((kind) => ({ kind })),
			...[true, false].map((isPreviousKey) => ({ kind: 'expired', isPreviousKey }) as const),
			...(['missingModule', 'readOnly'] as const).flatMap((kind) => [
				{ kind, modules: [hostile] },
				{ kind, modules: ['MD-0000'] },
			]),
			...(['rate', 'total'] as const).map((limit) => ({ kind: 'limit', limit }) as const),
			...(['denied', 'timeout', 'unavailable'] as const).map((outcome) => ({ kind: 'approval', outcome }) as const),
			{ kind: 'hostNotAllowed', host: hostile },
			{ kind: 'originNotAllowed', origin: hostile },
			{ kind: 'upstream', code: hostile },
		];
		const texts = reasons.map((reason) => denialText(reason, (id) => id));
		for (const text of texts) {
			assert.match(text, /^[^\p{Cc}\u202e]{10,320}\.$/u);
		}
		assert.equal(new Set(texts).size, texts.length, 'each reason has a text of its own');
		for (const reason of reasons) {
			assert.match(
				denialLabel(reason, (id) => id),
				/^[^\p{Cc}\u202e]{4,220}$/u,
			);
		}
	});
});
