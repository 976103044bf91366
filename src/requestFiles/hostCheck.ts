import { getAllowance, type AllowedHosts } from '../domain/allowedHosts';
import { checkHosts, worstVerdict, type GatewayAddress, type HostVerdict } from '../domain/tokenHosts';
import { findWrongDestination, type UseCheck } from '../domain/tokenRecipients';
import type { Disposable } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';
import type { ClientSyntax, RequestUse } from './requestUses';

/** What decides which requests may send which keys. */
export interface HostCheckContext {
	readonly hosts: AllowedHosts;
	readonly gateway: GatewayAddress;
	/** Origins of the platform's API and of the accounts' APIs, which don't accept tokens of the workspace. */
	readonly platformOrigins: readonly string[];
	/** Clients that may send the requests. */
	readonly clients: readonly ClientSyntax[];
}

/** Provides the current context, and notifies of its changes. */
export interface HostCheckSource {
	/** As of the last `read`, except for the gateway's address. */
	readonly current: HostCheckContext;
	/** Never rejects: if what's allowed can't be read, nothing is. */
	read(): Promise<HostCheckContext>;
	onDidChange(listener: () => void): Disposable;
}

type CheckedUse = Pick<RequestUse, 'variablesByClient' | 'possibleVariables' | 'destinationsByClient'>;

/** Lists the environment variables to check for a request: those that it uses, and those that an installed client could use. */
export function listCheckedVariables(
	{ variables, possibleVariables }: Pick<RequestUse, 'variables' | 'possibleVariables'>,
	{ clients }: Pick<HostCheckContext, 'clients'>,
): readonly string[] {
	return clients.includes('restClient') ? [...new Set([...variables, ...possibleVariables])] : variables;
}

/**
 * Returns whether a request may send the key in an environment variable. If it's only possible that it does, a host that isn't allowed counts
 * as unknown.
 * @param file URI of the request's file
 */
export function checkUse(
	use: CheckedUse,
	variable: string,
	sourceToken: SourceToken,
	file: string,
	context: HostCheckContext,
): HostVerdict {
	const isPossible = use.possibleVariables.includes(variable) && context.clients.includes('restClient');
	const isUsed = Object.values(use.variablesByClient).some((variables) => variables?.includes(variable));
	return worstVerdict([
		...(isUsed || !isPossible ? [checkToken(listUseDestinations(use, variable, context), sourceToken, file, context)] : []),
		...(isPossible ? [checkPossibleUse(use, sourceToken, file, context)] : []),
	]);
}

function checkPossibleUse(
	{ destinationsByClient }: CheckedUse,
	sourceToken: SourceToken,
	file: string,
	context: HostCheckContext,
): HostVerdict {
	const verdict = checkToken(destinationsByClient.restClient, sourceToken, file, context);
	return verdict.kind === 'foreign' ? checkToken([undefined], sourceToken, file, context) : verdict;
}

/** Like `checkUse`. Also returns a destination that doesn't accept the token. */
export function checkUseAndRecipient(
	use: CheckedUse,
	variable: string,
	sourceToken: SourceToken,
	file: string,
	context: HostCheckContext,
): UseCheck {
	const verdict = checkUse(use, variable, sourceToken, file, context);
	return { verdict, wrong: findWrongDestination(verdict, listUseDestinations(use, variable, context), sourceToken, context) };
}

/** Returns where the clients send the key in an environment variable: those that may send the request, or all if none of them does. */
function listUseDestinations(
	{ variablesByClient, destinationsByClient }: Omit<CheckedUse, 'possibleVariables'>,
	variable: string,
	{ clients }: Pick<HostCheckContext, 'clients'>,
): RequestUse['destinationsByClient'][ClientSyntax] {
	const senders = (Object.keys(variablesByClient) as ClientSyntax[]).filter((client) => variablesByClient[client]?.includes(variable));
	const installed = senders.filter((client) => clients.includes(client));
	return (installed.length > 0 ? installed : senders).flatMap((client) => destinationsByClient[client]);
}

/** Like `checkUse`, for a request that is sent to these destinations. */
export function checkToken(
	destinations: RequestUse['destinationsByClient'][ClientSyntax],
	sourceToken: SourceToken,
	file: string,
	{ hosts, gateway }: HostCheckContext,
): HostVerdict {
	const { origins, files } = getAllowance(hosts, { sourceId: sourceToken.source.id, tokenId: sourceToken.token.id });
	return checkHosts(destinations, sourceToken, { gateway, allowedOrigins: origins, isFileAllowed: files.includes(file) });
}

/** Returns the worst verdict about the requests of a file that use a token; undefined if none does. */
export function checkFile(
	uses: readonly RequestUse[],
	sourceToken: SourceToken,
	tokens: ReadonlyMap<string, SourceToken>,
	file: string,
	context: HostCheckContext,
): HostVerdict | undefined {
	const verdicts = uses.flatMap((use) =>
		listCheckedVariables(use, context)
			.filter((variable) => isSameToken(tokens.get(variable), sourceToken))
			.map((variable) => checkUse(use, variable, sourceToken, file, context)),
	);
	return verdicts.length === 0 ? undefined : worstVerdict(verdicts);
}

export function isSameToken(a: SourceToken | undefined, b: SourceToken | undefined): boolean {
	return a !== undefined && b !== undefined && a.source.id === b.source.id && a.token.id === b.token.id;
}
