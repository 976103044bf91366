import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/domain/emitter';
import type { KeyReading, TokenSource, WorkspaceTokens } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/sources';
import type { Token } from '../../src/domain/token';
import { referenceTo, variableFor } from '../../src/http/references';
import { Alarm } from '../../src/ui/alarm';
import { HandOver } from '../../src/ui/requestFiles/handOver';
import { eventually } from '../support/eventually';

const KNOWN = 'SU-810-000-001';
const STALLED = 'SU-820-000-001';
const clock = () => new Date();

describe('the keys of accounts in request files', function () {
	this.timeout(60_000);
	let sources: TokenSources;
	let handOver: HandOver;
	/** Answers for the platform that does not. */
	let answer: (reading: KeyReading) => void;
	let isAsked: boolean;

	beforeEach(() => {
		isAsked = false;
		sources = new TokenSources(source('workspace', [], () => assert.fail()) as WorkspaceTokens);
		sources.setAccounts([
			source('VA-1', [KNOWN], () => Promise.resolve({ authorization: keyOf(KNOWN) })),
			source('VA-2', [STALLED], () => {
				isAsked = true;
				return new Promise((resolve) => (answer = resolve));
			}),
		]);
		handOver = new HandOver(sources, clock, new Alarm(clock));
	});

	afterEach(async () => {
		handOver.dispose();
		sources.dispose();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	/** Has one key handed over, and the platform of another keep the next update waiting. */
	async function openBoth(): Promise<void> {
		await open(KNOWN);
		await eventually(() => assert.equal(handedOver(KNOWN), keyOf(KNOWN).replace('ApiKey ', '')));
		await open(STALLED);
		await eventually(() => assert.ok(isAsked));
	}

	it('are gone with their account, though another platform keeps us waiting', async () => {
		await openBoth();
		sources.setAccounts(sources.all.slice(2));
		await eventually(() => assert.equal(handedOver(KNOWN), undefined));
	});

	it('are gone with the tab that refers to them, though a platform keeps us waiting, and do not come when it answers at last', async () => {
		await openBoth();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await eventually(() => assert.equal(handedOver(KNOWN), undefined));
		answer({ authorization: keyOf(STALLED) });
		await handOver.update();
		assert.equal(handedOver(STALLED), undefined);
	});
});

const keyOf = (id: string) => `ApiKey ${id}:${'ab'.repeat(20)}`;
const handedOver = (id: string) => process.env[variableFor(id)];

async function open(id: string): Promise<void> {
	const content = `GET http://a.example\nAuthorization: ${referenceTo(id)}\n`;
	await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }), { preview: false });
}

function source(id: string, ids: readonly string[], readKey: () => Promise<KeyReading>): TokenSource {
	const emitter = new Emitter();
	const on = () => emitter.on(() => undefined);
	const tokens = ids.map(
		(one) => ({ id: one, status: 'active', expirationDate: null, renewedExpirationDate: null, updated: { at: '', by: '' } }) as Token,
	);
	const partial: Partial<TokenSource> = {
		id,
		list: () => Promise.resolve(tokens),
		readKey,
		onDidChange: on,
		onDidCount: on,
		onDidRotate: on,
	};
	return partial as TokenSource;
}
