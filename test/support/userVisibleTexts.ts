import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../host/paths';

/** Folders that don't use `l10n`: their sentences are templates that `src/ui` translates. */
const TEMPLATE_PATHS = [
	'src/domain',
	'src/storage',
	'src/sources',
	'src/vaults',
	'src/requestFiles',
	'src/openApi',
	'src/gateway/gatewayController.ts',
	'src/policy/policyExceptions.ts',
];
/**
 * Folders whose texts are arguments of `l10n.t` or `problem`. Other sentences in the gateway are responses, and in the broker messages of the command
 * line, which aren't translated.
 */
const L10N_CALL_PATHS = [
	'src/ui',
	'src/models',
	'src/agents',
	'src/broker',
	'src/gateway',
	'src/policy',
	'src/gatewayWorker.ts',
	'src/api.ts',
	'src/extension.ts',
	'webview',
];

/** A sentence: starts with a capital letter, quotation mark, or placeholder, has several words, and ends with a period. */
const SENTENCE_PATTERN = /^["“A-Z{].*\s.*\.$/s;

/** Collects every English text in the sources that can be shown to users. */
export function collectUserVisibleTexts(): ReadonlySet<string> {
	const found = new Set<string>();
	for (const file of L10N_CALL_PATHS.flatMap(sourceFiles)) {
		visit(file, (node) => {
			const [first] = ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(file)) ? node.arguments : [];
			if (first && ts.isStringLiteralLike(first)) {
				found.add(first.text);
			}
			// The template of a `Problem` is translated where it's shown.
			const template = ts.isCallExpression(node) ? findTemplate(node, file) : undefined;
			if (template && ts.isStringLiteralLike(template)) {
				found.add(template.text);
			}
			if (ts.isPropertyAssignment(node) && node.name.getText(file) === 'template' && ts.isStringLiteralLike(node.initializer)) {
				found.add(node.initializer.text);
			}
		});
	}
	for (const file of [...TEMPLATE_PATHS, 'src/models/keyTexts.ts'].flatMap(sourceFiles)) {
		visit(file, (node) => {
			if (ts.isStringLiteralLike(node) && SENTENCE_PATTERN.test(node.text)) {
				found.add(node.text);
			}
		});
	}
	return found;
}

/** The template in a call of `problem(template, …)`, `fieldProblem(field, template, …)`, or `solvableProblem(topic, template, …)`. */
function findTemplate({ expression, arguments: args }: ts.CallExpression, file: ts.SourceFile): ts.Expression | undefined {
	switch (expression.getText(file)) {
		case 'problem':
			return args[0];
		case 'fieldProblem':
		case 'solvableProblem':
			return args[1];
		default:
			return undefined;
	}
}

function sourceFiles(path: string): readonly ts.SourceFile[] {
	const names = /\.tsx?$/.test(path)
		? [path]
		: readdirSync(join(repositoryRoot, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
	return names
		.filter((name) => /(?<!\.d)\.tsx?$/.test(name))
		.map((name) => ts.createSourceFile(name, readFileSync(join(repositoryRoot, name), 'utf8'), ts.ScriptTarget.Latest));
}

function visit(node: ts.Node, callback: (node: ts.Node) => void): void {
	callback(node);
	ts.forEachChild(node, (child) => visit(child, callback));
}
