import * as vscode from 'vscode';
import type { KeyBroker } from '../../broker/keyBroker';
import type { KeyRequest } from '../../broker/keyRequest';
import { logFailure } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { solvableProblem } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import { localizeError } from '../../models/localization';
import { commandIds } from '../../models/manifestIds';
import { tokenPickItems } from '../../models/pickItems';
import { StatusChangeTimer } from '../../models/statusChangeTimer';
import { compareSessions, coversScopes, createTokenSessions, type TokenSession } from '../../models/tokenSessions';
import { pickOne } from '../commands/targets';
import { log } from '../log';
import { readExpiringDays } from '../settings';

const PROVIDER_ID = 'connect-tokens';
/** Key of the IDs of the sessions that the user has approved in this workspace. */
const APPROVED_STATE_KEY = 'connectTokens.approvedSessions';

export interface AuthenticationOptions {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly broker: Pick<KeyBroker, 'release'>;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
}

/** Provides each usable token as an account to other extensions. VS Code names them, asks the user, and remembers the answer. */
export function registerAuthentication(options: AuthenticationOptions): Disposable {
	const provider = new TokenAuthenticationProvider(options);
	const { label } = getContribution(options.context);
	return vscode.Disposable.from(
		provider,
		vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, label, provider, { supportsMultipleAccounts: true }),
	);
}

/** The name that the manifest declares. */
function getContribution({ extension }: vscode.ExtensionContext): { readonly label: string } {
	const { contributes } = extension.packageJSON as {
		readonly contributes: { readonly authentication: readonly [{ readonly label: string }] };
	};
	return contributes.authentication[0];
}

class TokenAuthenticationProvider implements vscode.AuthenticationProvider, Disposable {
	readonly #changeEmitter = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
	readonly onDidChangeSessions = this.#changeEmitter.event;
	readonly #timer: StatusChangeTimer;
	readonly #subscription: Disposable;
	#sessions: readonly TokenSession[] = [];

	constructor(private readonly options: AuthenticationOptions) {
		const { sources, clock, scheduler } = options;
		const update = () => void this.#update().catch(logFailure(log, 'update the authentication sessions'));
		this.#timer = new StatusChangeTimer({ clock, scheduler, readExpiringDays }, update);
		this.#subscription = sources.onDidChange(update);
		update();
	}

	/**
	 * VS Code calls this before it asks the user. Without scopes, it only wants to know the accounts, so there are no keys. With scopes, there are
	 * only those of tokens that the user has approved before, also if an extension names an account: VS Code's question doesn't.
	 */
	async getSessions(
		scopes: readonly string[] | undefined,
		{ account }: vscode.AuthenticationProviderSessionOptions,
	): Promise<vscode.AuthenticationSession[]> {
		const sessions = createTokenSessions(await this.options.sources.list('available'));
		if (!scopes) {
			return sessions.map((session) => toAuthenticationSession(session, ''));
		}
		const approved = this.#readApproved();
		const matching = sessions.filter(
			({ id, found }) => coversScopes(found.token, scopes) && approved.includes(id) && (account === undefined || id === account.id),
		);
		const released = await Promise.all(
			matching.map((session) => this.#release(session, 'given').catch(logFailure(log, `provide the key of ${session.found.token.id}`))),
		);
		return released.filter((session) => session !== undefined);
	}

	/**
	 * Lets the user choose a token, unless the extension has, and asks about it. VS Code has asked whether the extension may sign in, unless a
	 * task runs the command that VS Code has for that.
	 */
	async createSession(
		scopes: readonly string[],
		{ account }: vscode.AuthenticationProviderSessionOptions,
	): Promise<vscode.AuthenticationSession> {
		try {
			if (!vscode.workspace.isTrusted) {
				throw solvableProblem('untrusted', 'API keys are released only in trusted workspaces. Trust the workspace and try again.');
			}
			const sessions = await this.#listCovering(scopes);
			const session = sessions.find(({ id }) => id === account?.id) ?? (await this.#choose(sessions, scopes));
			const result = await this.#release(session, 'askEachTime');
			await this.#writeApproved([...this.#readApproved().filter((id) => id !== session.id), session.id]);
			return result;
		} catch (error) {
			throw error instanceof vscode.CancellationError ? error : new Error(localizeError(error), { cause: error });
		}
	}

	/** Forgets that the user has chosen the token. The token itself doesn't change. */
	async removeSession(sessionId: string): Promise<void> {
		await this.#writeApproved(this.#readApproved().filter((id) => id !== sessionId));
		const removed = this.#sessions.filter(({ id }) => id === sessionId);
		this.#fire({ added: [], changed: [], removed });
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#timer.dispose();
		this.#changeEmitter.dispose();
	}

	async #update(): Promise<void> {
		const tokens = await this.options.sources.list('cached');
		this.#timer.track(tokens);
		const before = this.#sessions;
		this.#sessions = createTokenSessions(tokens);
		const changes = compareSessions(before, this.#sessions);
		if (changes) {
			this.#fire(changes);
		}
	}

	#fire({ added, removed, changed }: NonNullable<ReturnType<typeof compareSessions>>): void {
		const withoutKeys = (sessions: readonly TokenSession[]) => sessions.map((session) => toAuthenticationSession(session, ''));
		this.#changeEmitter.fire({ added: withoutKeys(added), removed: withoutKeys(removed), changed: withoutKeys(changed) });
	}

	async #listCovering(scopes: readonly string[]): Promise<readonly TokenSession[]> {
		const sessions = createTokenSessions(await this.options.sources.list());
		return sessions.filter(({ found }) => coversScopes(found.token, scopes));
	}

	async #choose(sessions: readonly TokenSession[], scopes: readonly string[]): Promise<TokenSession> {
		const { sources, clock } = this.options;
		const create = {
			value: undefined,
			label: vscode.l10n.t('Create Token…'),
			description: scopes.join(', '),
			icon: ['add'] as const,
		};
		const items = tokenPickItems(
			sessions.map(({ found }) => found),
			sources.all,
			clock(),
		);
		const picked = await pickOne<SourceToken | 'create'>([...items, { ...create, value: 'create' }], {
			title: vscode.l10n.t('Sign In with a Token'),
			placeHolder: vscode.l10n.t('Select the token that the extension gets the API key of'),
		});
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return picked === 'create'
			? this.#create(sessions, scopes)
			: sessions.find(({ found }) => found.source === picked.source && found.token.id === picked.token.id)!;
	}

	/** Opens the wizard, and waits for a token with access to the modules. */
	async #create(before: readonly TokenSession[], scopes: readonly string[]): Promise<TokenSession> {
		const title =
			scopes.length === 0
				? vscode.l10n.t('Create a token. The extension gets its API key.')
				: vscode.l10n.t('Create a token with access to {0}. The extension gets its API key.', scopes.join(', '));
		await vscode.commands.executeCommand(commandIds.createToken);
		return vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
			(_, cancellation) =>
				new Promise((resolve, reject) => {
					const check = async () => {
						const created = (await this.#listCovering(scopes)).find(({ id }) => !before.some((other) => other.id === id));
						if (created) {
							subscription.dispose();
							resolve(created);
						}
					};
					const subscription = this.options.sources.onDidChange(() => void check().catch(logFailure(log, 'find the created token')));
					cancellation.onCancellationRequested(() => {
						subscription.dispose();
						reject(new vscode.CancellationError());
					});
				}),
		);
	}

	async #release(session: TokenSession, consent: KeyRequest['consent']): Promise<vscode.AuthenticationSession> {
		const key = await this.options.broker.release({
			found: session.found,
			form: 'credential',
			requester: { kind: 'authentication' },
			consent,
		});
		return toAuthenticationSession(session, key);
	}

	#readApproved(): readonly string[] {
		return this.options.context.workspaceState.get<readonly string[]>(APPROVED_STATE_KEY, []);
	}

	async #writeApproved(ids: readonly string[]): Promise<void> {
		await this.options.context.workspaceState.update(APPROVED_STATE_KEY, ids.length === 0 ? undefined : ids);
	}
}

/** @param accessToken empty, or `SU-…:…` */
function toAuthenticationSession({ id, label, scopes }: TokenSession, accessToken: string): vscode.AuthenticationSession {
	return { id, accessToken, account: { id, label }, scopes };
}
