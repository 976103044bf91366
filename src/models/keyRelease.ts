import * as l10n from '@vscode/l10n';
import type { Log } from '../domain/log';
import { problem } from '../domain/problems';
import type { SourceToken } from '../domain/tokenSources';
import type { Confirm } from './lifecycleActions';
import { escapeLabel } from './localization';
import { isOwnArgument } from './ownArguments';

/** Where a command puts a key. The user decides about each of them separately. */
export type KeyDestination = 'clipboard' | 'terminal' | 'file' | 'request';

/** What a command that releases a key is called, and where it puts the key. */
export interface KeyUse {
	readonly title: string;
	readonly destination: KeyDestination;
}

export interface KeyReleaseOptions {
	readonly confirm: Confirm;
	/** Whether nothing is asked, because tests have no user. */
	readonly isTest: boolean;
	readonly log: Log;
}

interface Answer {
	readonly isAllowed: Promise<boolean>;
	/** When the token was last changed before the question: ISO 8601. */
	readonly tokenUpdatedAt: string;
}

/**
 * Asks the user before a command releases a key, once for each token, destination, and window, and again after the token was changed. VS Code
 * doesn't tell a command who called it: a repository's task or another extension can run it, too, with an argument that names a token. Not even
 * a node of the Tokens view proves a click, because VS Code replaces `{ $treeViewId, $focusedTreeItem }` with the node that has the focus,
 * wherever it comes from. Nor does a token picked in a list or a selected button of a notification: VS Code has commands that do both.
 */
export class KeyRelease {
	/** The answers of this window, by source, token ID, and destination. Commands that run at the same time share a question. */
	readonly #answers = new Map<string, Answer>();

	constructor(private readonly options: KeyReleaseOptions) {}

	/**
	 * Asks unless this extension created `argument` for one of its own links or pages.
	 * @param argument what the command was called with
	 * @throws ProblemError when the user doesn't allow it
	 */
	async assertAllowed(argument: unknown, { source, token }: SourceToken, use: KeyUse): Promise<void> {
		if (isOwnArgument(argument)) {
			return;
		}
		if (this.options.isTest) {
			this.options.log.info(`Allowed ${use.title} for ${token.id} without asking, because this is a test`);
			return;
		}
		const id = `${source.id}/${token.id}/${use.destination}`;
		const known = this.#answers.get(id);
		const answer =
			known?.tokenUpdatedAt === token.updated.at ? known : { isAllowed: this.#ask(token, use), tokenUpdatedAt: token.updated.at };
		this.#answers.set(id, answer);
		if (!(await answer.isAllowed.catch(() => false))) {
			this.#answers.delete(id);
			throw problem("The API key of {0} wasn't released because you didn't allow it.", token.id);
		}
	}

	/** Asks again about everything. Call this when the workspace becomes trusted: the user allowed uses while its tasks couldn't repeat them. */
	forgetAnswers(): void {
		this.#answers.clear();
	}

	#ask({ name, id }: SourceToken['token'], { title, destination }: KeyUse): Promise<boolean> {
		const message = l10n.t('Allow “{0}” to use the API key of “{1}” ({2})?', title, escapeLabel(name), id);
		const reason = l10n.t(
			"Tasks, keyboard shortcuts, and other extensions can run this command just as you can. If you didn't run it, select Cancel. If you allow it, you aren't asked again in this window until the token changes.",
		);
		return this.options.confirm({ message, detail: `${destinationText(destination)} ${reason}` }, l10n.t('Allow'));
	}
}

function destinationText(destination: KeyDestination): string {
	switch (destination) {
		case 'clipboard':
			return l10n.t('The key will be copied to the clipboard.');
		case 'terminal':
			return l10n.t('Programs in a new terminal will be able to read the key.');
		case 'file':
			return l10n.t('The key will be inserted into a file in plain text.');
		case 'request':
			return l10n.t('The key will be sent with a request.');
	}
}
