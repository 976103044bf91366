import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { KeyRelease } from '../../models/keyRelease';
import type { KeyEnvironment } from './keyEnvironment';

/** Dependencies of the commands for request files. */
export interface RequestFileServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly gateway: GatewayController;
	readonly keyEnvironment: KeyEnvironment;
	readonly keyRelease: KeyRelease;
}
