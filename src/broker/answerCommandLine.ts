import { formatConnectReference, parseConnectReference } from '../domain/connectReference';
import { isUsable } from '../domain/token';
import type { HostVerdict } from '../domain/tokenHosts';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { CommandLineError } from './commandLineError';
import type {
	AddCountsResponse,
	CommandLineRequest,
	GetKeyRequest,
	ListedToken,
	PolicyRequest,
	PolicyResponse,
	ToolRequest,
} from './commandLineProtocol';
import type { KeyBroker } from './keyBroker';

export interface CommandLineServices {
	readonly sources: Pick<TokenSources, 'find' | 'list'>;
	readonly broker: Pick<KeyBroker, 'release'>;
	/** Returns whether the token's key may be sent to an origin. */
	readonly checkOrigin: (found: SourceToken, origin: string) => Promise<HostVerdict>;
	/** Returns the ID of the open terminal that one of the processes is the shell of; undefined if there's none. */
	readonly findTerminal: (processIds: readonly number[]) => Promise<string | undefined>;
	/** Runs a tool for an agent, and returns text for a language model. The message of an error that it throws is for the language model, too. */
	readonly runTool: (request: ToolRequest, signal: AbortSignal) => Promise<string>;
	/** Creates the policy that other engines enforce, without keys. Rejects with a `ProblemError` in an untrusted workspace. */
	readonly createPolicy: (request: PolicyRequest) => Promise<PolicyResponse>;
	/** Stores what other engines have counted. Rejects with a `ProblemError` if that isn't valid. */
	readonly addCounts: (counts: unknown) => Promise<AddCountsResponse>;
}

/**
 * Answers a request of the command line.
 * @param signal aborted when nobody waits for the answer anymore, which stops a tool
 * @throws CommandLineError or ProblemError that says why it can't be answered
 */
export async function answerCommandLine(request: CommandLineRequest, services: CommandLineServices, signal: AbortSignal): Promise<unknown> {
	switch (request.type) {
		case 'list':
			return { tokens: (await services.sources.list('available')).map(toListedToken) };
		case 'get':
			return { key: await getKey(request, services) };
		case 'tool':
			return { text: await runTool(request, services, signal) };
		case 'policy':
			// Not asked about: it contains hashes of random secrets, which can't be reversed, and what any program of the user can read in the token list.
			return services.createPolicy(request);
		case 'addCounts':
			return services.addCounts(request.counts);
	}
}

async function runTool(request: ToolRequest, services: CommandLineServices, signal: AbortSignal): Promise<string> {
	try {
		return await services.runTool(request, signal);
	} catch (error) {
		throw error instanceof Error ? new CommandLineError(error.message, { cause: error }) : error;
	}
}

async function getKey(
	{ reference, folder, command, agent, processIds, origin }: GetKeyRequest,
	services: CommandLineServices,
): Promise<string> {
	const parsed = parseConnectReference(reference);
	const found = parsed && (await services.sources.find(parsed));
	if (!parsed || !found) {
		throw new CommandLineError(`The window of ${folder} has no token for ${reference}. Run “connect-tokens list” to see its tokens.`);
	}
	const { id, status } = found.token;
	if (!isUsable(found.token)) {
		throw new CommandLineError(
			status === 'inactive'
				? `The token ${id} is disabled. Enable it in the Tokens view and try again.`
				: `The token ${id} can't be used because its status is “${status}”. Rotate it in the Tokens view and try again.`,
		);
	}
	if (origin !== undefined) {
		assertAllowed(await services.checkOrigin(found, origin), found);
	}
	const sessionId = await services.findTerminal(processIds);
	return services.broker.release({
		found,
		form: parsed.form,
		requester: { kind: 'commandLine', folder, command, ...(agent !== undefined && { agent }) },
		...(sessionId !== undefined && { sessionId }),
		consent: agent === undefined ? 'ask' : 'askEachTime',
	});
}

/** @throws CommandLineError if the token's key must not be sent to a host */
function assertAllowed(verdict: HostVerdict, { token }: SourceToken): void {
	switch (verdict.kind) {
		case 'allowed':
			return;
		case 'gatewayStopped':
			throw new CommandLineError(
				`The API key isn't sent to ${verdict.host} because the gateway isn't listening there. Start the gateway and try again.`,
			);
		case 'foreign':
			throw new CommandLineError(
				`The API key isn't sent to ${verdict.host} because this host isn't allowed for ${token.id}. If you trust the host, write a request with the token's reference to it in a .http file, select the quick fix “Allow This Host for the Token”, and try again.`,
			);
		case 'unknown':
			throw new CommandLineError("The API key isn't sent because its destination isn't known. Name a host and try again.");
	}
}

function toListedToken({ source, token }: SourceToken): ListedToken {
	const account = source.remote?.account;
	return {
		id: token.id,
		name: token.name,
		status: token.status,
		expirationDate: token.expirationDate,
		reference: formatConnectReference({ tokenId: token.id, ...(account && { sourceId: source.id }), form: 'authorization' }),
		account: account?.name ?? null,
		isUsable: isUsable(token),
	};
}
