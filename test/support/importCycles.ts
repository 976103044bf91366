import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * Finds import cycles between files, including those through type-only imports, as `a.ts → b.ts → a.ts` with paths relative to `root`.
 * Reports at least one cycle of each group of files that import each other.
 */
export function findImportCycles(root: string, files: readonly string[]): readonly string[] {
	const graph = new Map(files.map((file) => [file, findImports(file, new Set(files))]));
	const cycles: string[] = [];
	const finished = new Set<string>();
	const visit = (file: string, path: readonly string[]): void => {
		const start = path.indexOf(file);
		if (start >= 0) {
			cycles.push([...path.slice(start), file].map((member) => relative(root, member)).join(' → '));
		} else if (!finished.has(file)) {
			graph.get(file)!.forEach((imported) => visit(imported, [...path, file]));
			finished.add(file);
		}
	};
	files.forEach((file) => visit(file, []));
	return cycles;
}

/** The files among `files` that `file` imports. */
function findImports(file: string, files: ReadonlySet<string>): readonly string[] {
	const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
	return importedFiles
		.filter(({ fileName }) => fileName.startsWith('.'))
		.flatMap(({ fileName }) => ['.ts', '.tsx'].map((extension) => join(dirname(file), fileName + extension)))
		.filter((path) => files.has(path));
}
