import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../host/paths';

const ENTRY = join(repositoryRoot, 'src/api.ts');
const API = 'ConnectTokensApi';
const HEADER = `// The public API of the VS Code extension connect-tokens.connect-tokens. Generated from src/api.ts by "npm run docs"; don't edit.
import type * as vscode from 'vscode';
`;

type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/**
 * Returns the text of docs/connect-tokens.d.ts: the interface `ConnectTokensApi` and every type of this project that it references,
 * directly or not, in the order of the first reference.
 * Throws if the API references something other than an interface or a type alias, or one type under two names.
 */
export function apiDeclaration(): string {
	const program = createProgram();
	const checker = program.getTypeChecker();
	const declarations = new Map<string, TypeDeclaration>();

	const add = (declaration: TypeDeclaration, referencedAs: string): void => {
		const name = declaration.name.text;
		if (name !== referencedAs || (declarations.get(name) ?? declaration) !== declaration) {
			throw new Error(`The API references more than one type named ${name}, or references ${name} as ${referencedAs}.`);
		}
		if (!declarations.has(name)) {
			declarations.set(name, declaration);
			addReferences(declaration, declaration);
		}
	};

	const addReferences = (node: ts.Node, owner: TypeDeclaration): void => {
		if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node) || ts.isTypeQueryNode(node)) {
			const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isTypeQueryNode(node) ? node.exprName : node.expression;
			addTarget(name, owner);
		}
		node.forEachChild((child) => addReferences(child, owner));
	};

	const addTarget = (name: ts.Node, owner: TypeDeclaration): void => {
		const target = resolve(checker, name);
		const [declaration] = target?.declarations ?? [];
		// Built-in types, types of `vscode`, and the owner's own type parameters don't need to be copied.
		if (!declaration || declaration.getSourceFile().isDeclarationFile || isInside(declaration, owner)) {
			return;
		}
		if (!ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) {
			throw new Error(`The API references ${name.getText()}, which is neither an interface nor a type alias.`);
		}
		add(declaration, name.getText());
	};

	add(findApi(program, checker), API);
	return [HEADER, ...Array.from(declarations.values(), print)].join('\n');
}

/** Only the sources of this project. Reading packages and built-in types, none of which is copied, would take five times as long. */
function createProgram(): ts.Program {
	const options: ts.CompilerOptions = {
		module: ts.ModuleKind.Preserve,
		moduleResolution: ts.ModuleResolutionKind.Bundler,
		noLib: true,
		types: [],
	};
	const host = ts.createCompilerHost(options);
	host.resolveModuleNameLiterals = (names, containingFile) =>
		names.map(({ text }) =>
			text.startsWith('.') ? ts.resolveModuleName(text, containingFile, options, host) : { resolvedModule: undefined },
		);
	return ts.createProgram([ENTRY], options, host);
}

/** The declaration as written, with its comments and exported. */
function print(declaration: TypeDeclaration): string {
	const text = declaration.getText(declaration.getSourceFile());
	const [comment] = ts.getJSDocCommentsAndTags(declaration);
	return `${comment ? `${comment.getText()}\n` : ''}${text.startsWith('export ') ? '' : 'export '}${text}\n`;
}

function findApi(program: ts.Program, checker: ts.TypeChecker): TypeDeclaration {
	const file = checker.getSymbolAtLocation(program.getSourceFile(ENTRY)!)!;
	const api = checker.getExportsOfModule(file).find(({ name }) => name === API);
	const declaration = api?.declarations?.find((candidate) => ts.isInterfaceDeclaration(candidate));
	if (!declaration) {
		throw new Error(`src/api.ts doesn't export an interface ${API}.`);
	}
	return declaration;
}

function resolve(checker: ts.TypeChecker, name: ts.Node): ts.Symbol | undefined {
	const symbol = checker.getSymbolAtLocation(name);
	return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isInside(node: ts.Node, owner: ts.Node): boolean {
	return node !== owner && node.getSourceFile() === owner.getSourceFile() && node.pos >= owner.pos && node.end <= owner.end;
}
