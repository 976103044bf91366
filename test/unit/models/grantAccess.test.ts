import assert from 'node:assert/strict';
import type { DenialReason } from '../../../src/domain/loggedRequest';
import { grantAccess, type GrantPrompts } from '../../../src/models/grantAccess';
import { Workspaces } from '../../support/store/workspaces';

describe('Granting the access that a denied request needs', () => {
	const workspaces = new Workspaces();

	/** Creates a token, grants it access by picking the item `choice`, and selects the button `answer` afterward. */
	async function grant(
		draft: { readonly permissions?: readonly string[]; readonly extension?: string },
		request: { readonly method: string; readonly reason?: DenialReason },
		{ choice = 0, answer }: { readonly choice?: number | null; readonly answer?: string } = {},
	) {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const token = await source.create({ name: 'CRM [x](y)', ...draft });
		const shown: string[] = [];
		const prompts: GrantPrompts = {
			pickOne: (items) => {
				shown.push(...items.map(({ label, description }) => `${label}: ${description}`));
				return Promise.resolve(choice === null ? undefined : items[choice]!.value);
			},
			inform: async (text, ...buttons) => {
				shown.push([text, ...buttons.map((button) => `[${button}]`)].join(' '));
				permissions = (await source.get(token.id))!.permissions;
				return buttons.find((button) => button === answer);
			},
		};
		let { permissions } = token;
		await grantAccess({ source, token }, request, prompts);
		return { shown, permissions, finalPermissions: (await source.get(token.id))!.permissions };
	}

	const missing = (...modules: readonly string[]) => ({ kind: 'missingModule', modules }) as const;
	const readOnly = (...modules: readonly string[]) => ({ kind: 'readOnly', modules }) as const;

	it('offers reading first if the request reads, changes nothing else, and can be undone', async () => {
		const { shown, permissions, finalPermissions } = await grant(
			{ permissions: ['usage'] },
			{ method: 'GET', reason: missing('billing') },
			{ answer: 'Undo' },
		);
		assert.deepEqual(shown, [
			'Billing (read-only): Only GET, HEAD, and OPTIONS requests',
			'Billing: All requests',
			'“CRM [x]\u200b(y)” can now access Billing (read-only). Send the request again. [Undo]',
		]);
		assert.deepEqual(permissions, ['billing:read', 'usage']);
		assert.deepEqual(finalPermissions, ['usage']);
	});

	it('offers each of the modules that cover the path, with full access if the request writes', async () => {
		const { shown, finalPermissions } = await grant(
			{ permissions: ['news'] },
			{ method: 'POST', reason: missing('usage', 'products') },
			{ choice: 1 },
		);
		assert.deepEqual(shown.slice(0, 2), ['Usage: All requests', 'Products: All requests']);
		assert.deepEqual(finalPermissions, ['news', 'products']);
	});

	it('replaces read-only access, also to all modules', async () => {
		const request = (id: string) => ({ method: 'DELETE', reason: readOnly(id) });
		assert.deepEqual((await grant({ permissions: ['news', 'usage:read'] }, request('usage'))).permissions, ['news', 'usage']);
		assert.deepEqual((await grant({ permissions: ['MD-0000:read'] }, request('usage'))).permissions, ['MD-0000:read', 'usage']);
		const { shown, permissions } = await grant({ permissions: ['MD-0000:read', 'news'] }, request('MD-0000'));
		assert.equal(shown[0], 'All modules: All requests');
		assert.deepEqual(permissions, ['MD-0000']);
	});

	it('changes nothing if the user cancels, if the access was granted in the meantime, or if the extension determines the modules', async () => {
		const request = { method: 'GET', reason: missing('billing') };
		assert.deepEqual((await grant({ permissions: ['usage'] }, request, { choice: null })).permissions, ['usage']);
		const granted = await grant({ permissions: ['billing:read'] }, request);
		assert.deepEqual(granted.shown, ['“CRM [x]\u200b(y)” already has access to Billing (read-only). Send the request again.']);
		assert.deepEqual(granted.permissions, ['billing:read']);
		const fixed = await grant({ extension: 'reports' }, request);
		assert.deepEqual(fixed.shown, ["Modules are determined by the extension and can't be changed."]);
		assert.deepEqual(fixed.permissions, ['reports']);
		assert.deepEqual((await grant({ permissions: ['usage'] }, { method: 'GET', reason: { kind: 'noModule' } })).shown, []);
	});
});
