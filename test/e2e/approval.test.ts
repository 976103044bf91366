import { expect, shareWorkbench, test } from '../support/e2eTest';
import {
	allowKeyCopy,
	answerKeyQuestion,
	chooseMenuItem,
	copiedApiKey,
	gatewayAddress,
	runOutside,
	runPaletteCommand,
	showNotifications,
	showTokensView,
} from '../support/workbenchDriver';

const getWorkbench = shareWorkbench();

test('a token that requires approval: curl waits until its request is allowed, for 10 minutes, or denied', async () => {
	const workbench = getWorkbench();
	const { page } = workbench;
	const token = await workbench.driver.createToken({ name: 'Careful', permissions: ['products'], approval: 'writes' });
	await showTokensView(workbench);
	await chooseMenuItem(page, 'Careful', 'Copy API Key');
	await allowKeyCopy(page);
	const authorization = await copiedApiKey(page);
	await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
	let address = await gatewayAddress(page);
	const curl = (method: string, path = '') =>
		runOutside(workbench, `curl -sS -X ${method} -H 'Authorization: ${authorization}' 'http://${address}/public/v1/products${path}'`);
	const dialog = page.locator('.monaco-dialog-box');
	const question = `Allow a request with the token “Careful” (${token.id})?`;

	await test.step('a request that reads is not asked about', async () => {
		expect(await curl('GET')).toContain('"method": "GET"');
	});

	await test.step('allowed: the question names the request and curl', async () => {
		const answer = async () => {
			const response = curl('POST', '/PRD-1?secret=value');
			await expect(dialog).toContainText(question);
			const text = await dialog.innerText();
			await answerKeyQuestion(dialog, 'Allow');
			expect(await response).toContain('"path": "/public/v1/products/PRD-1?secret=value"');
			expect(text).not.toContain('secret');
			return text;
		};
		expect(await answer()).toContain('POST /products/PRD-1');
		if (process.platform === 'linux') {
			// A loaded machine may find the program too late for a question.
			await expect.poll(answer, { timeout: 60_000 }).toMatch(/POST \/products\/PRD-1 from curl \(PID \d+\)/);
		}
	});

	await test.step('denied, also by closing the question', async () => {
		for (const close of [() => answerKeyQuestion(dialog, 'Deny'), () => page.keyboard.press('Escape')]) {
			const response = curl('DELETE', '/PRD-1');
			await expect(dialog).toContainText(question);
			await close();
			expect(await response).toContain('The request was denied in VS Code.');
		}
	});

	await test.step('several requests are one question, and allowed with those of the next 10 minutes', async () => {
		const responses = [curl('PUT', '/PRD-1'), curl('PUT', '/PRD-2')];
		// The second one may be too late for the first question.
		await expect(dialog).toContainText('PUT /products/PRD-');
		await answerKeyQuestion(dialog, 'Allow for 10 Minutes');
		for (const response of [...responses, curl('POST', '/PRD-3')]) {
			expect(await response).toContain('"method": "P');
		}
		await expect(dialog).toBeHidden();
	});

	await test.step('the window is reloaded during a question, and the request fails', async () => {
		// The gateway forgets what was allowed.
		await workbench.driver.executeCommand('connectTokens.restartGateway');
		address = await gatewayAddress(page);
		const waiting = curl('POST', '/PRD-4');
		await expect(dialog).toContainText('POST /products/PRD-4');
		await workbench.reload();
		expect(await waiting).toMatch(/stopped before the request was approved|exit [1-9]/);
		await expect(dialog).toBeHidden();
		address = await gatewayAddress(page);
	});

	await test.step('denied three times, it is denied without a question', async () => {
		for (let denials = 0; denials < 3; denials++) {
			const response = curl('POST');
			await answerKeyQuestion(dialog, 'Deny');
			await response;
		}
		await expect(await showNotifications(workbench, 'denied without a question')).toBeVisible();
		expect(await curl('POST')).toContain('without a question for a minute');
		await workbench.driver.advanceClock(60_000);
		const response = curl('POST');
		await answerKeyQuestion(dialog, 'Allow');
		expect(await response).toContain('"method": "POST"');
	});
});
