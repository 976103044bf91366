/** REST Client parses cURL commands with this package. */
declare module 'yargs-parser' {
	/** Returns the options by name, and the other words in `_`. */
	export default function parse(
		command: string,
	): Readonly<Record<string, string | readonly string[] | undefined>> & { readonly _: readonly string[] };
}
