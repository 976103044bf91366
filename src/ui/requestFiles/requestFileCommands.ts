import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { CommandHandler } from '../commands/commandHandlers';
import { commandIds } from '../../models/manifestIds';
import { cleanRestClientHistory } from './restClientHistory';
import { copyAs, formatFromArgument } from './copyAsCommand';
import type { KeyEnvironment } from './keyEnvironment';
import { insertAuthorization } from './insertAuthorization';
import { insertReferences } from './insertReferences';
import { newRequestFile } from './newRequestFile';
import { changeReferencedToken } from './changeReferencedToken';
import { sendAs } from './sendAs';

/** Commands on request files and requests. */
export function requestFileCommands(sources: TokenSources, clock: Clock, gateway: GatewayController, keyEnvironment: KeyEnvironment) {
	return {
		[commandIds.insertAuthorization]: (argument) => insertAuthorization(argument, sources, clock, 'cursors'),
		[commandIds.insertAuthorizationInFile]: (argument) => insertAuthorization(argument, sources, clock, 'file'),
		[commandIds.insertReferences]: (argument) => insertReferences(argument, sources),
		[commandIds.sendAs]: (argument) => sendAs(argument, sources, keyEnvironment),
		[commandIds.replaceReference]: (argument) => changeReferencedToken(argument, sources, clock),
		[commandIds.copyAs]: (argument) => copyAs({ argument }, sources, clock, gateway, formatFromArgument(argument)),
		[commandIds.copyAsCurl]: (argument) => copyAs({ argument }, sources, clock, gateway, 'curl'),
		[commandIds.cleanHistory]: () => cleanRestClientHistory(sources),
		[commandIds.newRequestFile]: (argument) => newRequestFile({ argument }, sources, clock, gateway),
	} satisfies Record<string, CommandHandler>;
}
