import * as l10n from '@vscode/l10n';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Beginning, Changes, detailsHost, detailsPage, DetailsSnapshot, ReplacementChoice } from '../../src/protocol/details';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/shared';
import { DEFAULT_PRESET, expirationProblem } from '../shared/ExpirationField';
import { keepState, restoreState } from '../shared/host';
import { useAsking, type Failure } from '../shared/useAsking';
import { doneText, failureTitle, outdatedText, unavailableText } from './actionTexts';
import { changesTo, editableFields, enter, isEmpty } from './changes';
import { detailsStateSchema, type DetailsState, type TabId } from './state';

export type RunAction = 'disable' | 'enable' | 'delete';
type Action = 'save' | 'replaceKey' | RunAction;

/** How long the user may think about the question that the host asks before it deletes, in milliseconds. */
const DECISION_TIME = 3_600_000;

/** What the page tells of its own accord. */
interface News {
	readonly kind: 'done' | 'refused';
	readonly text: string;
}

export interface DetailsModel {
	readonly tab: TabId;
	readonly edit: DetailsState['edit'];
	readonly replacement: DetailsState['replacement'];
	/** How long the present key was to work from its issue, in milliseconds; null is for ever, undefined where that is not known. */
	readonly lifetime: number | null | undefined;
	readonly errors: FieldErrors;
	/** How often fields were found at fault. */
	readonly refusals: number;
	readonly failure: Failure<Action> | undefined;
	readonly news: News | undefined;
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly pending: boolean;
	readonly selectTab: (tab: TabId) => void;
	/** Begins what the token's status allows, or says that it does not. */
	readonly begin: (what: Beginning) => void;
	readonly change: (changes: Changes) => void;
	/** The user has taken note of what changed elsewhere. */
	readonly acknowledge: () => void;
	readonly cancelEdit: () => void;
	readonly save: () => void;
	readonly choose: (expiration: ReplacementChoice) => void;
	readonly cancelReplacement: () => void;
	readonly replaceKey: () => void;
	readonly run: (action: RunAction) => void;
	readonly dismissNews: () => void;
	/** Does again what failed, with the input as it is by now. */
	readonly retry: () => void;
}

export function useDetails(
	peer: Peer<typeof detailsPage, typeof detailsHost>,
	snapshot: DetailsSnapshot,
	toBegin: { readonly what: Beginning } | null,
): DetailsModel {
	const { token, actions } = snapshot;
	const sourceId = snapshot.source.id;
	const [state, setState] = useState<Omit<DetailsState, 'tokenId' | 'sourceId'>>(
		() => restoreState(detailsStateSchema) ?? { tab: 'general', edit: null, replacement: null },
	);
	const [tokenId] = useState(() => token?.id ?? restoreState(detailsStateSchema)?.tokenId);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [refusals, setRefusals] = useState(0);
	const [news, setNews] = useState<News>();
	const { pending, failure, ask, forget } = useAsking<Action>();
	// The date that the snapshot proposes was counted from its own moment; the user may choose it much later.
	const lifetime = useMemo(() => lifetimeUntil(snapshot.sameLifetime), [snapshot]);
	const { tab, edit } = state;

	const outdated =
		state.replacement !== null &&
		!pending &&
		(token?.updated.at !== state.replacement.expected || !actions.includes(state.replacement.action));
	const replacement = outdated ? null : state.replacement;
	// All that was entered is in the token by now: the page was away, or gave up waiting, when the host saved it.
	const saved =
		edit !== null &&
		!pending &&
		token !== null &&
		token.updated.at !== edit.seen.updated.at &&
		!isEmpty(edit.entered) &&
		isEmpty(changesTo(token, edit.entered));

	useLayoutEffect(() => {
		if (tokenId !== undefined) {
			keepState({ tokenId, sourceId, tab, edit, replacement } satisfies DetailsState);
		}
	}, [tokenId, sourceId, tab, edit, replacement]);
	useEffect(() => {
		if (outdated && state.replacement && token) {
			update({ replacement: null }, { kind: 'refused', text: outdatedText(state.replacement.action) });
		}
	}, [outdated]);
	useEffect(() => {
		if (saved) {
			update({ edit: null }, { kind: 'done', text: l10n.t('The changes have been saved.') });
		}
	}, [saved]);
	useEffect(() => {
		if (toBegin) {
			begin(toBegin.what);
		}
	}, [toBegin]);

	/** Takes the page elsewhere; what was said of its former place no longer applies. */
	function update(changes: Partial<typeof state>, said?: News): void {
		forget();
		setErrors({});
		setNews(said);
		setState((now) => ({ ...now, ...changes }));
	}

	/** Shows errors at the fields of a form, of which at least one must be there. */
	function refuse(found: FieldErrors, fields: readonly string[]): void {
		if (!fields.some((field) => field in found)) {
			throw new Error(Object.values(found).join(' '));
		}
		setErrors(found);
		setRefusals((count) => count + 1);
	}

	function begin(what: Beginning): void {
		if (!token) {
			return;
		}
		if (!actions.includes(what) || (pending && what !== 'edit')) {
			setNews({ kind: 'refused', text: unavailableText(what) });
		} else if (what !== 'edit') {
			const expiration = proposedBy(lifetime);
			update({ replacement: { action: what, expiration, expected: token.updated.at } });
		} else {
			update({ edit: edit ?? { seen: token, entered: {} }, replacement: null });
		}
	}

	function change(changes: Changes): void {
		setState((now) => ({ ...now, edit: now.edit && token && { ...now.edit, entered: enter(token, now.edit.entered, changes) } }));
		setErrors((now) => Object.fromEntries(Object.entries(now).filter(([field]) => !(field in changes))));
	}

	function save(): void {
		if (!edit || !token) {
			return;
		}
		const changes = changesTo(token, edit.entered);
		if (isEmpty(changes)) {
			update({ edit: null });
			return;
		}
		void ask('save', l10n.t('The changes could not be saved.'), async () => {
			const answer = await peer.ask('save', { changes, expected: token.updated.at });
			if ('errors' in answer) {
				refuse(answer.errors, editableFields);
				return;
			}
			setErrors({});
			setNews({ kind: 'done', text: l10n.t('The changes have been saved.') });
			setState((now) => ({ ...now, edit: now.edit && afterSaving(now.edit, changes) }));
		});
	}

	function replaceKey(): void {
		if (!replacement) {
			forget();
			return;
		}
		const { action, expiration } = replacement;
		void ask('replaceKey', failureTitle(action), async () => {
			const incomplete = expirationProblem(expiration);
			const answer = incomplete ? { errors: { expirationDate: incomplete } } : await peer.ask('replaceKey', { action, expiration });
			if ('errors' in answer) {
				refuse(answer.errors, ['expirationDate']);
			} else {
				update({ replacement: null, tab: 'general' }, { kind: 'done', text: doneText(action) });
			}
		});
	}

	function run(action: RunAction): void {
		setNews(undefined);
		void ask(action, failureTitle(action), async () => {
			await peer.ask('run', { action }, DECISION_TIME);
		});
	}

	return {
		tab,
		edit: saved ? null : edit,
		replacement,
		lifetime,
		errors,
		refusals,
		failure,
		news,
		pending,
		selectTab: (selected) => update({ tab: selected }),
		begin,
		change,
		acknowledge: () => setState((now) => ({ ...now, edit: now.edit && token && { ...now.edit, seen: token } })),
		cancelEdit: () => update({ edit: null }),
		save,
		choose: (expiration) => {
			setState((now) => ({ ...now, replacement: now.replacement && { ...now.replacement, expiration } }));
			setErrors({});
		},
		cancelReplacement: () => update({ replacement: null }),
		replaceKey,
		run,
		dismissNews: () => setNews(undefined),
		retry: () => {
			if (failure?.action === 'save') {
				save();
			} else if (failure?.action === 'replaceKey') {
				replaceKey();
			} else if (failure) {
				run(failure.action);
			}
		},
	};
}

/** The edit that is left when `changes` have been saved: what the user entered meanwhile, if anything. */
function afterSaving({ seen, entered }: NonNullable<DetailsState['edit']>, changes: Changes): DetailsState['edit'] {
	const known = { ...seen, ...changes };
	const rest = changesTo(known, entered);
	return isEmpty(rest) ? null : { seen: known, entered: rest };
}

/** In milliseconds from now; null for ever, undefined where it is not known. */
function lifetimeUntil(end: string | null | undefined): number | null | undefined {
	return typeof end === 'string' ? Date.parse(end) - Date.now() : end;
}

/** What the dialogue begins with. */
function proposedBy(lifetime: number | null | undefined): ReplacementChoice {
	if (lifetime === undefined) {
		return { kind: 'preset', preset: DEFAULT_PRESET };
	}
	return { kind: lifetime === null ? 'never' : 'same' };
}
