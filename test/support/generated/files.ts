import { apiDeclaration } from './apiDeclaration';
import { withSettingsTable } from './settingsTable';

/** The files that are generated whole or in part, relative to the repositoryRoot: each function returns the new text for the current one. */
export const generatedFiles: Readonly<Record<string, (current: string) => string>> = {
	'docs/connect-tokens.d.ts': apiDeclaration,
	'README.md': withSettingsTable,
};
