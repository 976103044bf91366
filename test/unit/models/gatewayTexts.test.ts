import assert from 'node:assert/strict';
import type { GatewayPhase } from '../../../src/domain/gatewayPhase';
import { problem } from '../../../src/domain/problems';
import { getGatewayMenuItems, getGatewayStatusBarContent, parseAuthorizationInput } from '../../../src/models/gatewayTexts';
import { commandIds } from '../../../src/models/manifestIds';

const STOPPED: GatewayPhase = { kind: 'stopped' };
const RUNNING: GatewayPhase = { kind: 'running', url: 'http://127.0.0.1:7357/public/v1' };

describe('getGatewayStatusBarContent', () => {
	const cases: [GatewayPhase, text: string, tooltip: RegExp, isError: boolean][] = [
		[STOPPED, '$(circle-slash) Gateway', /is stopped/, false],
		[{ kind: 'starting' }, '$(loading~spin) Gateway', /is starting/, false],
		[RUNNING, '$(broadcast) 127.0.0.1:7357', /is listening on http:\/\/127\.0\.0\.1:7357\/public\/v1/, false],
		[{ kind: 'failed', problem: problem('It crashed {0} times.', 4).problems[0]! }, '$(error) Gateway', /^It crashed 4 times\.$/, true],
	];
	for (const [phase, text, tooltip, isError] of cases) {
		it(`shows that the gateway is in the phase "${phase.kind}"`, () => {
			const content = getGatewayStatusBarContent(phase);
			assert.deepEqual([content.text, content.isError], [text, isError]);
			assert.match(content.tooltip, tooltip);
		});
	}
});

describe('getGatewayMenuItems', () => {
	const getCommands = (phase: GatewayPhase) => getGatewayMenuItems(phase, null).map(({ command }) => command);

	it('offers to copy the URL, restart, and stop only while the gateway is running', () => {
		assert.deepEqual(getCommands(RUNNING).slice(0, -3), [commandIds.copyGatewayUrl, commandIds.restartGateway, commandIds.stopGateway]);
		assert.deepEqual(getCommands(STOPPED).slice(0, -3), [commandIds.startGateway]);
		assert.deepEqual(getCommands(RUNNING).slice(-3), getCommands(STOPPED).slice(-3));
	});

	it('shows the gateway’s URL, and opens the gateway’s settings', () => {
		const items = getGatewayMenuItems(RUNNING, null);
		assert.equal(items[0]?.description, RUNNING.url);
		assert.deepEqual(items.at(-1)?.commandArguments, ['connectTokens.gateway']);
	});

	it('shows the upstream that a credential would be for', () => {
		const describe = (upstream: string | null | undefined) =>
			getGatewayMenuItems(STOPPED, upstream).find(({ command }) => command === commandIds.setGatewayCredential)?.description;
		assert.equal(describe('https://api.example/v1'), 'https://api.example/v1');
		assert.equal(describe(null), 'No upstream set');
		assert.equal(describe(undefined), "Upstream URL isn't valid");
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
