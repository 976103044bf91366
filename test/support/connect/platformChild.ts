/**
 * A platform in a process of its own, so that its work is not the client's: fork(platformChild.js, [TOKENS, LATENCY]).
 * It sends where it is, and after every message that it gets, what it was asked since the message before.
 */
import { startPlatform } from './simulatedPlatform';

/** What the process sends first. */
export interface PlatformInfo {
	readonly endpoint: string;
	readonly account: { readonly id: string; readonly name: string };
	readonly key: string;
}

/** What the process sends later. */
export interface RequestSummary {
	readonly requests: number;
	/** Of all bodies of answers. */
	readonly bytes: number;
}

async function run(tokens: number, latency: number): Promise<void> {
	const platform = await startPlatform({ latency });
	platform.account.seed(tokens);
	process.on('message', () => {
		const asked = platform.requests.splice(0);
		process.send?.({
			requests: asked.length,
			bytes: asked.reduce((sum, { response: answer }) => sum + (answer?.bytes ?? 0), 0),
		} satisfies RequestSummary);
	});
	process.once('disconnect', () => process.exit());
	const { endpoint, account } = platform;
	process.send?.({ endpoint, account: account.reference, key: account.key } satisfies PlatformInfo);
}

const [tokens, latency] = process.argv.slice(2).map(Number);
void run(tokens!, latency!);
