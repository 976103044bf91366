import assert from 'node:assert/strict';
import { BACK, mapStepResult, runMultiStepInput, type InputStep, type StepPrompt } from '../../../src/models/multiStepInput';

describe('runMultiStepInput', () => {
	/** Steps that append their name, or return what `results` has for them first. */
	function createSteps(names: string, results: Record<string, (typeof BACK | undefined)[]>, visited: string[]): InputStep<string>[] {
		return names.split('').map((name) => (state, { step, totalSteps }: StepPrompt) => {
			visited.push(`${name} ${step}/${totalSteps} ${state}`);
			const planned = results[name] ?? [];
			return Promise.resolve(planned.length > 0 ? planned.shift() : `${state}${name}`);
		});
	}

	it('runs the steps in order and passes each the state so far', async () => {
		const visited: string[] = [];
		const steps = createSteps('abc', {}, visited);
		assert.equal(await runMultiStepInput('Title', '>', () => steps), '>abc');
		assert.deepEqual(visited, ['a 1/3 >', 'b 2/3 >a', 'c 3/3 >ab']);
	});

	it('goes back with all earlier input', async () => {
		const visited: string[] = [];
		const steps = createSteps('ab', { b: [BACK] }, visited);
		assert.equal(await runMultiStepInput('Title', '>', () => steps), '>aab');
		assert.deepEqual(visited, ['a 1/2 >', 'b 2/2 >a', 'a 1/2 >a', 'b 2/2 >aa']);
	});

	it('returns undefined when the user cancels', async () => {
		const steps = createSteps('ab', { b: [undefined] }, []);
		assert.equal(await runMultiStepInput('Title', '>', () => steps), undefined);
	});

	it('adds and removes later steps depending on the input', async () => {
		const visited: string[] = [];
		const steps = createSteps('abc', {}, visited);
		assert.equal(await runMultiStepInput('Title', '>', (state) => (state.includes('b') ? steps : steps.slice(0, 2))), '>abc');
		assert.deepEqual(visited, ['a 1/2 >', 'b 2/2 >a', 'c 3/3 >ab']);
	});
});

describe('mapStepResult', () => {
	it('transforms only values', async () => {
		const length = (text: string) => text.length;
		assert.equal(await mapStepResult(Promise.resolve('four'), length), 4);
		assert.equal(await mapStepResult<string, number>(Promise.resolve(BACK), length), BACK);
		assert.equal(await mapStepResult<string, number>(Promise.resolve(undefined), length), undefined);
	});
});
