import type { Token, TokenStatus } from '../domain/token';
import { STATUS_ORDER } from './arrangement';
import { describeHost, describeTrust, type HostInfo } from './hostTexts';
import { redact } from './redaction';

/** Longer messages are truncated to limit the time that redaction takes. */
const MAX_MESSAGE_LENGTH = 2000;

/** A line of the log at level `warn` or `error`. */
export interface LoggedWarning {
	/** ISO 8601 UTC. */
	readonly time: string;
	readonly level: string;
	readonly message: string;
}

/** A setting, its value, and its declaration in the manifest. */
export interface DiagnosticsSetting {
	readonly name: string;
	readonly value: unknown;
	readonly defaultValue: unknown;
	/** The values allowed; undefined if the setting isn't an enumeration. */
	readonly options: readonly unknown[] | undefined;
}

export interface DiagnosticsInput {
	readonly extensionVersion: string;
	readonly vsCodeVersion: string;
	readonly nodeVersion: string;
	readonly os: string;
	readonly architecture: string;
	readonly host: HostInfo;
	/** BCP 47 tag. */
	readonly language: string;
	readonly isTrusted: boolean;
	readonly settings: readonly DiagnosticsSetting[];
	readonly vault: string;
	readonly workspaceTokens: readonly Pick<Token, 'status'>[];
	readonly accountTokens: readonly Pick<Token, 'status'>[];
	readonly accountCount: number;
	/** The gateway's phase, and its URL while it's running. */
	readonly gateway: { readonly kind: string; readonly url?: string };
	/** Oldest first. */
	readonly warnings: readonly LoggedWarning[];
	/** Names, hosts, and folders that must not appear. */
	readonly knownValues: readonly string[];
}

/** Returns Markdown in English for an issue report. It contains no API keys, names, IDs, hosts, or home folders. */
export function createDiagnostics(input: DiagnosticsInput): string {
	const changedSettings = input.settings.filter(({ value, defaultValue }) => JSON.stringify(value) !== JSON.stringify(defaultValue));
	const warnings = input.warnings.map((warning) => ({ ...warning, message: warning.message.slice(0, MAX_MESSAGE_LENGTH) }));
	const knownValues = selectOccurring(
		input.knownValues,
		warnings.map(({ message }) => message),
	);
	const warningLines = warnings.map(({ time, level, message }) => `${time} [${level}] ${toSingleLine(redact(message, knownValues))}`);
	return [
		'### Connect Tokens diagnostics',
		'',
		`- Extension: ${input.extensionVersion}`,
		`- VS Code: ${input.vsCodeVersion}, Node.js ${input.nodeVersion}`,
		`- Operating system: ${input.os}, ${input.architecture}`,
		`- Host: ${describeHost(input.host)}`,
		`- Language: ${input.language}`,
		`- Workspace: ${describeTrust(input.isTrusted)}`,
		`- Vault: ${input.vault}`,
		`- Workspace tokens: ${countByStatus(input.workspaceTokens)}`,
		`- Accounts: ${input.accountCount}`,
		`- Account tokens: ${countByStatus(input.accountTokens)}`,
		`- Gateway: ${describeGateway(input.gateway)}`,
		'',
		'#### Changed settings',
		'',
		...(changedSettings.length > 0
			? changedSettings.map(({ name, ...setting }) => `- \`${name}\`: ${describeSetting(setting)}`)
			: ['None']),
		'',
		'#### Recent warnings',
		'',
		...(warningLines.length > 0 ? ['```text', ...warningLines, '```'] : ['None']),
		'',
	].join('\n');
}

/** An account can have thousands of tokens, and redacting looks for each value in each message. */
function selectOccurring(values: readonly string[], messages: readonly string[]): readonly string[] {
	const text = messages.join('\n').toUpperCase();
	return values.filter((value) => text.includes(value.toUpperCase()));
}

function countByStatus(tokens: readonly Pick<Token, 'status'>[]): string {
	const count = (status: TokenStatus) => tokens.filter((token) => token.status === status).length;
	const counts = STATUS_ORDER.map((status) => [status, count(status)] as const).filter(([, number]) => number > 0);
	return `${tokens.length}${counts.length > 0 ? ` (${counts.map(([status, number]) => `${number} ${status}`).join(', ')})` : ''}`;
}

function describeGateway({ kind, url }: DiagnosticsInput['gateway']): string {
	return url === undefined ? kind : `${kind} on port ${new URL(url).port}`;
}

/** Text that the user has entered, such as a URL or the name of a module, isn't shown. */
function describeSetting({ value, options }: Omit<DiagnosticsSetting, 'name' | 'defaultValue'>): string {
	if (typeof value === 'number' || typeof value === 'boolean' || options?.includes(value)) {
		return String(value);
	}
	return typeof value === 'object' && value !== null ? `${Object.keys(value).length} entries` : 'set';
}

/** Keeps the line inside its code block. */
function toSingleLine(text: string): string {
	return text.replace(/\s+/g, ' ').replaceAll('`', "'");
}
