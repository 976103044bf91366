import assert from 'node:assert/strict';
import { problem } from '../../../src/domain/problems';
import { TokenSources } from '../../../src/domain/tokenSources';
import { tokensByVariable, findReferencedTokens, hasAllTokens, referenceValueFor } from '../../../src/requestFiles/tokenVariables';
import { findKeyReferences, formatAuthorizationReference } from '../../../src/requestFiles/keyReferences';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { eventually } from '../../support/eventually';
import { Workspaces } from '../../support/store/workspaces';
import { silentLog } from '../../../src/domain/log';

const SHARED = 'SU-900-000-001';

describe('Token sources', () => {
	const started = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	/** Opens a workspace with one token, and two accounts that have a token with the same ID. */
	async function open() {
		const platform = started();
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const own = await workspace.create({ name: 'Own' });
		const other = platform.addAccount();
		platform.account.add({ id: SHARED, name: 'First' });
		other.add({ id: SHARED, name: 'Second' });
		const one = await accounts.open(platform);
		const two = await accounts.open(platform, { platformAccount: other });
		const sources = new TokenSources(workspace, silentLog);
		sources.setAccounts([one, two]);
		return { platform, workspace, own, one, two, sources };
	}

	it('find a token by its ID and source, or the first one with the ID', async () => {
		const { sources, workspace, own, one, two } = await open();
		assert.equal((await sources.find({ tokenId: own.id }))?.source, workspace);
		assert.equal((await sources.find({ tokenId: SHARED }))?.source, one);
		assert.equal((await sources.find({ tokenId: SHARED, sourceId: two.id }))?.token.name, 'Second');
		assert.equal(await sources.find({ tokenId: SHARED, sourceId: workspace.id }), undefined);
		assert.equal(sources.get(undefined), workspace);
		assert.equal(sources.get('nothing'), undefined);
	});

	it('find a token although sources before its own cannot be read, and say why a token was not found', async () => {
		const { platform, sources, workspace, two } = await open();
		const [first, second] = platform.accounts.map(({ ownToken }) => ownToken.id);
		platform.fault(({ headers }) => headers.authorization?.includes(first!) ?? false, { outcome: 'reset' });
		assert.equal((await sources.find({ tokenId: second! }))?.source, two);
		assert.equal((await sources.find({ tokenId: SHARED }))?.source, two);
		await assert.rejects(sources.find({ tokenId: 'SU-900-000-009' }), /Couldn't reach/);
		workspace.get = () => Promise.reject(problem('The disk is full.'));
		assert.equal((await sources.find({ tokenId: second! }))?.source, two);
		await assert.rejects(sources.find({ tokenId: 'SU-900-000-009' }), /The disk is full/);
	});

	it('list readable sources if an account cannot be read, and do not request cached tokens', async () => {
		const { platform, sources, two } = await open();
		assert.deepEqual(
			(await sources.list('cached')).map(({ token }) => token.name),
			['Own'],
		);
		assert.deepEqual(platform.requests, []);
		platform.fault(({ headers }) => headers.authorization?.includes(platform.accounts[1]!.ownToken.id) ?? false, { outcome: 'reset' });
		const listed = await sources.list('complete');
		assert.ok(listed.some(({ token }) => token.name === 'First'));
		assert.ok(!listed.some(({ token }) => token.name === 'Second'));
		assert.ok(two.problem);
		assert.equal(hasAllTokens(sources), false);
	});

	it('report changes and rotations of each source until it is removed', async () => {
		const { sources, workspace, own, one, two } = await open();
		await sources.list('complete');
		let changes = 0;
		const rotated: string[] = [];
		sources.onDidChange(() => changes++);
		sources.onDidRotate(({ source, token }) => rotated.push(`${source.id} ${token.id}`));
		await two.rotate(SHARED);
		await workspace.rotate(own.id);
		await eventually(() => assert.deepEqual(rotated, [`${two.id} ${SHARED}`, `workspace ${own.id}`]));
		sources.setAccounts([one]);
		const before = changes;
		await two.disable(SHARED);
		assert.equal(changes, before);
		assert.deepEqual(sources.all, [workspace, one]);
	});

	it('are referenced by ID alone if it is unambiguous, and with the source otherwise', async () => {
		const { sources, own } = await open();
		const tokens = await sources.list('complete');
		const [ownToken, first, second] = [own.id, 'First', 'Second'].map((name) =>
			tokens.find(({ token }) => token.id === name || token.name === name)!,
		);
		const text = (await Promise.all([ownToken, first, second].map((found) => referenceValueFor(found!, sources)))).join('\n');
		assert.equal(
			text,
			[
				formatAuthorizationReference(own.id),
				formatAuthorizationReference(SHARED),
				formatAuthorizationReference(SHARED, second!.source.id),
			].join('\n'),
		);
		const byVariable = tokensByVariable(tokens);
		assert.deepEqual(
			findKeyReferences(text).map(({ variable }) => byVariable.get(variable)?.token.name),
			['Own', 'First', 'Second'],
		);
	});

	it('request tokens only if a text references one that is not in the workspace', async () => {
		const { platform, sources, own } = await open();
		await findReferencedTokens(`Authorization: ${formatAuthorizationReference(own.id)}`, sources);
		assert.deepEqual(platform.requests, []);
		const tokens = await findReferencedTokens(`Authorization: ${formatAuthorizationReference(SHARED)}`, sources);
		assert.ok(tokens.some(({ token }) => token.id === SHARED));
	});
});
