import assert from 'node:assert/strict';
import type { AuditEntry } from '../../../src/broker/auditEntry';
import { KeyBroker } from '../../../src/broker/keyBroker';
import { getRequesterId, type KeyDecision, type KeyQuestion, type KeyRequester } from '../../../src/broker/keyRequest';
import { findReferences, parseShortReference, releaseReferencedKeys, replaceReferences } from '../../../src/broker/referencedKeys';
import { parseResolveArgument } from '../../../src/broker/resolveArgument';
import { findTaskReferences, parseTaskProgram, replaceTaskReferences } from '../../../src/broker/taskProgram';
import { silentLog } from '../../../src/domain/log';
import type { TokenLocator } from '../../../src/domain/tokenSources';
import { authorizationOrThrow } from '../../../src/models/keyTexts';
import { createSourceToken } from '../../support/sourceTokens';

const secretOf = (id: string) => id.slice(-1).repeat(40);
const authorizationOf = (id: string) => `ApiKey ${id}:${secretOf(id)}`;
const [FIRST, SECOND] = ['SU-000-000-001', 'SU-000-000-002'] as const;

describe('referenced keys', () => {
	const requester: KeyRequester = { kind: 'debugSession', name: 'Program', folder: 'shop' };
	let questions: KeyQuestion[];
	let records: AuditEntry[];
	let decision: KeyDecision;
	let isTrusted: boolean;
	let broker: KeyBroker;
	const tokens = [FIRST, SECOND].map((id) =>
		createSourceToken({ id }, { readKey: (tokenId) => Promise.resolve({ authorization: authorizationOf(tokenId) }) }),
	);
	const sources = { find: ({ tokenId }: TokenLocator) => Promise.resolve(tokens.find(({ token }) => token.id === tokenId)) };

	beforeEach(() => {
		questions = [];
		records = [];
		decision = 'once';
		isTrusted = true;
		broker = new KeyBroker({
			grants: { read: () => Promise.resolve([]), add: () => Promise.resolve(), remove: () => Promise.resolve() },
			ask: (question) => {
				questions.push(question);
				return Promise.resolve(decision);
			},
			reportSilence: () => undefined,
			record: (entry) => {
				records.push(entry);
				return Promise.resolve();
			},
			toAuthorization: authorizationOrThrow,
			isTrusted: () => isTrusted,
			isTest: false,
			clock: () => new Date('2030-01-01T00:00:00.000Z'),
			log: silentLog,
		});
	});

	async function resolve(...values: string[]): Promise<readonly string[]> {
		const references = values.flatMap(findReferences);
		const getKey = await releaseReferencedKeys(references, { sources, broker, requester, sessionId: getRequesterId(requester) });
		return values.map((value) => replaceReferences(value, getKey));
	}

	it('are inserted into longer values, after one question for each token', async () => {
		assert.deepEqual(await resolve(`X-Key: connect://${FIRST}, connect://${FIRST}#secret.`, `connect://${SECOND}#credential`, 'plain'), [
			`X-Key: ${authorizationOf(FIRST)}, ${secretOf(FIRST)}.`,
			`${SECOND}:${secretOf(SECOND)}`,
			'plain',
		]);
		assert.deepEqual(
			questions.map(({ request }) => [request.found.token.id, request.form, request.requester]),
			[
				[FIRST, 'authorization', requester],
				[SECOND, 'credential', requester],
			],
		);
		assert.deepEqual(
			records.map(({ isReleased, reason }) => [isReleased, reason]),
			[
				[true, 'once'],
				[true, 'once'],
			],
		);
	});

	it('are asked for in the form that contains all others if there are several', async () => {
		assert.deepEqual(await resolve(`connect://${FIRST}#secret`, `connect://${FIRST}#credential`), [
			secretOf(FIRST),
			`${FIRST}:${secretOf(FIRST)}`,
		]);
		assert.deepEqual(
			records.map(({ form }) => form),
			['authorization'],
		);
	});

	it('are not asked for again in the same session', async () => {
		decision = 'session';
		await resolve(`connect://${FIRST}`);
		await resolve(`connect://${FIRST}`);
		assert.equal(questions.length, 1);
	});

	it('are not released if the user denies it, or the workspace is not trusted', async () => {
		decision = 'deny';
		await assert.rejects(resolve(`connect://${FIRST}`, `connect://${SECOND}`), /wasn't released because you didn't allow it/);
		assert.equal(questions.length, 1);
		isTrusted = false;
		await assert.rejects(resolve(`connect://${FIRST}`), /only in trusted workspaces/);
		assert.equal(questions.length, 1);
	});

	it('are not asked for if a token does not exist', async () => {
		await assert.rejects(
			resolve(`connect://${FIRST}`, 'connect://SU-000-000-003'),
			/The token of connect:\/\/SU-000-000-003 doesn't exist/,
		);
		assert.deepEqual([questions, records], [[], []]);
	});

	it('can be referenced by the ID of the token where nothing else is possible', () => {
		assert.deepEqual(parseShortReference(`VA-100-200/${FIRST}#secret`), { tokenId: FIRST, sourceId: 'VA-100-200', form: 'secret' });
		assert.deepEqual(parseShortReference(`connect://${FIRST}`), { tokenId: FIRST, form: 'authorization' });
		assert.throws(() => parseShortReference('Nightly'), /Nightly isn't a reference to an API key/);
	});

	it('can be passed to input variables in a form', () => {
		assert.deepEqual(parseResolveArgument({ token: FIRST }), { tokenId: FIRST, form: 'authorization' });
		assert.deepEqual(parseResolveArgument({ token: `connect://${FIRST}#secret` }), { tokenId: FIRST, form: 'secret' });
		assert.deepEqual(parseResolveArgument({ token: `${FIRST}#secret`, form: 'credential' }), { tokenId: FIRST, form: 'credential' });
		for (const argument of [undefined, null, FIRST, {}, { token: 1 }, { token: FIRST, form: 'x' }, { token: FIRST, other: 1 }]) {
			assert.throws(() => parseResolveArgument(argument), /Pass \{ "token": "SU-000-000-000"/);
		}
	});

	it('can be in the environment of a task, but not in its arguments', () => {
		const program = parseTaskProgram({
			type: 'connectTokens',
			command: 'node',
			args: [`connect://${FIRST}`],
			options: { cwd: 'tools', env: { KEY: `connect://${SECOND}`, PLAIN: 'plain' } },
		});
		assert.deepEqual(findTaskReferences(program), [{ tokenId: SECOND, form: 'authorization' }]);
		assert.deepEqual(
			replaceTaskReferences(program, () => 'key'),
			{ KEY: 'key', PLAIN: 'plain' },
		);
		assert.deepEqual([program.command, program.args, program.cwd], ['node', [`connect://${FIRST}`], 'tools']);
		assert.deepEqual(parseTaskProgram({ command: 'node' }), { command: 'node', args: [], env: {} });
		for (const definition of [{}, { command: '' }, { command: 'node', args: 'x' }, { command: 'node', options: { env: { PORT: 80 } } }]) {
			assert.throws(() => parseTaskProgram(definition), /needs "command".+Correct the task in tasks\.json/);
		}
	});
});
