import type { Clock, TokenSource } from '../../domain/ports';
import { commands } from '../ids';
import type { RegisterCommand } from './register';

/** Commands about one token, from the tree, a page or the palette. */
export function registerTokenCommands(register: RegisterCommand, source: TokenSource, clock: Clock): void {
	register(commands.copyApiKey, async (argument) => (await import('./copyApiKey')).copyApiKey(argument, source, clock));
	register(commands.deleteToken, async (argument) => (await import('./deleteToken')).deleteToken(argument, source, clock));
}
