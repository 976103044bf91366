import ts from 'typescript';
import type { Source, SourceRange } from './compiledScript';

/** A function in a source. The offsets are into the source's text. */
export interface SourceFunction {
	/** The function's name, or its line if it has none. */
	readonly name: string;
	readonly start: number;
	readonly end: number;
	/** The last offset at which the code of the function itself may begin, if its header isn't mapped: the start of its block or the end of its expression. */
	readonly lastStart: number;
}

/** Returns all functions in a source. */
export function findFunctions({ path, text }: Source): SourceFunction[] {
	const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
	const functions: SourceFunction[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isFunctionLike(node) && 'body' in node && node.body) {
			const { name, body } = node;
			const start = node.getStart(file);
			functions.push({
				name: name?.getText(file) ?? `line ${file.getLineAndCharacterOfPosition(start).line + 1}`,
				start,
				end: node.end,
				lastStart: ts.isBlock(body) ? body.getStart(file) : body.end,
			});
		}
		ts.forEachChild(node, visit);
	};
	visit(file);
	return functions;
}

/** Whether a source contains anything but types and imports. */
export function containsCode({ path, text }: Source): boolean {
	const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
	return !statements.every(
		(statement) =>
			ts.isInterfaceDeclaration(statement) ||
			ts.isTypeAliasDeclaration(statement) ||
			ts.isImportDeclaration(statement) ||
			ts.isExportDeclaration(statement),
	);
}

/** Returns the function that a compiled function with this range was compiled from; undefined if it was generated, such as a default constructor. */
export function matchFunction(functions: readonly SourceFunction[], range: SourceRange): SourceFunction | undefined {
	const distance = ({ start, end }: SourceFunction) => Math.abs(start - range.start) + Math.abs(end - range.end);
	return functions
		.filter(({ start, lastStart }) => start <= range.start && range.start <= lastStart)
		.sort((left, right) => distance(left) - distance(right))[0];
}
