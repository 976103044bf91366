import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { GatewayController } from '../../gateway/controller';
import type { Action } from '../commands/actions';
import { commands } from '../ids';
import { cleanClientHistory } from './clientHistory';
import { copyAs, formIn } from './copyAs';
import type { HandOver } from './handOver';
import { insertAuthorization } from './insertAuthorization';
import { newRequestFile } from './newRequestFile';
import { replaceReference } from './replaceReference';
import { sendAs } from './sendAs';

/** Commands on request files and requests. */
export function requestFileActions(sources: TokenSources, clock: Clock, gateway: GatewayController, handOver: HandOver) {
	return {
		[commands.insertAuthorization]: (argument) => insertAuthorization(argument, sources, clock, 'cursors'),
		[commands.insertAuthorizationInFile]: (argument) => insertAuthorization(argument, sources, clock, 'file'),
		[commands.sendAs]: (argument) => sendAs(argument, sources, handOver),
		[commands.replaceReference]: (argument) => replaceReference(argument, sources, clock),
		[commands.copyAs]: (argument) => copyAs({ argument }, sources, clock, gateway, formIn(argument)),
		[commands.copyAsCurl]: (argument) => copyAs({ argument }, sources, clock, gateway, 'curl'),
		[commands.cleanHistory]: () => cleanClientHistory(sources),
		[commands.newRequestFile]: (argument) => newRequestFile({ argument }, sources, clock, gateway),
	} satisfies Record<string, Action>;
}
