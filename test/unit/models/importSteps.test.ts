import assert from 'node:assert/strict';
import { createImportStep } from '../../../src/models/importSteps';
import { BACK, runMultiStepInput } from '../../../src/models/multiStepInput';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';

const secret = '0123456789'.repeat(4);
const clipboardKey = `ApiKey SU-100-000-001:${secret}`;

async function run(text: string, existingIds: readonly string[], exportedTokenCount: number, ...inputs: ScriptedInput[]) {
	const prompts = new ScriptedPrompts(inputs);
	const step = createImportStep(prompts, { text, exportedTokenCount }, new Set(existingIds));
	const result = await runMultiStepInput('Import', { name: '' }, () => [step]);
	const [shown] = prompts.shown;
	return { result, shown: prompts.shown, labels: shown?.choices.map(({ label }) => label), initial: shown?.initial };
}

describe('The step that prompts for what to import', () => {
	it('offers the key on the clipboard first, without showing it', async () => {
		const { result, shown, labels, initial } = await run(clipboardKey, [], 0, 'clipboardKey');
		assert.deepEqual(result, { name: '', apiKey: clipboardKey });
		assert.deepEqual(labels, ['Import API key from clipboard', 'Paste another API key', 'Import exported tokens from file…']);
		assert.equal(initial, 'clipboardKey');
		assert.equal(shown[0]?.choices[0]?.description, 'ApiKey SU-100-000-001:**********');
		assert.ok(!JSON.stringify(shown).includes(secret));
	});

	it('offers and accepts a key with what surrounded it where it was copied', async () => {
		const pasted = `-H "Authorization: ApiKey SU-100-000-002:${secret}"`;
		const { result, shown } = await run(`CONNECT_API_KEY="${clipboardKey}",`, [], 0, 'pastedKey', pasted);
		assert.equal(shown[0]?.choices[0]?.description, 'ApiKey SU-100-000-001:**********');
		assert.equal(result?.apiKey, pasted);
		assert.equal(shown[1]?.password, true);
	});

	it("doesn't offer the clipboard if it has nothing to import or the key of an existing token", async () => {
		for (const [text, existingIds] of [
			['something else', []],
			[clipboardKey, ['SU-100-000-001']],
		] as const) {
			const { labels, initial } = await run(text, existingIds, 0, undefined);
			assert.deepEqual(labels, ['Paste an API key', 'Import exported tokens from file…']);
			assert.equal(initial, 'pastedKey');
		}
	});

	it('offers exported tokens on the clipboard and in a file', async () => {
		const { result, shown, labels } = await run('[…]', [], 3, 'clipboard');
		assert.deepEqual(result, { name: '', exportedTokens: 'clipboard' });
		assert.deepEqual(labels, ['Import exported tokens from clipboard', 'Paste an API key', 'Import exported tokens from file…']);
		assert.equal(shown[0]?.choices[0]?.description, '3 tokens');
		assert.deepEqual((await run('', [], 0, 'file')).result, { name: '', exportedTokens: 'file' });
	});

	it('rejects text that is not a key, and the key of an existing token', async () => {
		const { shown } = await run('', ['SU-100-000-001'], 0, 'pastedKey', 'no key', clipboardKey, undefined);
		assert.deepEqual(
			shown.slice(1).map(({ error }) => error),
			[
				'Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.',
				'Token SU-100-000-001 already exists in this workspace.',
				undefined,
			],
		);
	});

	it('returns whether the user went back or canceled', async () => {
		const step = createImportStep(new ScriptedPrompts([BACK, undefined]), { text: clipboardKey, exportedTokenCount: 0 }, new Set());
		const position = { title: 'Import', step: 2, totalSteps: 2 };
		assert.equal(await step({ name: '' }, position), BACK);
		assert.equal(await step({ name: '' }, position), undefined);
	});
});
