import type { KeyDestination, KeyRequest, KeyRequester } from '../../broker/keyRequest';
import type { KeyForm } from '../../domain/connectReference';
import type { Disposable } from '../../domain/ports';
import type { KeyVersion } from '../../domain/token';
import type { SourceToken } from '../../domain/tokenSources';
import type { KeyHost, Keys } from '../../keys';
import { isOwnArgument } from '../../models/ownArguments';

/** What a command does with a key. */
export interface KeyUse {
	/** What the command is called. */
	readonly title: string;
	readonly destination: KeyDestination;
	readonly form?: KeyForm;
	/** The current key by default. */
	readonly which?: KeyVersion;
	/** Whether the user has already confirmed this use of the key in a dialog that a task can't answer. */
	readonly isConfirmed?: boolean;
}

/** Requests keys from the broker, whose bundle is loaded when it's first needed. */
export class KeyLoader implements Disposable {
	#keys: Promise<Keys> | undefined;

	constructor(private readonly host: KeyHost) {}

	load(): Promise<Keys> {
		return (this.#keys ??= import('../../keys').then(({ composeKeys }) => composeKeys(this.host)));
	}

	/**
	 * Reads a key for a command. Asks the user unless this extension created `argument` for one of its own links or pages: VS Code doesn't tell a
	 * command who called it. Not even a node of the Tokens view proves a click, because VS Code replaces
	 * `{ $treeViewId, $focusedTreeItem }` with the node that has the focus, wherever it comes from. Nor does a token picked in a list or a
	 * selected button of a notification: VS Code has commands that do both.
	 * @param argument what the command was called with
	 * @throws ProblemError if it isn't allowed, or the key can't be read
	 */
	releaseToCommand(argument: unknown, found: SourceToken, { isConfirmed, title, destination, form, which }: KeyUse): Promise<string> {
		return this.release({
			found,
			requester: { kind: 'command', title, destination },
			sessionId: 'window',
			consent: isConfirmed === true || isOwnArgument(argument) ? 'given' : 'ask',
			...(form && { form }),
			...(which && { which }),
		});
	}

	/**
	 * Reads a key for a requester that the user has chosen, or whose destination is allowed, without a question.
	 * @throws ProblemError if the workspace isn't trusted, or the key can't be read
	 */
	releaseTo(requester: KeyRequester, found: SourceToken): Promise<string> {
		return this.release({ found, requester, consent: 'given' });
	}

	/** @throws ProblemError if it isn't allowed, or the key can't be read */
	async release(request: Omit<KeyRequest, 'form'> & Partial<Pick<KeyRequest, 'form'>>): Promise<string> {
		const { broker } = await this.load();
		return broker.release({ form: 'authorization', ...request });
	}

	dispose(): void {
		void this.#keys?.then((keys) => keys.dispose());
	}
}
