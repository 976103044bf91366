import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const objectSchema = v.looseObject({ type: v.literal('object') });
const manifestSchema = v.object({
	version: v.string(),
	contributes: v.object({
		languageModelTools: v.optional(
			v.array(
				v.object({
					name: v.string(),
					displayName: v.string(),
					modelDescription: v.string(),
					/** A JSON schema. */
					inputSchema: v.optional(objectSchema, { type: 'object' }),
				}),
			),
			[],
		),
	}),
});

/** What the command line needs from the extension's manifest. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** Reads the manifest of the extension that this command belongs to. Texts are in English. */
export function readManifest(): Manifest {
	const texts = v.parse(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())), readFile('package.nls.json'));
	const manifest: unknown = JSON.parse(readFile('package.json'), (_, value: unknown) =>
		typeof value === 'string' ? value.replace(/^%(.+)%$/, (placeholder, key: string) => texts[key] ?? placeholder) : value,
	);
	return v.parse(manifestSchema, manifest);
}

function readFile(name: string): string {
	return readFileSync(join(__dirname, '..', name), 'utf8');
}
