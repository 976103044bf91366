import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { allowHost } from './allowHost';
import { changeRequestHost, changeRequestToken } from './changeRecipient';
import { changeReferencedToken } from './changeReferencedToken';
import { copyAs, formatFromArgument } from './copyAsCommand';
import { insertAuthorization } from './insertAuthorization';
import { insertReferences } from './insertReferences';
import { manageKeyAccess } from './manageKeyAccess';
import { newRequestFile } from './newRequestFile';
import type { RequestFileServices } from './requestFileServices';
import { cleanRestClientHistory } from './restClientHistoryCommands';
import { sendAs } from './sendAs';
import { useGatewayInFile } from './useGatewayInFile';

/** Commands for request files and requests. */
export function requestFileCommands(services: RequestFileServices) {
	return {
		[commandIds.insertAuthorization]: (argument) => insertAuthorization(argument, 'cursors', services),
		[commandIds.insertAuthorizationInFile]: (argument) => insertAuthorization(argument, 'file', services),
		[commandIds.insertReferences]: (argument) => insertReferences(argument, services.sources),
		[commandIds.sendAs]: (argument) => sendAs(argument, services),
		[commandIds.replaceReference]: (argument) => changeReferencedToken(argument, services),
		[commandIds.useGatewayInFile]: (argument) => useGatewayInFile(argument, services),
		[commandIds.changeRequestHost]: (argument) => changeRequestHost(argument, services),
		[commandIds.changeRequestToken]: (argument) => changeRequestToken(argument, services),
		[commandIds.allowHost]: (argument) => allowHost(argument, services),
		[commandIds.manageKeyAccess]: () => manageKeyAccess(services),
		[commandIds.showKeyAccessLog]: async () => (await services.keys.load()).showLog(),
		[commandIds.copyAs]: (argument) => copyAs({ argument }, formatFromArgument(argument), services),
		[commandIds.copyAsCurl]: (argument) => copyAs({ argument }, 'curl', services),
		[commandIds.cleanHistory]: () => cleanRestClientHistory(services.sources),
		[commandIds.newRequestFile]: (argument) => newRequestFile({ argument }, services),
	} satisfies Record<string, CommandHandler>;
}
