import * as l10n from '@vscode/l10n';
import type { PickItem } from './pickItems';
import type { AuthorizationFormat } from './settings';

/** How an inserted header contains the key. */
export type InsertedFormat = Exclude<AuthorizationFormat, 'auto'>;

/** An HTTP client that resolves references. Its ID is the extension's. */
export interface InstallableClient {
	readonly id: string;
	readonly name: string;
}

/** What the user wants to insert, and the ID of the extension that they want to install for it. */
export interface InsertAnswer {
	readonly format: InsertedFormat;
	readonly install?: string;
}

/**
 * Returns the format of an inserted header. With `auto`, it's a reference if a client is installed, and always in Restricted Mode, where the
 * clients are disabled and can't be detected.
 * @returns undefined if only the user can say what to insert: no client would resolve a reference, and the key would be in plain text
 */
export function decideInsertedFormat(format: AuthorizationFormat, isTrusted: boolean, hasClient: boolean): InsertedFormat | undefined {
	if (format !== 'auto') {
		return format;
	}
	return !isTrusted || hasClient ? 'reference' : undefined;
}

/** Creates the answers to the question what to insert if none of the `clients` is installed. */
export function insertAnswers(clients: readonly InstallableClient[]): readonly PickItem<InsertAnswer>[] {
	return [
		{
			value: { format: 'reference' },
			label: l10n.t('Insert Reference'),
			description: '',
			detail: l10n.t('The file never contains the API key. An HTTP client resolves the reference.'),
			icon: ['references'],
		},
		...clients.map(({ id, name }): PickItem<InsertAnswer> => ({
			value: { format: 'reference', install: id },
			label: l10n.t('Install {0}', name),
			description: id,
			detail: l10n.t('Inserts a reference, and opens the page of an extension that sends requests from files.'),
			icon: ['extensions'],
		})),
		{
			value: { format: 'plainText' },
			label: l10n.t('Insert API Key'),
			description: '',
			detail: l10n.t('The file contains the API key in plain text. Anyone who can read the file can use it.'),
			icon: ['key'],
		},
	];
}
