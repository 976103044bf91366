import type { Clock, TokenSource } from '../../domain/ports';
import type { Action } from '../commands/actions';
import { commands } from '../ids';
import { insertAuthorization } from './insertAuthorization';

/** Commands on the request files being edited. */
export function requestFileActions(source: TokenSource, clock: Clock) {
	return {
		[commands.insertAuthorization]: (argument) => insertAuthorization(argument, source, clock),
	} satisfies Record<string, Action>;
}
