import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fuzzSeed } from '../../support/fuzzing';
import { applyReplacements, type AuthorizationEdits } from '../../../src/requestFiles/authorizationEdits';
import { placeAuthorization, type InsertScope } from '../../../src/requestFiles/authorizationPlacement';
import {
	readWithHttpYac,
	readWithJetBrains,
	readWithRestClient,
	readWithVisualStudio,
	type SentRequest,
} from '../../support/requestFiles/sentRequests';
import { dialectFiles, VALUE, type Client, type DialectFile } from './dialectGenerator';

/** Set FUZZ_FILES for a longer run. */
const files = Number(process.env.FUZZ_FILES ?? 150);

const READERS: Record<Client, (text: string, isMarkdown: boolean) => SentRequest[] | Promise<SentRequest[]>> = {
	restClient: readWithRestClient,
	httpYac: readWithHttpYac,
	jetBrains: readWithJetBrains,
	visualStudio: readWithVisualStudio,
};

function place(text: string, { isMarkdown }: DialectFile, scope: InsertScope, offsets: readonly number[] = []): AuthorizationEdits {
	const placement = placeAuthorization(text, VALUE, { kind: isMarkdown ? 'markdown' : 'requestFile', scope, offsets });
	assert.ok(placement, 'there is a request at the cursor');
	return placement;
}

function set(text: string, file: DialectFile, scope: InsertScope, offsets?: readonly number[]): string {
	const placement = place(text, file, scope, offsets);
	assert.ok('edits' in placement, 'the header can be set');
	return applyReplacements(text, placement.edits);
}

const isAuthorization = ([name]: readonly [string, string]) => name.toLowerCase() === 'authorization';

describe(`Request files in all dialects (${files} files, seed ${fuzzSeed})`, function () {
	this.timeout(0);

	it('get exactly one header in each request, as each client reads it, and no other change', async () => {
		const count: Record<string, number> = {};
		await fc.assert(
			fc.asyncProperty(dialectFiles(), fc.nat(), fc.nat(), async (file, nth, at) => {
				const { text, requests, isMarkdown } = file;
				const cursors = requests.map(({ start, end }) => start + (at % (end - start + 1)));
				const indices = requests.map((_, index) => index);
				const selected = nth % requests.length;

				assert.equal(set(text, file, 'cursors', [cursors[selected]!]), file.withAuthorization([selected]));
				const changed = set(text, file, 'cursors', cursors.toReversed());
				assert.equal(changed, file.withAuthorization(indices));
				assert.equal(set(text, file, 'file'), changed, 'all at once');
				const oneByOne = indices.reduceRight((result, index) => set(result, file, 'cursors', [cursors[index]!]), text);
				assert.equal(oneByOne, changed, 'one by one');
				assert.deepEqual(place(changed, file, 'file'), { edits: [] }, 'a second time');

				for (const client of file.clients) {
					const sent = await READERS[client](changed, isMarkdown);
					const bare = await READERS[client](file.bare, isMarkdown);
					assert.equal(sent.length, requests.length, client);
					for (const [index, { headers, ...rest }] of sent.entries()) {
						assert.deepEqual(
							headers.filter(isAuthorization).map(([, value]) => value),
							[VALUE],
							client,
						);
						const expected = bare[index]!;
						assert.deepEqual(
							{ ...rest, headers: headers.filter((header) => !isAuthorization(header)) },
							{ ...expected, headers: expected.headers },
							client,
						);
					}
				}
				count[file.dialect] = (count[file.dialect] ?? 0) + requests.length;
			}),
			{ numRuns: files, seed: fuzzSeed },
		);
		if (process.env.FUZZ_FILES !== undefined) {
			console.log(`        Requests: ${JSON.stringify(count)}`);
		}
	});
});
