import assert from 'node:assert/strict';
import { exportedPolicyText, pulledCountsText, pushedPolicyText } from '../../../src/models/policyTexts';

describe('the message about an exported policy', () => {
	it('says how many tokens are denied or have stricter rules, and that running instances have another policy', () => {
		for (const [counts, expected] of [
			[{ exported: 1, denied: 0, restricted: 0, running: 0 }, 'Exported the policy of 1 token to “edge”, without its API key.'],
			[
				{ exported: 12, denied: 1, restricted: 1, running: 1 },
				'Exported the policy of 12 tokens to “edge”, without their API keys. All requests of 1 token are denied there. The rules of 1 token are stricter there. 1 running instance still has the previous policy.',
			],
			[
				{ exported: 12, denied: 2, restricted: 3, running: 2 },
				'Exported the policy of 12 tokens to “edge”, without their API keys. All requests of 2 tokens are denied there. The rules of 3 tokens are stricter there. 2 running instances still have the previous policy.',
			],
		] as const) {
			assert.equal(exportedPolicyText('edge', counts), expected);
		}
	});
});

describe('the message about a pushed policy', () => {
	const push = { pushed: [], failed: [], missing: [], saveFailure: undefined, needsRestart: false };
	const pushed = (instance: string, tokenCount: number, areModulesChanged = false) => ({ instance, tokenCount, areModulesChanged });

	it('says how many tokens have changed on which instances', () => {
		const instances = [pushed('a', 1), pushed('b', 1), pushed('c', 2, true), pushed('d', 0), pushed('e', 0, true)];
		assert.equal(
			pushedPolicyText('edge', { ...push, pushed: instances }),
			'Pushed the policy to “a”, “b”: 1 token changed. Pushed the policy to “c”: 2 tokens changed, modules changed. Pushed the policy to “e”: modules changed. Nothing has changed for “d”.',
		);
	});

	it('names each failure, and what to do about it', () => {
		const failed = [{ instance: 'b', reason: "HAProxy isn't running. Start it." }];
		assert.equal(
			pushedPolicyText('edge', {
				pushed: [pushed('a', 1)],
				failed,
				missing: ['c', 'd'],
				saveFailure: 'The disk is full. Free up space and try again.',
				needsRestart: true,
			}),
			[
				'Pushed the policy to “a”: 1 token changed.',
				"“b” may still have the previous policy. HAProxy isn't running. Start it.",
				"“c”, “d” don't run in “edge”. Start them there or, if they run on other machines, forward their sockets to this folder, as README.md explains.",
				"The files weren't saved, so a restart restores the previous policy. The disk is full. Free up space and try again.",
				'The configuration has changed, too. Restart the instances to use it.',
			].join(' '),
		);
	});

	it('shows names as text', () => {
		assert.ok(!pushedPolicyText('edge', { ...push, pushed: [pushed('[a](command:x)', 1)] }).includes(']('));
	});
});

describe('the message about pulled counts', () => {
	const pull = { responses: 0, tokens: 0, unknownTokens: 0, instances: ['a'], missing: [], failed: [] };

	it('says what was added', () => {
		for (const [changes, expected] of [
			[{}, 'There are no new counts of “a”.'],
			[{ responses: 1, tokens: 1 }, 'Added counts of “a”: 1 response, 1 token.'],
			[{ responses: 1200, tokens: 3, instances: ['a', 'b'] }, 'Added counts of “a”, “b”: 1,200 responses, 3 tokens.'],
			[{ unknownTokens: 1 }, "There are no new counts of “a”. Counts of 1 token that doesn't exist in this workspace were ignored."],
			[
				{ unknownTokens: 2, missing: ['b'] },
				"There are no new counts of “a”. Counts of 2 tokens that don't exist in this workspace were ignored. “b” doesn't run in “edge”. Start it there or, if it runs on another machine, forward its socket to this folder, as README.md explains.",
			],
			[
				{ instances: [], failed: [{ instance: 'a', reason: "HAProxy didn't respond." }] },
				"The counts of “a” couldn't be read: HAProxy didn't respond.",
			],
		] as const) {
			assert.equal(pulledCountsText('edge', { ...pull, ...changes }), expected);
		}
	});
});
