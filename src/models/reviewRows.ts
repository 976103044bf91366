import * as l10n from '@vscode/l10n';
import { BUILT_IN_CATALOG, type Catalog } from '../domain/catalog';
import { logFailure, type Log } from '../domain/log';
import type { Clock, TokenSource } from '../domain/ports';
import { compareReasons, createTokenReview, type ReviewReason, type ReviewRemedy } from '../domain/tokenReview';
import { getAvailableActions } from '../domain/tokenLifecycle';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { NO_USAGE } from '../domain/tokenUsage';
import { locatorKey, type Review, type ReviewFile, type ReviewRow } from '../protocol/reviewMessages';
import { getLanguage, localizeError, localizeProblem } from './localization';
import { commandIds } from './manifestIds';
import { formatRelativeTime } from './relativeTime';
import { dateTimeText } from './tokenTexts';

/** The command that proposes permissions from usage. Editions without it offer to edit the permissions instead. */
export const REDUCE_COMMAND = 'connectTokens.reducePermissions';

/** What can be done about each reason, the most suitable first. */
const REMEDIES: Readonly<Record<ReviewReason['kind'], readonly ReviewRemedy[]>> = {
	keyInFile: ['goToFile', 'rotate', 'disable'],
	unused: ['disable', 'delete'],
	neverUsed: ['disable', 'delete'],
	fewModules: [(Object.values(commandIds) as readonly string[]).includes(REDUCE_COMMAND) ? 'reduce' : 'editPermissions'],
	neverExpires: ['setExpiration'],
	expired: ['delete', 'rotate'],
	disabled: ['delete'],
};

/** The actions that a token must allow for a remedy. */
const REQUIRED_ACTIONS = {
	rotate: 'rotate',
	setExpiration: 'rotate',
	reduce: 'edit',
	editPermissions: 'edit',
	disable: 'disable',
	delete: 'delete',
} as const;

/** Finds the places in files that contain a key of a token, by token ID. */
export type ReadKeyFiles = () => Promise<ReadonlyMap<string, readonly ReviewFile[]>>;

export interface ReviewSources {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly log: Log;
	readonly readKeyFiles: ReadKeyFiles;
}

/** A review, and the tokens that it's about. */
export interface ReadReview {
	readonly review: Review;
	/** All tokens, by `locatorKey`. */
	readonly tokens: ReadonlyMap<string, SourceToken>;
}

/** Reviews all tokens that are known now, without waiting for an account. */
export async function readReview({ sources, clock, log, readKeyFiles }: ReviewSources): Promise<ReadReview> {
	const [lists, keyFiles] = await Promise.all([
		Promise.all(sources.all.map((source) => reviewableTokens(source, sources, log))),
		readKeyFiles().catch(logFailure(log, 'read the files with keys', new Map<string, readonly ReviewFile[]>())),
	]);
	const now = clock();
	const review = createTokenReview(now);
	const tokens = new Map<string, SourceToken>();
	/** A key belongs to the first source with the ID of its token, as for findings. */
	const seenIds = new Set<string>();
	const rows = lists.flatMap(({ source, list, catalog, activity }) => {
		const fixedExtensions = new Set(catalog.extensions.filter(({ permissions }) => permissions).map(({ id }) => id));
		return list.flatMap((token): ReviewRow[] => {
			const locator = { sourceId: source.id, tokenId: token.id };
			tokens.set(locatorKey(locator), { source, token });
			const files = seenIds.has(token.id) ? [] : (keyFiles.get(token.id) ?? []);
			seenIds.add(token.id);
			const reasons = review({
				token,
				// The team may use it on other machines, and its requests aren't counted by module.
				usage: activity && !activity.teamTokenIds.has(token.id) ? (activity.usage[token.id] ?? NO_USAGE) : undefined,
				history: activity?.history[token.id] ?? [],
				keyFileCount: new Set(files.map(({ uri }) => uri)).size,
				moduleCount: catalog.modules.length,
				hasFixedModules: fixedExtensions.has(token.extension.id),
			});
			if (reasons.length === 0) {
				return [];
			}
			const { name, status, platformStatus } = token;
			return [
				{
					...locator,
					name,
					status,
					...(platformStatus !== undefined && { platformStatus }),
					account: source.remote?.account.name ?? null,
					reasons: reasons.map((reason) => ({ kind: reason.kind, evidence: evidenceText(reason, source, now) })),
					files,
					remedies: listRemedies(reasons, getAvailableActions(token)),
				},
			];
		});
	});
	const collator = new Intl.Collator(getLanguage());
	return {
		tokens,
		review: {
			rows: rows.sort((a, b) => compareReasons(a.reasons, b.reasons) || collator.compare(a.name, b.name)),
			tokenCount: tokens.size,
			notes: lists.flatMap(({ note }) => note ?? []),
			hasAccounts: sources.all.some(({ remote }) => remote),
		},
	};
}

/** What's known of a source's tokens. Anything that can't be read is missing, and `note` says why. */
async function reviewableTokens(source: TokenSource, { workspace }: TokenSources, log: Log) {
	const account = source.remote?.account.name ?? null;
	let note: Review['notes'][number] | undefined = findNote(source, account);
	const recordFailure = <T>(action: string, fallback: T) => {
		return (error: unknown): T => {
			note = { source: account, state: 'failed', text: localizeError(error) };
			return logFailure(log, action, fallback)(error);
		};
	};
	const [list, catalog, activity] = await Promise.all([
		source.list('cached').catch(recordFailure('list tokens', [])),
		// The platform's catalog says nothing that a review needs, because it doesn't count usage by module.
		source.remote ? BUILT_IN_CATALOG : source.getCatalog().catch(logFailure<Catalog>(log, 'read the catalog', BUILT_IN_CATALOG)),
		source === workspace ? workspace.readActivity().catch(recordFailure('read the usage', undefined)) : undefined,
	]);
	return { source, list, catalog, activity, note };
}

function findNote({ remote, problem }: TokenSource, source: string | null): Review['notes'][number] | undefined {
	if (remote && (remote.syncState.progress || (remote.syncState.readAt === null && !problem))) {
		return { source, state: 'loading', text: '' };
	}
	return problem && { source, state: 'failed', text: localizeProblem(problem) };
}

/** Says when, how often, or in how many files. */
function evidenceText(reason: ReviewReason, source: TokenSource, now: Date): string {
	switch (reason.kind) {
		case 'keyInFile':
			return reason.fileCount === 1 ? l10n.t('1 file contains an API key.') : l10n.t('{0} files contain an API key.', reason.fileCount);
		case 'unused':
			return l10n.t('Last used {0}', dateWithAge(reason.since, now));
		case 'neverUsed':
			return l10n.t('Created {0}', dateWithAge(reason.since, now));
		case 'fewModules': {
			const modules = reason.used.map(({ moduleId, read, write }) =>
				write === 0
					? l10n.t('{0} (read requests: {1})', source.getModuleName(moduleId), read)
					: l10n.t('{0} (read requests: {1}, write requests: {2})', source.getModuleName(moduleId), read, write),
			);
			return l10n.t('{0} of {1} modules in 30 days: {2}', reason.used.length, reason.moduleCount, modules.join(', '));
		}
		case 'neverExpires':
			return reason.since === null ? '' : l10n.t('Key issued {0}', dateWithAge(reason.since, now));
		case 'expired':
			return l10n.t('Expired {0}', dateWithAge(reason.since, now));
		case 'disabled':
			return l10n.t('Disabled {0}', dateWithAge(reason.since, now));
	}
}

function dateWithAge(iso: string, now: Date): string {
	return `${dateTimeText(iso)} (${formatRelativeTime(getLanguage(), Date.parse(iso) - now.getTime())})`;
}

/** The remedies of all reasons that the token allows. Rotating with and without an expiration date is the same for the user. */
function listRemedies(reasons: readonly ReviewReason[], actions: readonly string[]): readonly ReviewRemedy[] {
	const remedies = [...new Set(reasons.flatMap(({ kind }) => REMEDIES[kind]))].filter(
		(remedy) => remedy === 'goToFile' || actions.includes(REQUIRED_ACTIONS[remedy]),
	);
	return remedies.includes('rotate') ? remedies.filter((remedy) => remedy !== 'setExpiration') : remedies;
}
