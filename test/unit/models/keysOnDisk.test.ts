import assert from 'node:assert/strict';
import type { FoundKey, Place, Remedy } from '../../../src/keysOnDisk/foundKey';
import {
	chooseAction,
	findingItems,
	groupKeys,
	nothingFoundText,
	notChangedText,
	notSearchedText,
	placeItems,
	removeCliAccountsConfirmation,
	replaceConfirmation,
	replacedText,
	type DiskFinding,
	type KeyState,
} from '../../../src/models/keysOnDisk';

const SECRET = '0f1e'.repeat(10);
const KNOWN: KeyState = {
	owner: { tokenId: 'SU-631-646-036', name: 'Shop [out](x)' },
	isReadable: true,
	isCurrent: true,
	account: 'unknown',
};
const UNKNOWN: KeyState = { ...KNOWN, owner: undefined, isReadable: false, isCurrent: false };
const identity = (path: string) => path;

function createKey(remedy: Remedy | undefined, changes: Partial<FoundKey> = {}): FoundKey {
	return {
		start: 0,
		end: 55,
		tokenId: 'SU-631-646-036',
		secret: SECRET,
		form: 'authorization',
		isSecretOnly: false,
		line: 7,
		remedy,
		...changes,
	};
}

function createFinding(remedy: Remedy | undefined, changes: Partial<DiskFinding> = {}): DiskFinding {
	const keys = [createKey(remedy)];
	const state = changes.state ?? KNOWN;
	const place: Place = { kind: 'shellHistory', path: '/home/.bash_history', exists: true };
	return { place, keys, isInvalidJson: false, state, action: chooseAction((changes.keys ?? keys)[0]!, state), ...changes };
}

describe('chooseAction', () => {
	it('replaces only a key that a reference can provide', () => {
		for (const remedy of ['reference', 'headersHelper', 'run'] as const) {
			assert.equal(chooseAction(createKey(remedy), KNOWN), 'replace');
			assert.equal(chooseAction(createKey(remedy), { ...KNOWN, isReadable: false }), 'open');
			assert.equal(chooseAction(createKey(remedy), UNKNOWN), 'import');
		}
		assert.equal(chooseAction(createKey(undefined), KNOWN), 'open');
	});

	it('replaces a key of a server only if it is the current one, because the file of a repository could contain any other', () => {
		const actions = (['headersHelper', 'run', 'reference'] as const).map((remedy) =>
			chooseAction(createKey(remedy), { ...KNOWN, isCurrent: false }),
		);
		assert.deepEqual(actions, ['open', 'open', 'replace']);
	});

	it('trusts an ID in another value only if the secret is that of the token', () => {
		const key = createKey('reference', { isSecretOnly: true });
		assert.deepEqual(
			[KNOWN, { ...KNOWN, isCurrent: false }, UNKNOWN].map((state) => chooseAction(key, state)),
			['replace', 'open', 'open'],
		);
	});

	it("offers to remove an account of CloudBlue's command line only if its token is used here", () => {
		const actions = (['unknown', 'added', 'sameKey'] as const).map((account) =>
			chooseAction(createKey('account'), { ...UNKNOWN, account }),
		);
		assert.deepEqual(actions, ['addAccount', 'open', 'removeAccount']);
	});

	it('leaves histories of REST Client to the command for them', () => {
		assert.equal(chooseAction(createKey('history'), { ...KNOWN, isReadable: false }), 'cleanHistory');
		assert.equal(chooseAction(createKey('history'), UNKNOWN), 'import');
	});
});

describe('the lists of keys outside the workspace', () => {
	it('select the files that exist, and list the others below them', () => {
		const place = (path: string, exists: boolean): Place => ({ kind: 'cursor', path, exists });
		assert.deepEqual(
			placeItems([place('missing', false), place('a', true)], (path) => `~/${path}`).map((item) =>
				'heading' in item ? item.heading : [item.label, item.description, item.picked],
			),
			[['~/a', 'Cursor', true], 'Not on this machine', ['~/missing', 'Cursor', false]],
		);
	});

	it('show no secret, escape names, and select nothing', () => {
		const items = findingItems(
			[
				createFinding('reference', { keys: groupKeys([createKey('reference', { line: 3 }), createKey('reference')])[0]! }),
				createFinding('reference', { state: UNKNOWN }),
				createFinding(undefined, { keys: [createKey(undefined, { tokenId: undefined })], state: UNKNOWN, isInvalidJson: true }),
			],
			identity,
		);
		assert.deepEqual(
			items.map((item) => ('heading' in item ? item.heading : [item.label, item.description, item.detail, item.picked])),
			[
				'/home/.bash_history',
				['Shop [out]\u200b(x)', 'SU-631-646-036 · 2 times, first on line 3', 'Replace with connect://SU-631-646-036', undefined],
				['Unknown token', 'SU-631-646-036 · line 7', 'Import the token, then replace the key', undefined],
				['Unknown token', 'line 7', "Open the file, which isn't valid JSON", undefined],
			],
		);
	});

	it('say what happens to each key', () => {
		const detail = (finding: DiskFinding) => {
			const item = findingItems([finding], identity)[1]!;
			return 'heading' in item ? undefined : item.detail;
		};
		const account = { id: 'VA-000-001', name: 'Vendor', endpoint: 'https://a.example' };
		const ofAccount = (state: KeyState['account']) =>
			createFinding('account', { keys: [createKey('account', { account })], state: { ...UNKNOWN, account: state } });
		assert.match(detail(createFinding('headersHelper'))!, /headers helper/);
		assert.match(detail(createFinding('run'))!, /start the server with connect-tokens run/);
		assert.match(detail(createFinding('reference', { place: { kind: 'envFile', path: 'a', exists: true } }))!, /--env-file/);
		assert.match(detail(createFinding('history'))!, /all known tokens/);
		assert.match(detail(createFinding('run', { state: { ...KNOWN, isReadable: false } }))!, /can't be read/);
		assert.match(detail(createFinding(undefined))!, /aren't supported/);
		assert.match(detail(ofAccount('unknown'))!, /VA-000-001.*keeps the key/);
		assert.match(detail(ofAccount('added'))!, /another key of the account/);
		assert.match(detail(ofAccount('sameKey'))!, /Remove the account from ccli/);
	});

	it('group the same keys of a file', () => {
		const keys = [
			createKey('reference'),
			createKey(undefined),
			createKey('reference'),
			createKey('reference', { secret: SECRET.replace('0', '1') }),
		];
		assert.deepEqual(
			groupKeys(keys).map((group) => group.length),
			[2, 1, 1],
		);
	});
});

describe('the messages about keys outside the workspace', () => {
	const ofClaude = createFinding('headersHelper', { place: { kind: 'claudeCode', path: '/home/.claude.json', exists: true } });

	it('warn before programs that write their files again are running', () => {
		const { message, detail } = replaceConfirmation([createFinding('reference'), ofClaude], identity);
		assert.equal(message, 'Replace 2 API keys?');
		assert.match(detail, /\.bash_history\n.*\.claude\.json[^]*can't be undone[^]*shell[^]*Claude Code/);
		assert.doesNotMatch(replaceConfirmation([ofClaude], identity).detail, /shell/);
	});

	it('count keys and files, and ask to rotate', () => {
		const twice = createFinding('reference', { keys: [createKey('reference'), createKey('reference')] });
		assert.match(replacedText([createFinding('reference')]), /^Replaced 1 API key\..*Rotate/);
		assert.match(replacedText([twice]), /^Replaced 2 API keys in 1 file\./);
		assert.match(replacedText([twice, ofClaude]), /^Replaced 3 API keys in 2 files\./);
		assert.match(replacedText([twice]), /Rotate their tokens\.$/);
		assert.match(replacedText([ofClaude], true), /connect-tokens command, which isn't installed.*Rotate its token\.$/);
		assert.doesNotMatch(replacedText([ofClaude]), /installed/);
		assert.match(nothingFoundText(0), /None of the selected files exist/);
		assert.equal(nothingFoundText(1), 'Found no API keys in 1 file.');
		assert.equal(nothingFoundText(3), 'Found no API keys in 3 files.');
	});

	it('name each file that was left alone, and why', () => {
		assert.match(
			notSearchedText((['tooLarge', 'notText', 'unreadable'] as const).map((failure) => ({ path: `~/${failure}`, failure }))),
			/tooLarge.*20 MB.*notText.*UTF-8.*unreadable.*permissions/,
		);
		assert.match(
			notChangedText(
				(['changed', 'unsaved', 'readOnly', 'linked', 'failed'] as const).map((failure) => ({ path: `~/${failure}`, failure })),
			),
			/changed.*Search again.*unsaved.*Save it.*readOnly.*permission.*linked.*hard links.*failed.*Open it/,
		);
	});

	it('name the accounts to remove', () => {
		assert.match(removeCliAccountsConfirmation(['Vendor'], '~/c').message, /“Vendor” from ~\/c/);
		const { message, detail } = removeCliAccountsConfirmation(['A', 'B'], '~/c');
		assert.match(`${message}\n${detail}`, /2 accounts[^]*A\nB[^]*can't be undone/);
	});
});
