import assert from 'node:assert/strict';
import { mergeCustomModules } from '../../../src/domain/customModules';
import { problem, ProblemError, solvableProblem, type ProblemTopic } from '../../../src/domain/problems';
import { readAuthorizationForUpstream } from '../../../src/gateway/gatewayCredential';
import { FixableError } from '../../../src/models/fixableError';
import { fixesForError, fixesForProblem } from '../../../src/models/problemFixes';
import { commandIds } from '../../../src/models/manifestIds';
import { createSettingsReader } from '../../../src/models/settings';

async function errorOf(action: () => unknown): Promise<unknown> {
	try {
		await action();
	} catch (error) {
		return error;
	}
	throw new Error('It should have failed.');
}

const titles = (error: unknown) => fixesForError(error, undefined).map(({ title }) => title);

describe('Buttons of an error', () => {
	it('change what keeps the gateway from starting, and start it', async () => {
		const credential = { origin: 'https://api.example', sourceId: 'VA-1' };
		const missingAccount = await errorOf(() =>
			readAuthorizationForUpstream(credential, 'https://api.example/v1', () => Promise.resolve(undefined)),
		);
		const invalidUpstream = await errorOf(() => createSettingsReader({ get: () => 'nonsense' }, () => undefined).readGatewayUpstream());
		for (const error of [missingAccount, invalidUpstream]) {
			assert.deepEqual(titles(error), ['Choose Upstream…', 'No Upstream']);
			assert.deepEqual(
				fixesForError(error, undefined).map(({ command, argument }) => [command, argument]),
				[commandIds.chooseUpstream, commandIds.useNoUpstream].map((id) => [id, { isFromLink: true, startsGateway: true }]),
			);
		}
		const unencrypted = await errorOf(() =>
			readAuthorizationForUpstream({ origin: 'http://api.example', authorization: 'Bearer x' }, 'http://api.example', () =>
				Promise.resolve(undefined),
			),
		);
		assert.deepEqual(titles(unencrypted), ['Choose Upstream…', 'Set Credential…']);
	});

	it('open the settings of the machine that the gateway runs on', async () => {
		const error = await errorOf(() => mergeCustomModules({ Orders: [] }));
		assert.deepEqual(fixesForError(error, undefined), [
			{ title: 'Open Settings', command: 'workbench.action.openSettings', argument: 'connectTokens.modules' },
		]);
		assert.deepEqual(fixesForError(error, 'ssh-remote'), [
			{ title: 'Open Settings', command: 'workbench.action.openRemoteSettings', argument: { query: 'connectTokens.modules' } },
		]);
	});

	it('keep the port that the gateway moved to, or choose another one', () => {
		const fixes = fixesForProblem({ topic: 'otherPort', args: [7357, 7360] }, undefined);
		assert.deepEqual(
			fixes.map(({ title, command }) => [title, command]),
			[
				['Keep Port 7360', commandIds.chooseGatewayPort],
				['Choose Port…', commandIds.chooseGatewayPort],
			],
		);
		assert.deepEqual(
			fixes.map(({ argument }) => 'keepsCurrent' in (argument as object)),
			[true, false],
		);
	});

	it('exist for each kind of problem', () => {
		const topics: Record<ProblemTopic, readonly string[]> = {
			port: ['Choose Port…'],
			otherPort: ['Keep Port 7360', 'Choose Port…'],
			upstream: ['Choose Upstream…', 'No Upstream'],
			noUpstream: ['Choose Upstream…'],
			credential: ['Choose Upstream…', 'Set Credential…'],
			modules: ['Open Settings'],
			stopped: ['Start Gateway'],
			crash: ['Start Gateway', 'Show Log'],
			noTokens: ['Create Token'],
			noAccounts: ['Add Connect Account'],
			noFolder: ['Open Folder'],
			untrusted: ['Manage Workspace Trust'],
		};
		for (const [topic, expected] of Object.entries(topics)) {
			assert.deepEqual(titles(solvableProblem(topic as ProblemTopic, 'Something.', 7357, 7360)), expected, topic);
		}
	});

	it('are those of the error itself, and none if nothing is known', () => {
		const fix = { title: 'Fix', command: 'x' };
		assert.deepEqual(fixesForError(new FixableError({ field: null, template: 'A', args: [] }, fix), undefined), [fix]);
		for (const error of [problem('Something.'), new ProblemError([]), new Error('x'), undefined]) {
			assert.deepEqual(fixesForError(error, undefined), []);
		}
	});
});
