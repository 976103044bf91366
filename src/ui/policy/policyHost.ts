import type * as vscode from 'vscode';
import type { Log } from '../../domain/log';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';

/** What the gateway's policy for other engines needs from the extension. */
export interface GatewayPolicyHost {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly log: Log;
}
