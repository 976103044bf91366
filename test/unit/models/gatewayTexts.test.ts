import assert from 'node:assert/strict';
import type { GatewayPhase } from '../../../src/domain/gatewayPhase';
import type { ConfiguredUpstream } from '../../../src/domain/ports';
import { problem } from '../../../src/domain/problems';
import {
	credentialPromptText,
	credentialSavedText,
	getGatewayMenuItems,
	getGatewayStatusBarContent,
	parseAuthorizationInput,
	validateAuthorizationInput,
	savedPortText,
	validatePortInput,
} from '../../../src/models/gatewayTexts';
import { commandIds } from '../../../src/models/manifestIds';

const STOPPED: GatewayPhase = { kind: 'stopped' };
const RUNNING: GatewayPhase = { kind: 'running', url: 'http://127.0.0.1:7357/public/v1' };

describe('getGatewayStatusBarContent', () => {
	const cases: [GatewayPhase, text: string, tooltip: RegExp, themeColor: string | undefined][] = [
		[STOPPED, '$(circle-slash) Gateway', /is stopped/, undefined],
		[{ kind: 'starting' }, '$(loading~spin) Gateway', /is starting/, undefined],
		[
			RUNNING,
			'$(broadcast) Gateway :7357',
			/is listening on http:\/\/127\.0\.0\.1:7357\/public\/v1\. It has no upstream, so it echoes/,
			undefined,
		],
		[
			{ kind: 'failed', problem: problem('It crashed {0} times.', 4).problems[0]! },
			'$(error) Gateway',
			/^It crashed 4 times\.$/,
			'statusBarItem.errorBackground',
		],
	];
	for (const [phase, text, tooltip, themeColor] of cases) {
		it(`shows that the gateway is in the phase "${phase.kind}"`, () => {
			const content = getGatewayStatusBarContent(phase, null);
			assert.deepEqual([content.text, content.themeColor], [text, themeColor]);
			assert.match(content.tooltip, tooltip);
		});
	}

	it('shows the account and the host that a running gateway forwards requests to', () => {
		const url = 'https://api.example/public/v1';
		const tooltip = (account: ConfiguredUpstream['account']) => getGatewayStatusBarContent(RUNNING, { url, account }).tooltip;
		assert.match(
			tooltip({ sourceId: 'VA-1', name: 'Acme' }),
			/ forwards requests to https:\/\/api\.example\/public\/v1 using the key of account “Acme”\. Click/,
		);
		assert.match(tooltip(null), / forwards requests to https:\/\/api\.example\/public\/v1\. Click/);
	});
});

describe('getGatewayMenuItems', () => {
	const getCommands = (phase: GatewayPhase) => getGatewayMenuItems(phase, null, undefined).map(({ command }) => command);

	it('offers to copy the URL, restart, and stop only while the gateway is running', () => {
		assert.deepEqual(getCommands(RUNNING).slice(0, -4), [commandIds.copyGatewayUrl, commandIds.restartGateway, commandIds.stopGateway]);
		assert.deepEqual(getCommands(STOPPED).slice(0, -4), [commandIds.startGateway]);
		assert.deepEqual(getCommands(RUNNING).slice(-4), getCommands(STOPPED).slice(-4));
	});

	it('has a label and an icon for each item', () => {
		const listLabels = (phase: GatewayPhase) => getGatewayMenuItems(phase, null, undefined).map(({ label }) => label);
		const common = ['$(cloud) Choose Upstream…', '$(key) Set Credential…', '$(plug) Choose Port…', '$(gear) Open Settings'];
		assert.deepEqual(listLabels(RUNNING), ['$(copy) Copy URL', '$(debug-restart) Restart', '$(debug-stop) Stop', ...common]);
		assert.deepEqual(listLabels(STOPPED), ['$(play) Start', ...common]);
		assert.equal(getGatewayMenuItems(STOPPED, null, undefined).at(-1)?.command, 'workbench.action.openSettings');
	});

	it('shows the gateway’s URL, and opens the gateway’s settings', () => {
		const items = getGatewayMenuItems(RUNNING, null, undefined);
		assert.equal(items[0]?.description, RUNNING.url);
		assert.deepEqual(items.at(-1)?.commandArguments, ['connectTokens.gateway']);
	});

	it('opens the settings of the machine that the gateway runs on', () => {
		const { command, commandArguments } = getGatewayMenuItems(STOPPED, null, 'ssh-remote').at(-1)!;
		assert.equal(command, 'workbench.action.openRemoteSettings');
		assert.deepEqual(commandArguments, [{ query: 'connectTokens.gateway' }]);
	});

	it('shows the upstream', () => {
		const describe = (upstream: ConfiguredUpstream | null | undefined) =>
			getGatewayMenuItems(STOPPED, upstream, undefined).find(({ command }) => command === commandIds.chooseUpstream)?.description;
		const url = 'https://api.example/v1';
		assert.equal(describe({ url, account: null }), 'api.example');
		assert.equal(describe({ url, account: { sourceId: 'VA-1', name: '$(x) Acme' } }), '$\u200b(x) Acme · api.example');
		assert.equal(describe({ url, account: { sourceId: 'VA-1', name: undefined } }), 'VA-1 (removed) · api.example');
		assert.equal(describe(null), 'No upstream set');
		assert.equal(describe(undefined), "Upstream URL isn't valid");
	});
});

describe('A port that the user enters', () => {
	it('is confirmed once it is saved', () => {
		assert.equal(savedPortText(7360), '$(check) The gateway uses port 7360');
		assert.equal(savedPortText(0), '$(check) The gateway uses any free port');
	});

	it('is a number up to 65535', () => {
		for (const input of ['0', '1', ' 7357 ', '65535']) {
			assert.equal(validatePortInput(input), undefined, input);
		}
		for (const input of ['', '65536', '-1', '1.5', '1e3', '0x10', 'http', '99999999']) {
			assert.match(validatePortInput(input)!, /^Enter a number from 1 to 65535/, input);
		}
	});
});

describe('parseAuthorizationInput', () => {
	const secret = '0123456789'.repeat(4);
	const cases: [input: string, expected: string | undefined][] = [
		['', ''],
		['   ', ''],
		['Bearer abc.def', 'Bearer abc.def'],
		['  Basic dTpw ', 'Basic dTpw'],
		[`apikey  su-000-000-000:${secret}`, `ApiKey SU-000-000-000:${secret}`],
		[`SU-000-000-000:${secret}`, `ApiKey SU-000-000-000:${secret}`],
		['abcdef', undefined],
		['Bearer  abc', undefined],
		['Bearer ab\nc', undefined],
		['Bearer “abc”', undefined],
	];
	for (const [input, expected] of cases) {
		it(`${expected === undefined ? 'rejects' : 'accepts'} ${JSON.stringify(input.replace(secret, '…'))}`, () => {
			assert.equal(parseAuthorizationInput(input), expected);
		});
	}
});

describe('The prompt for the gateway’s credential', () => {
	const origin = 'https://api.example';

	it('offers to remove a credential only if one is stored for the same origin', () => {
		assert.match(credentialPromptText(origin, origin), /^Enter a new .* https:\/\/api\.example, or leave empty to remove/);
		for (const stored of [undefined, 'https://other.example']) {
			assert.match(credentialPromptText(origin, stored), /^Enter the Authorization header value for https:\/\/api\.example, such as/);
		}
	});

	it('shows an error unless the text is a scheme and a credential, or empty', () => {
		assert.match(validateAuthorizationInput('one-word')!, /^Enter a scheme and a credential/);
		assert.equal(validateAuthorizationInput('Bearer abc'), undefined);
		assert.equal(validateAuthorizationInput(''), undefined);
	});

	it('confirms what was saved, without the credential', () => {
		assert.match(credentialSavedText('', origin), /^Gateway credential removed\. .* caller's Authorization header\.$/);
		assert.equal(credentialSavedText('Bearer abc', origin), 'Gateway credential saved. The gateway sends it only to https://api.example.');
	});
});
