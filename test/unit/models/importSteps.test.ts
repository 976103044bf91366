import assert from 'node:assert/strict';
import { createApiKeyStep } from '../../../src/models/importSteps';
import { BACK, runMultiStepInput } from '../../../src/models/multiStepInput';
import { ScriptedPrompts, type ScriptedInput } from '../../support/scriptedPrompts';

const secret = '0123456789'.repeat(4);
const clipboardKey = `ApiKey SU-100-000-001:${secret}`;

async function run(clipboardText: string, existingIds: readonly string[], ...inputs: ScriptedInput[]) {
	const prompts = new ScriptedPrompts(inputs);
	const step = createApiKeyStep(prompts, clipboardText, new Set(existingIds));
	const result = await runMultiStepInput('Import', { name: '' }, () => [step]);
	return { result, shown: prompts.shown };
}

describe('The step that prompts for the API key to import', () => {
	it('offers the key on the clipboard without showing it', async () => {
		const { result, shown } = await run(clipboardKey, [], true);
		assert.deepEqual(result, { name: '', apiKey: clipboardKey });
		assert.equal(shown[0]?.choices[0]?.description, 'ApiKey SU-100-000-001:**********');
		assert.ok(!JSON.stringify(shown).includes(secret));
	});

	it('offers and accepts a key with what surrounded it where it was copied', async () => {
		const { result, shown } = await run(
			`CONNECT_API_KEY="${clipboardKey}",`,
			[],
			false,
			`-H "Authorization: ApiKey SU-100-000-002:${secret}"`,
		);
		assert.equal(shown[0]?.choices[0]?.description, 'ApiKey SU-100-000-001:**********');
		assert.equal(result?.apiKey, `-H "Authorization: ApiKey SU-100-000-002:${secret}"`);
	});

	it('prompts for another key if the user wants to paste one', async () => {
		const { result, shown } = await run(clipboardKey, [], false, `SU-100-000-002:${secret}`);
		assert.equal(result?.apiKey, `SU-100-000-002:${secret}`);
		assert.equal(shown[1]?.password, true);
	});

	it("doesn't offer the clipboard if it has no key or the key of an existing token", async () => {
		for (const [clipboardText, existingIds] of [
			['something else', []],
			[clipboardKey, ['SU-100-000-001']],
		] as const) {
			const { shown } = await run(clipboardText, existingIds, undefined);
			assert.equal(shown.length, 1);
			assert.deepEqual(shown[0]?.choices, []);
		}
	});

	it('rejects text that is not a key, and the key of an existing token', async () => {
		const { shown } = await run('', ['SU-100-000-001'], 'no key', clipboardKey, undefined);
		assert.deepEqual(
			shown.map(({ error }) => error),
			[
				'Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.',
				'Token SU-100-000-001 already exists in this workspace.',
				undefined,
			],
		);
	});

	it('returns whether the user went back or canceled', async () => {
		const step = createApiKeyStep(new ScriptedPrompts([BACK, undefined]), clipboardKey, new Set());
		const position = { title: 'Import', step: 2, totalSteps: 2 };
		assert.equal(await step({ name: '' }, position), BACK);
		assert.equal(await step({ name: '' }, position), undefined);
	});
});
