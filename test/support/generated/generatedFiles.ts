import { apiDeclaration } from './apiDeclaration';
import { withLanguageModelTools } from './languageModelTools';
import { withSettingsTable } from './settingsTable';

/** Files that are fully or partly generated, by path relative to the repository root. Each function returns the new text for the current one. */
export const generatedFiles: Readonly<Record<string, (current: string) => string>> = {
	'docs/connect-tokens.d.ts': apiDeclaration,
	'package.json': withLanguageModelTools,
	'README.md': withSettingsTable,
};
