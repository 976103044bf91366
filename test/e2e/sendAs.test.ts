import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import { repositoryRoot } from '../host/paths';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { startRecordingServer } from '../support/recordingServer';
import {
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	insertHeader,
	openFile,
	readClipboard,
	showTokensView,
} from '../support/workbenchDriver';

const TOKEN_NAME = 'Sender';

/** Each client's own command for sending the request at the cursor. */
const CLIENT_COMMANDS = { httpyac: 'httpYac: Send', restClient: 'Rest Client: Send Request' };

for (const client of ['httpyac', 'restClient'] as const) {
	describe(`sending a request with ${client}, in the real workbench`, function () {
		this.timeout(180_000);
		skipRestAfterFailure();
		let workbench: Workbench;
		let page: Page;
		let folder: string;
		let home: string;
		let api: Awaited<ReturnType<typeof startRecordingServer>>;
		const keys: string[] = [];

		const codeLens = () => page.locator('.codelens-decoration a', { hasText: `Send as ${TOKEN_NAME}` });
		const waitForRequests = (count: number) =>
			eventually(() => {
				assert.equal(api.received.length, count);
				return api.received.at(-1)!.headers.authorization;
			});
		/** Sends with the CodeLens, and waits for the request to arrive. */
		const sendWithCodeLens = async () => {
			const { length } = api.received;
			await codeLens().click();
			return waitForRequests(length + 1);
		};
		const copyApiKey = async () => {
			await page.evaluate(() => navigator.clipboard.writeText(''));
			await chooseMenuItem(page, TOKEN_NAME, 'Copy API Key');
			return eventually(async () => {
				const text = await readClipboard(page);
				assert.match(text, /^ApiKey SU-/);
				return text;
			});
		};

		before(async () => {
			api = await startRecordingServer();
			home = await mkdtemp(join(tmpdir(), 'connect-tokens-client-'));
			({ workbench, folder } = await openWorkbench({
				env: { VSC_REST_CLIENT_HOME: home },
				extraExtensions: [join(repositoryRoot, 'test/support/clients', client)],
				settings: { 'connectTokens.http.exposeKeys': 'never' },
				seed: (path) => writeFile(join(path, 'send.http'), `GET ${api.origin}/products\nAccept: application/json\n`),
			}));
			({ page } = workbench);
			await showTokensView(page);
			const wizard = await openWizardFromPalette(page);
			await fillGeneralStep(wizard, TOKEN_NAME);
			await completeWizard(wizard, '30 days', ['Products']);
			await wizard.getByRole('button', { name: 'Close' }).click();
			await openFile(page, 'send.http');
		});

		after(async () => {
			await (workbench as Workbench | undefined)?.close();
			await api.stop();
			await rm(home, { recursive: true, force: true });
		});

		it('is offered once the request contains a reference, and provides the key to the client', async () => {
			assert.equal(await codeLens().count(), 0);
			await insertHeader(page, TOKEN_NAME);
			await codeLens().waitFor();
			await runPaletteCommand(page, 'File: Save');
			keys.push(await copyApiKey());
			assert.equal(await sendWithCodeLens(), keys[0]);
			await eventually(async () => {
				const saved = await readFile(join(folder, 'send.http'), 'utf8');
				assert.match(saved, /Authorization: ApiKey \{\{\$processEnv CONNECT_SU(_\d{3}){3}\}\}/);
				assert.ok(!saved.includes(keys[0]!.slice(-40)));
			});
		});

		it("leaves no key behind: the client's own command doesn't send one", async () => {
			await codeLens().waitFor();
			// The request has arrived, but the client may still be processing it.
			await eventually(async () => {
				const { length } = api.received;
				await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
				await runPaletteCommand(page, CLIENT_COMMANDS[client]);
				assert.doesNotMatch((await waitForRequests(length + 1)) ?? '', /[0-9a-f]{40}/);
			});
		});

		it('uses the new key after a rotation', async () => {
			await chooseMenuItem(page, TOKEN_NAME, 'Rotate Token…');
			const details = await waitForWebviewFrame(page, TOKEN_NAME);
			await details.getByRole('button', { name: 'Rotate', exact: true }).click();
			await details.getByText('Token rotated.').waitFor();
			await details.getByRole('button', { name: 'View' }).click();
			keys.push((await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!);
			assert.notEqual(keys[1], keys[0]);
			await openFile(page, 'send.http');
			assert.equal(await sendWithCodeLens(), keys[1]);
		});

		if (client === 'restClient') {
			it('warns about keys in the REST Client history, and replaces them with references', async () => {
				const history = () => readFile(join(home, 'history.json'), 'utf8');
				await eventually(async () => assert.equal((JSON.parse(await history()) as unknown[]).length, api.received.length));
				assert.ok((await history()).includes(keys[0]!));
				await runPaletteCommand(page, 'Notifications: Show Notifications');
				const notification = page.locator('.notification-list-item', { hasText: `contains an API key for “${TOKEN_NAME}”` });
				await notification.getByRole('button', { name: 'Remove API Keys' }).click();
				await eventually(async () => {
					const text = await history();
					keys.forEach((key) => assert.ok(!text.includes(key.slice(-40))));
					assert.equal((JSON.parse(text) as unknown[]).length, api.received.length);
				});
				await runPaletteCommand(page, 'Notifications: Clear All Notifications');
			});
		}

		it("isn't offered while the token is disabled", async () => {
			await chooseMenuItem(page, TOKEN_NAME, 'Disable Token');
			await codeLens().waitFor({ state: 'detached' });
			await chooseMenuItem(page, TOKEN_NAME, 'Enable Token');
			await codeLens().waitFor();
			assert.equal(await sendWithCodeLens(), keys[1]);
		});

		if (client === 'httpyac') {
			it("masks the key in httpYac's log", async () => {
				const text = await eventually(async () => {
					const shown = await page.locator('.part.panel').innerText();
					assert.match(shown, /ApiKey\sSU-[\d-]+:\*{10}/);
					return shown;
				});
				keys.forEach((key) => assert.ok(!text.includes(key.slice(-40))));
			});
		}
	});
}
