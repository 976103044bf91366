import type { Clock, TokenSource } from '../../domain/ports';
import type { RegisterCommand } from '../commands/register';
import { commands } from '../ids';

/** Commands on the request files being edited. */
export function registerRequestFiles(register: RegisterCommand, source: TokenSource, clock: Clock): void {
	register(commands.insertAuthorization, async (argument) => {
		const { insertAuthorization } = await import('./insertAuthorization');
		await insertAuthorization(argument, source, clock);
	});
}
