import assert from 'node:assert/strict';
import { silentLog, type Log } from '../../src/domain/log';
import type { SourceToken } from '../../src/domain/tokenSources';
import { toTokenRef } from '../../src/models/commandTargets';
import { KeyRelease, type KeyUse } from '../../src/models/keyRelease';
import type { ConfirmationText } from '../../src/models/lifecycleTexts';
import { markOwn } from '../../src/models/ownArguments';
import { chooseTerminalShell, type InspectedSetting, type TerminalHost } from '../../src/models/terminalShell';
import { SourceNode, TokenNode } from '../../src/models/treeNodes';
import { createSourceToken } from '../support/sourceTokens';

describe('A task or key binding of a repository that runs a command that releases a key', () => {
	const found = createSourceToken();
	const copy: KeyUse = { title: 'Copy API Key', destination: 'clipboard' };
	let questions: ConfirmationText[];
	let isAllowed: boolean;

	beforeEach(() => {
		questions = [];
		isAllowed = false;
	});

	function createKeyRelease(isTest = false, log: Log = silentLog): KeyRelease {
		const confirm = (question: ConfirmationText) => {
			questions.push(question);
			return Promise.resolve(isAllowed);
		};
		return new KeyRelease({ confirm, isTest, log });
	}

	const ownArguments = (target: SourceToken): readonly object[] => [
		markOwn({ tokenId: target.token.id, sourceId: target.source.id }),
		markOwn({ uri: 'file:///requests.http', line: 0, client: 'client' }),
	];

	it('gets nothing if the user does not allow it, whatever the argument looks like', async () => {
		const forged = [...ownArguments(found), new TokenNode(found, new Date())].flatMap((argument) => [
			JSON.parse(JSON.stringify(argument)) as object,
			{ ...argument },
			{ ...argument, isFromLink: true, isOwn: true },
			structuredClone({ ...(argument as { target?: object }).target }),
		]);
		const keyRelease = createKeyRelease();
		const plain = [
			// Picked in a list, which a task can accept, and named by a button of a notification, which a task can select.
			undefined,
			null,
			toTokenRef(found),
			{ tokenId: found.token.id },
			{ tokenId: found.token.id, form: 'secret' },
			{ form: 'secret' },
			[],
			'',
			0,
			false,
			...forged,
		];
		for (const [index, argument] of plain.entries()) {
			await assert.rejects(keyRelease.assertAllowed(argument, found, copy), /wasn't released because you didn't allow it/);
			assert.equal(questions.length, index + 1, JSON.stringify(argument));
		}
		assert.equal(questions[0]!.message, 'Allow “Copy API Key” to use the API key of “Nightly import” (SU-631-646-036)?');
	});

	it('gets nothing for the node that has the focus in the Tokens view, which VS Code passes to it', async () => {
		const keyRelease = createKeyRelease();
		for (const node of [new TokenNode(found, new Date()), new SourceNode(found.source)]) {
			await assert.rejects(keyRelease.assertAllowed(node, found, copy), /wasn't released because you didn't allow it/);
		}
		assert.equal(questions.length, 2);
	});

	it('asks again once the workspace is trusted, because its tasks could not repeat before what the user allowed', async () => {
		isAllowed = true;
		const keyRelease = createKeyRelease();
		await keyRelease.assertAllowed(undefined, found, copy);
		keyRelease.forgetAnswers();
		await keyRelease.assertAllowed(undefined, found, copy);
		assert.equal(questions.length, 2);
	});

	it('asks once for each token and destination after the user has allowed it, also if commands run at the same time', async () => {
		isAllowed = true;
		const keyRelease = createKeyRelease();
		await Promise.all([1, 2, 3].map(() => keyRelease.assertAllowed({ tokenId: found.token.id }, found, copy)));
		const other = createSourceToken({ id: 'SU-000-000-001' });
		const sameIdElsewhere = createSourceToken({}, { id: 'VA-1' });
		for (const token of [found, other, sameIdElsewhere, other]) {
			await keyRelease.assertAllowed({}, token, copy);
			await keyRelease.assertAllowed(new TokenNode(token, new Date()), token, copy);
		}
		assert.equal(questions.length, 3);

		questions = [];
		const destinations = ['clipboard', 'terminal', 'file', 'request'] as const;
		for (const destination of [...destinations, ...destinations]) {
			await keyRelease.assertAllowed({}, found, { title: 'Use', destination });
		}
		assert.deepEqual(
			questions.map(({ detail }) => detail.split('.')[0]),
			[
				'Programs in a new terminal will be able to read the key',
				'The key will be inserted into a file in plain text',
				'The key will be sent with a request',
			],
		);
	});

	it('asks again after the token was changed, for example rotated or disabled', async () => {
		isAllowed = true;
		const keyRelease = createKeyRelease();
		const updated = { ...found.token.updated, at: '2030-01-02T00:00:00.000Z' };
		const changed = { ...found, token: { ...found.token, updated } };
		for (const target of [found, changed, changed]) {
			await keyRelease.assertAllowed({}, target, copy);
		}
		assert.equal(questions.length, 2);
	});

	it('cannot change an argument of the extension, whose own links and pages never ask', async () => {
		const keyRelease = createKeyRelease();
		for (const argument of ownArguments(found)) {
			await keyRelease.assertAllowed(argument, found, copy);
		}
		assert.throws(() => Object.assign(ownArguments(found)[0]!, { tokenId: 'SU-000-000-001' }), TypeError);
		assert.deepEqual(questions, []);
	});

	it('is allowed and recorded in tests, which have no user', async () => {
		const records: string[] = [];
		const log = { ...silentLog, info: (message: string) => records.push(message) } as Log;
		await createKeyRelease(true, log).assertAllowed({ tokenId: found.token.id }, found, copy);
		assert.deepEqual([records.length, questions.length], [1, 0]);
		assert.match(records[0]!, /SU-631-646-036/);
	});
});

describe("A repository's settings for the terminal that contains a key", () => {
	const programs = new Set(['/bin/bash', '/usr/bin/zsh', '/repo/evil', '/repo/bash', 'C:\\Windows\\System32\\cmd.exe']);
	const host: TerminalHost = {
		platform: 'linux',
		environment: { PATH: '.:/repo-relative:/bin:/usr/bin', SHELL: '/bin/bash', HOME: '/home/someone' },
		isFile: (path) => programs.has(path),
	};
	const evil = { path: '/repo/evil', env: { BASH_ENV: '/repo/evil' } };
	const defaults: Record<string, InspectedSetting> = {
		'profiles.linux': { defaultValue: { bash: { path: 'bash' }, zsh: { path: 'zsh', args: ['-i'] } } },
	};
	const choose = (settings: Record<string, InspectedSetting>, changes: Partial<TerminalHost> = {}) =>
		chooseTerminalShell((name) => settings[name], { ...host, ...changes });

	it('change neither its shell nor its environment', () => {
		const hostile = ['workspaceValue', 'workspaceFolderValue'].map((scope) => ({
			'defaultProfile.linux': { [scope]: 'evil' },
			'profiles.linux': { ...defaults['profiles.linux'], [scope]: { evil, bash: evil, zsh: evil } },
			'env.linux': { [scope]: { BASH_ENV: '/repo/evil', PATH: '/repo', LD_PRELOAD: '/repo/evil' } },
		}));
		for (const settings of hostile) {
			const shell = choose(settings);
			// In remote windows, variables that aren't mentioned keep the workspace's value.
			const env = { ...host.environment, BASH_ENV: null, LD_PRELOAD: null };
			assert.deepEqual(shell, { shellPath: '/bin/bash', shellArgs: [], env, strictEnv: true });
		}
	});

	it('leave those of the user', () => {
		const settings = {
			'defaultProfile.linux': { defaultValue: null, globalValue: 'zsh' },
			'profiles.linux': {
				...defaults['profiles.linux'],
				globalValue: { mine: { path: ['missing', '/bin/bash'], args: '-x', env: { MINE: '1' } } },
			},
			'env.linux': { globalValue: { EDITOR: '${env:HOME}/vi', SHELL: null } },
		};
		const shell = choose(settings);
		assert.deepEqual([shell.shellPath, shell.shellArgs], ['/usr/bin/zsh', ['-i']]);
		assert.deepEqual([shell.env.EDITOR, shell.env.SHELL], ['/home/someone/vi', null]);
		const mine = choose({ ...settings, 'defaultProfile.linux': { globalValue: 'mine' } });
		assert.deepEqual([mine.shellPath, mine.shellArgs, mine.env.MINE], ['/bin/bash', '-x', '1']);
	});

	it('find no program in the current folder, and fall back to the login shell', () => {
		for (const path of ['./evil', 'repo/evil', '../repo/evil', '', '${workspaceFolder}/evil', 42]) {
			const profiles = { globalValue: { chosen: { path } } };
			assert.equal(choose({ 'defaultProfile.linux': { globalValue: 'chosen' }, 'profiles.linux': profiles }).shellPath, '/bin/bash');
		}
		assert.equal(choose({}, { isFile: () => false }).shellPath, '/bin/sh');
		assert.deepEqual(choose({}, { platform: 'darwin' }).shellArgs, ['-l']);
	});

	it('are ignored on Windows, too', () => {
		const windows = { platform: 'win32', environment: { SystemRoot: 'C:\\Windows', windir: 'C:\\Windows' } } as const;
		const settings = {
			'defaultProfile.windows': { globalValue: 'Command Prompt', workspaceValue: 'evil' },
			'profiles.windows': {
				defaultValue: { 'Command Prompt': { path: ['${env:windir}\\System32\\cmd.exe'] }, PowerShell: { source: 'PowerShell' } },
			},
		};
		assert.equal(choose(settings, windows).shellPath, 'C:\\Windows\\System32\\cmd.exe');
		const fallback = choose({ ...settings, 'defaultProfile.windows': { globalValue: 'PowerShell' } }, windows);
		assert.match(fallback.shellPath, /powershell\.exe$/);
	});

	it("don't expose the keys of other tokens, or VS Code's internal variables", () => {
		const environment = {
			...host.environment,
			CONNECT_SU_631_646_036: 'x',
			CONNECT_VA_1_SU_000_000_000: 'x',
			VSCODE_IPC_HOOK: 'x',
			ELECTRON_RUN_AS_NODE: '1',
		};
		assert.deepEqual(choose({}, { environment }).env, host.environment);
	});
});
