/**
 * Simulated platform in a separate process, so its work doesn't distort measurements of the client: fork(platformChild.js, [TOKENS, LATENCY]).
 * It first sends a `PlatformInfo`. To each message it responds with a `RequestSummary` of the requests since the previous message.
 */
import { startPlatform } from './simulatedPlatform';

/** The first message of the process. */
export interface PlatformInfo {
	readonly endpoint: string;
	readonly account: { readonly id: string; readonly name: string };
	readonly key: string;
}

/** The process's response to each message. */
export interface RequestSummary {
	readonly requests: number;
	/** Total size of the response bodies. */
	readonly bytes: number;
}

async function run(tokens: number, latencyMs: number): Promise<void> {
	const platform = await startPlatform({ latencyMs });
	platform.account.seed(tokens);
	process.on('message', () => {
		const requests = platform.requests.splice(0);
		process.send?.({
			requests: requests.length,
			bytes: requests.reduce((sum, { response }) => sum + (response?.bytes ?? 0), 0),
		} satisfies RequestSummary);
	});
	process.once('disconnect', () => process.exit());
	const { endpoint, account } = platform;
	process.send?.({ endpoint, account: account.reference, key: account.key } satisfies PlatformInfo);
}

const [tokens, latencyMs] = process.argv.slice(2).map(Number);
void run(tokens!, latencyMs!);
