import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { KeyLoader } from '../keys/keyLoader';
import type { DocumentRequests } from './documentRequests';
import type { KeyEnvironment } from './keyEnvironment';
import type { LastRequestEditor } from './lastRequestEditor';
import type { TokenHosts } from './tokenHosts';

/** Dependencies of the commands for request files. */
export interface RequestFileServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly gateway: GatewayController;
	readonly keyEnvironment: KeyEnvironment;
	readonly keys: KeyLoader;
	readonly hosts: TokenHosts;
	readonly documentRequests: DocumentRequests;
	readonly lastRequestEditor: LastRequestEditor;
	/** Whether the extension is being tested, which means that it asks no questions about keys. */
	readonly isTest: boolean;
}
