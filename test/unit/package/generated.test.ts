import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { generatedFiles } from '../../support/generated/generatedFiles';

describe('generated documents', function () {
	this.timeout(60_000);

	for (const [name, generate] of Object.entries(generatedFiles)) {
		it(`are up to date: ${name}`, () => {
			const current = readFileSync(join(repositoryRoot, name), 'utf8');
			assert.equal(current, generate(current), 'Run "npm run docs" and commit the result.');
		});
	}
});
