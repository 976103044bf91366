import * as l10n from '@vscode/l10n';
import type { Log } from '../domain/log';
import { problem } from '../domain/problems';
import type { SourceToken } from '../domain/tokenSources';
import type { Confirm } from './lifecycleActions';
import { escapeLabel } from './localization';
import { isOwnArgument } from './ownArguments';

export interface KeyReleaseOptions {
	readonly confirm: Confirm;
	/** Whether nothing is asked, because tests have no user. */
	readonly isTest: boolean;
	readonly log: Log;
}

/**
 * Asks the user before a command releases a key, once for each token and window. VS Code doesn't tell a command who called it: a
 * repository's task or another extension can run it, too, with an argument that names a token.
 */
export class KeyRelease {
	/** The answers of this window, by source and token ID. Commands that run at the same time share a question. */
	readonly #answers = new Map<string, Promise<boolean>>();

	constructor(private readonly options: KeyReleaseOptions) {}

	/**
	 * Asks unless `argument` comes from this extension.
	 * @param argument what the command was called with
	 * @param commandTitle what the command is called
	 * @throws ProblemError when the user doesn't allow it
	 */
	async assertAllowed(argument: unknown, { source, token }: SourceToken, commandTitle: string): Promise<void> {
		if (isOwnArgument(argument)) {
			return;
		}
		if (this.options.isTest) {
			this.options.log.info(`Allowed ${commandTitle} for ${token.id} without asking, because this is a test`);
			return;
		}
		const id = `${source.id}/${token.id}`;
		const answer = this.#answers.get(id) ?? this.#ask(token, commandTitle);
		this.#answers.set(id, answer);
		if (!(await answer.catch(() => false))) {
			this.#answers.delete(id);
			throw problem("The API key of {0} wasn't released because you didn't allow it.", token.id);
		}
	}

	/** Like `assertAllowed`, for a command in which the user picks a token unless its argument names one. */
	async assertAllowedUnlessPicked(argument: unknown, found: SourceToken, commandTitle: string): Promise<void> {
		if (argument !== undefined && argument !== null) {
			await this.assertAllowed(argument, found, commandTitle);
		}
	}

	#ask({ name, id }: SourceToken['token'], commandTitle: string): Promise<boolean> {
		const message = l10n.t('Allow “{0}” to use the API key of “{1}” ({2})?', commandTitle, escapeLabel(name), id);
		const detail = l10n.t(
			"The command was run by a keyboard shortcut, a task, or another extension. If you didn't expect it, select Cancel. If you allow it, you aren't asked again for this token in this window.",
		);
		return this.options.confirm({ message, detail }, l10n.t('Allow'));
	}
}
