import type { Clock, TokenSource } from '../../domain/ports';
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
export function requestFileActions(source: TokenSource, clock: Clock, gateway: GatewayController, handOver: HandOver) {
	return {
		[commands.insertAuthorization]: (argument) => insertAuthorization(argument, source, clock, 'cursors'),
		[commands.insertAuthorizationInFile]: (argument) => insertAuthorization(argument, source, clock, 'file'),
		[commands.sendAs]: (argument) => sendAs(argument, source, handOver),
		[commands.replaceReference]: (argument) => replaceReference(argument, source, clock),
		[commands.copyAs]: (argument) => copyAs({ argument }, source, clock, gateway, formIn(argument)),
		[commands.copyAsCurl]: (argument) => copyAs({ argument }, source, clock, gateway, 'curl'),
		[commands.cleanHistory]: () => cleanClientHistory(source),
		[commands.newRequestFile]: (argument) => newRequestFile({ argument }, source, clock, gateway),
	} satisfies Record<string, Action>;
}
