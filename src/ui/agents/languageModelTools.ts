import * as vscode from 'vscode';
import type { ToolRunner } from '../../agents/toolRunner';
import type { AgentToolName } from '../../models/manifestIds';
import { confirmationText, invocationText } from './toolTexts';

/** Creates the tool of this name for the editor's language models. */
export function createLanguageModelTool(name: AgentToolName, runner: ToolRunner): vscode.LanguageModelTool<unknown> {
	return {
		prepareInvocation: async ({ input }) => {
			const preview = await runner.preview(name, input);
			const confirmation = preview.mustConfirm === true ? confirmationText(preview) : undefined;
			return {
				invocationMessage: literal(invocationText(name, preview)),
				...(confirmation && { confirmationMessages: { title: confirmation.message, message: literal(confirmation.detail) } }),
			};
		},
		invoke: async ({ input }, token) => {
			const controller = new AbortController();
			const subscription = token.onCancellationRequested(() => controller.abort());
			if (token.isCancellationRequested) {
				controller.abort();
			}
			try {
				const text = await runner.run(name, input, { kind: 'editor' }, controller.signal);
				return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
			} finally {
				subscription.dispose();
			}
		},
	};
}

/** VS Code renders messages as Markdown. */
function literal(text: string): vscode.MarkdownString {
	return new vscode.MarkdownString().appendText(text);
}
