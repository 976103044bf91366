import type { Clock, TokenSource } from '../../domain/ports';
import { commands } from '../ids';
import type { RegisterCommand } from './register';

/** Commands about tokens, from the tree, a page or the palette. Each is loaded when it is first used. */
export function registerTokenCommands(register: RegisterCommand, source: TokenSource, clock: Clock): void {
	register(commands.quickCreateToken, async () => (await import('./quickCreate')).quickCreateToken(source, clock));
	register(commands.importToken, async () => (await import('./importToken')).importToken(source, clock));
	register(commands.exportTokens, async () => (await import('./exportTokens')).exportTokens(source));
	register(commands.copyApiKey, async (argument) => (await import('./useKey')).copyApiKey({ argument }, source, clock));
	register(commands.openTerminal, async (argument) => (await import('./useKey')).openTerminal({ argument }, source, clock));
	register(commands.disableToken, async (argument, selection) =>
		(await import('./lifecycle')).disableTokens({ argument, selection }, source, clock),
	);
	register(commands.enableToken, async (argument, selection) =>
		(await import('./lifecycle')).enableTokens({ argument, selection }, source, clock),
	);
	register(commands.deleteToken, async (argument, selection) =>
		(await import('./lifecycle')).deleteTokens({ argument, selection }, source, clock),
	);
}
