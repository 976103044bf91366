import assert from 'node:assert/strict';
import { BACK, CONTINUE_HERE, mapStepResult, runMultiStepInput, type InputStep, type StepPrompt } from '../../../src/models/multiStepInput';

describe('runMultiStepInput', () => {
	/** Steps that append their name, or return what `results` has for them first. */
	function createSteps(
		names: string,
		results: Record<string, (typeof BACK | typeof CONTINUE_HERE | undefined)[]>,
		visited: string[],
	): InputStep<string>[] {
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

	it('continues with the step that is now at the position of one that changed the steps', async () => {
		const visited: string[] = [];
		const steps = createSteps('abc', { b: [CONTINUE_HERE] }, visited);
		const getSteps = () => (visited.includes('b 2/2 >a') ? [steps[0]!, steps[2]!, steps[1]!] : steps.slice(0, 2));
		assert.equal(await runMultiStepInput('Title', '>', getSteps), '>acb');
		assert.deepEqual(visited, ['a 1/2 >', 'b 2/2 >a', 'c 2/3 >a', 'b 3/3 >ac']);
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
