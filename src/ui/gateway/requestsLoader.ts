import type { Disposable } from '../../domain/ports';
import { commandIds } from '../../models/manifestIds';
import type { Requests, RequestsHost } from '../../requests';
import type { CommandHandler } from '../commands/commandHandlers';
import { pickOne } from '../commands/targets';

type RequestCommandId = keyof Requests['commands'];

const REQUEST_COMMANDS: readonly RequestCommandId[] = [
	commandIds.filterRequests,
	commandIds.changeRequestFilter,
	commandIds.clearRequestFilter,
	commandIds.clearRequests,
	commandIds.goToToken,
	commandIds.addModuleToToken,
	commandIds.openRequestSetting,
	commandIds.copyRequestAsCurl,
	commandIds.newFileFromRequest,
];

/** Loads the Requests view's bundle when the view is shown, one of its commands is used, or the gateway runs. */
export class RequestsLoader implements Disposable {
	#requests: Promise<Requests> | undefined;
	readonly #subscription: Disposable;

	constructor(private readonly host: Omit<RequestsHost, 'pickOne'>) {
		// Other windows read this window's requests.
		this.#subscription = host.gateway.onDidChange(() => host.gateway.phase.kind === 'running' && void this.load());
	}

	/** The handlers of the view's commands. */
	get commands(): Readonly<Record<RequestCommandId, CommandHandler>> {
		const handlers = REQUEST_COMMANDS.map((id): [RequestCommandId, CommandHandler] => [
			id,
			async (argument) => (await this.load()).commands[id](argument),
		]);
		return Object.fromEntries(handlers) as Record<RequestCommandId, CommandHandler>;
	}

	load(): Promise<Requests> {
		return (this.#requests ??= import('../../requests').then(({ composeRequests }) => composeRequests({ ...this.host, pickOne })));
	}

	dispose(): void {
		this.#subscription.dispose();
		void this.#requests?.then((requests) => requests.dispose());
	}
}
