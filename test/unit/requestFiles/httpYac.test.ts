import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fuzzSeed } from '../../support/fuzzing';
import { applyReplacements, setAuthorizationEverywhere } from '../../../src/requestFiles/authorizationEdits';
import { repositoryRoot } from '../../host/paths';
import { startRecordingServer } from '../../support/recordingServer';
import { uninstrumentedEnvironment } from '../../support/uninstrumentedEnvironment';
import { requestFiles } from './requestFileGenerator';

/** Set FUZZ_FILES for a longer run. */
const FILES = Number(process.env.FUZZ_FILES ?? 100);

/** Variables that the generated files use but don't define. */
const VARIABLES = ['host=h', 'token=t', 'b=1', 'f=2'];

describe(`Requests in generated files (seed ${fuzzSeed})`, function () {
	this.timeout(300_000);

	it('are sent by httpYac with exactly the header that was set', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-httpyac-'));
		const api = await startRecordingServer();
		try {
			const texts = new Map<string, { readonly text: string; readonly value: string }>();
			for (let index = 0; index < FILES; index++) {
				const urlOf = (request: number) => `${api.origin}/file-${index}/request-${request}`;
				const [file] = fc.sample(requestFiles(urlOf), { numRuns: 1, seed: fuzzSeed + index });
				const value = `ApiKey SU-000-000-000:${index}`;
				const placement = setAuthorizationEverywhere(file!.text, value);
				assert.ok('edits' in placement);
				const text = applyReplacements(file!.text, placement.edits);
				file!.blocks.forEach((_, request) => texts.set(new URL(urlOf(request)).pathname, { text, value }));
				await writeFile(join(folder, `${index}.http`), text);
			}
			await sendFolder(folder);
			const sent = new Map<string, (string | undefined)[]>();
			for (const { url, headers } of api.received) {
				const path = /^\/file-\d+\/request-\d+/.exec(url)?.[0] ?? url;
				sent.set(path, [...(sent.get(path) ?? []), headers.authorization]);
			}
			for (const [path, { text, value }] of texts) {
				assert.deepEqual(new Set(sent.get(path)), new Set([value]), `${path} in ${JSON.stringify(text)}`);
			}
			assert.ok(texts.size > FILES);
		} finally {
			await api.stop();
			await rm(folder, { recursive: true, force: true });
		}
	});
});

/** Sends all requests in the folder. The command's error is ignored, because some bodies look like requests to invalid URLs. */
function sendFolder(folder: string): Promise<void> {
	const args = ['send', '*.http', '--all', '--silent', '--output', 'none', '--var', ...VARIABLES];
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			[join(repositoryRoot, 'node_modules/httpyac/bin/httpyac.js'), ...args],
			{ cwd: folder, env: uninstrumentedEnvironment(), maxBuffer: 1e9 },
			() => resolve(),
		);
	});
}
