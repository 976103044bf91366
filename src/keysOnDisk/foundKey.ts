import type { KeyForm } from '../domain/connectReference';
import type { TextRange } from '../requestFiles/lines';

/** Whose file it is, which decides what can replace a key in it. */
export type PlaceKind =
	'connectCli' | 'claudeCode' | 'claudeDesktop' | 'cursor' | 'vscode' | 'envFile' | 'shellHistory' | 'restClientHistory';

/** A file that's known to contain keys. */
export interface Place {
	readonly kind: PlaceKind;
	readonly path: string;
	readonly exists: boolean;
}

/**
 * What can be done about a key where it was found:
 * - `reference`: replace it with a reference
 * - `headersHelper`: let Claude Code run `connect-tokens header` for the header
 * - `run`: replace it with a reference, and start the program of the server with `connect-tokens run`
 * - `account`: add the account of CloudBlue's command line here, which can't read references
 * - `history`: replace it as *Remove API Keys from REST Client History* does
 */
export type Remedy = 'reference' | 'headersHelper' | 'run' | 'account' | 'history';

/** An account of CloudBlue's command line, without its key. */
export interface CliAccount {
	readonly id: string;
	readonly name: string;
	readonly endpoint: string;
}

/** Where a value is in a JSON document. */
export type JsonPath = readonly (string | number)[];

/** A plain-text key in a file. */
export interface FoundKey extends TextRange {
	/** Undefined if the text contains only the secret. */
	readonly tokenId: string | undefined;
	/** Undefined if the key is encoded. */
	readonly secret: string | undefined;
	/** Undefined if a reference can't replace the key. */
	readonly form: KeyForm | undefined;
	/** Whether only other values nearby say whose secret it is. */
	readonly isSecretOnly: boolean;
	/** Starts at 1. */
	readonly line: number;
	/** Undefined if nothing that the program of this file supports can replace the key. */
	readonly remedy: Remedy | undefined;
	/** Where the key is in a JSON document, if there's a remedy. */
	readonly path?: JsonPath;
	readonly account?: CliAccount;
}

/** The keys in a file. */
export interface FoundKeys {
	readonly keys: readonly FoundKey[];
	/** Whether the file is JSON that can't be parsed. Its keys then have no remedy. */
	readonly isInvalidJson: boolean;
}
