import * as v from 'valibot';

/** What the worker makes modules from. */
export const importRequestSchema = v.object({
	/** The file, in UTF-8. */
	bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
	/** The path of the gateway's upstream, without a slash at its end. */
	basePath: v.string(),
});
export type ImportRequest = v.InferOutput<typeof importRequestSchema>;

const pathsSchema = v.array(v.string());

/** What the worker found, or why it can't use the file. */
export const importResultSchema = v.variant('kind', [
	v.object({
		kind: v.literal('modules'),
		/** Title of the document; can be empty. */
		title: v.string(),
		modules: v.array(v.object({ name: v.string(), paths: pathsSchema, sharedPaths: pathsSchema })),
	}),
	v.object({ kind: v.literal('problem'), template: v.string(), args: v.array(v.union([v.string(), v.number()])) }),
]);
export type ImportResult = v.InferOutput<typeof importResultSchema>;
