// npm run docs: updates the generated documents.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './host/paths';
import { generatedFiles } from './support/generated/generatedFiles';

for (const [name, generate] of Object.entries(generatedFiles)) {
	const path = join(repositoryRoot, name);
	writeFileSync(path, generate(existsSync(path) ? readFileSync(path, 'utf8') : ''));
}
