import * as l10n from '@vscode/l10n';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type {
	InitialAction,
	TokenEdit,
	detailsHostMethods,
	detailsPageMethods,
	DetailsSnapshot,
	ReplacementExpiration,
} from '../../src/protocol/detailsMessages';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import { DEFAULT_PRESET, validateExpiration } from '../shared/ExpirationField';
import { savePageState, restorePageState } from '../shared/hostConnection';
import { useRequest, type RequestFailure } from '../shared/useRequest';
import { keyReplacedText, actionFailureTitle, outdatedReplacementText, unavailableActionText } from './actionTexts';
import { effectiveChanges, editableFields, mergeChanges, hasNoChanges } from './editedFields';
import { detailsStateSchema, type DetailsState, type TabId } from './detailsState';

export type CommandAction = 'disable' | 'enable' | 'delete';
type DetailsRequest = 'save' | 'replaceKey' | CommandAction;

/** How long the user may think about the question that the host asks before it deletes, in milliseconds. */
const CONFIRMATION_TIMEOUT_MS = 3_600_000;

/** What the page tells of its own accord. */
interface StatusMessage {
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
	readonly errorCount: number;
	readonly failure: RequestFailure<DetailsRequest> | undefined;
	readonly status: StatusMessage | undefined;
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly isPending: boolean;
	readonly selectTab: (tab: TabId) => void;
	/** Begins what the token's status allows, or says that it does not. */
	readonly begin: (what: InitialAction) => void;
	readonly changeFields: (changes: TokenEdit) => void;
	/** The user has taken note of what changed elsewhere. */
	readonly acknowledgeChanges: () => void;
	readonly cancelEdit: () => void;
	readonly save: () => void;
	readonly chooseExpiration: (expiration: ReplacementExpiration) => void;
	readonly cancelReplacement: () => void;
	readonly replaceKey: () => void;
	readonly run: (action: CommandAction) => void;
	readonly dismissStatus: () => void;
	/** Does again what failed, with the input as it is by now. */
	readonly retry: () => void;
}

export function useDetails(
	peer: Peer<typeof detailsPageMethods, typeof detailsHostMethods>,
	snapshot: DetailsSnapshot,
	initialAction: { readonly action: InitialAction } | null,
): DetailsModel {
	const { token, actions } = snapshot;
	const sourceId = snapshot.source.id;
	const [state, setState] = useState<Omit<DetailsState, 'tokenId' | 'sourceId'>>(
		() => restorePageState(detailsStateSchema) ?? { tab: 'general', edit: null, replacement: null },
	);
	const [tokenId] = useState(() => token?.id ?? restorePageState(detailsStateSchema)?.tokenId);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [errorCount, setErrorCount] = useState(0);
	const [status, setStatus] = useState<StatusMessage>();
	const { isPending, failure, request, clearFailure } = useRequest<DetailsRequest>();
	// The date that the snapshot proposes was counted from its own moment; the user may choose it much later.
	const lifetime = useMemo(() => remainingLifetimeMs(snapshot.sameLifetime), [snapshot]);
	const { tab, edit } = state;

	const isOutdated =
		state.replacement !== null &&
		!isPending &&
		(token?.updated.at !== state.replacement.expected || !actions.includes(state.replacement.action));
	const replacement = isOutdated ? null : state.replacement;
	// All that was entered is in the token by now: the page was away, or gave up waiting, when the host saved it.
	const isSaved =
		edit !== null &&
		!isPending &&
		token !== null &&
		token.updated.at !== edit.seen.updated.at &&
		!hasNoChanges(edit.entered) &&
		hasNoChanges(effectiveChanges(token, edit.entered));

	useLayoutEffect(() => {
		if (tokenId !== undefined) {
			savePageState({ tokenId, sourceId, tab, edit, replacement } satisfies DetailsState);
		}
	}, [tokenId, sourceId, tab, edit, replacement]);
	useEffect(() => {
		if (isOutdated && state.replacement && token) {
			update({ replacement: null }, { kind: 'refused', text: outdatedReplacementText(state.replacement.action) });
		}
	}, [isOutdated]);
	useEffect(() => {
		if (isSaved) {
			update({ edit: null }, { kind: 'done', text: l10n.t('Changes saved.') });
		}
	}, [isSaved]);
	useEffect(() => {
		if (initialAction) {
			beginAction(initialAction.action);
		}
	}, [initialAction]);

	/** Takes the page elsewhere; what was said of its former place no longer applies. */
	function update(changes: Partial<typeof state>, message?: StatusMessage): void {
		clearFailure();
		setErrors({});
		setStatus(message);
		setState((current) => ({ ...current, ...changes }));
	}

	/** Shows errors at the fields of a form, of which at least one must be there. */
	function showErrors(fieldErrors: FieldErrors, fields: readonly string[]): void {
		if (!fields.some((field) => field in fieldErrors)) {
			throw new Error(Object.values(fieldErrors).join(' '));
		}
		setErrors(fieldErrors);
		setErrorCount((count) => count + 1);
	}

	function beginAction(what: InitialAction): void {
		if (!token) {
			return;
		}
		if (!actions.includes(what) || (isPending && what !== 'edit')) {
			setStatus({ kind: 'refused', text: unavailableActionText(what) });
		} else if (what !== 'edit') {
			const expiration = proposeExpiration(lifetime);
			update({ replacement: { action: what, expiration, expected: token.updated.at } });
		} else {
			update({ edit: edit ?? { seen: token, entered: {} }, replacement: null });
		}
	}

	function changeFields(changes: TokenEdit): void {
		setState((current) => ({
			...current,
			edit: current.edit && token && { ...current.edit, entered: mergeChanges(token, current.edit.entered, changes) },
		}));
		setErrors((current) => Object.fromEntries(Object.entries(current).filter(([field]) => !(field in changes))));
	}

	function save(): void {
		if (!edit || !token) {
			return;
		}
		const changes = effectiveChanges(token, edit.entered);
		if (hasNoChanges(changes)) {
			update({ edit: null });
			return;
		}
		void request('save', l10n.t("Couldn't save your changes."), async () => {
			const response = await peer.request('save', { changes, expected: token.updated.at });
			if ('errors' in response) {
				showErrors(response.errors, editableFields);
				return;
			}
			setErrors({});
			setStatus({ kind: 'done', text: l10n.t('Changes saved.') });
			setState((current) => ({ ...current, edit: current.edit && remainingEdit(current.edit, changes) }));
		});
	}

	function replaceKey(): void {
		if (!replacement) {
			clearFailure();
			return;
		}
		const { action, expiration } = replacement;
		void request('replaceKey', actionFailureTitle(action), async () => {
			const problem = validateExpiration(expiration);
			const response = problem ? { errors: { expirationDate: problem } } : await peer.request('replaceKey', { action, expiration });
			if ('errors' in response) {
				showErrors(response.errors, ['expirationDate']);
			} else {
				update({ replacement: null, tab: 'general' }, { kind: 'done', text: keyReplacedText(action) });
			}
		});
	}

	function run(action: CommandAction): void {
		setStatus(undefined);
		void request(action, actionFailureTitle(action), async () => {
			await peer.request('run', { action }, CONFIRMATION_TIMEOUT_MS);
		});
	}

	return {
		tab,
		edit: isSaved ? null : edit,
		replacement,
		lifetime,
		errors,
		errorCount,
		failure,
		status,
		isPending,
		selectTab: (selected) => update({ tab: selected }),
		begin: beginAction,
		changeFields,
		acknowledgeChanges: () => setState((current) => ({ ...current, edit: current.edit && token && { ...current.edit, seen: token } })),
		cancelEdit: () => update({ edit: null }),
		save,
		chooseExpiration: (expiration) => {
			setState((current) => ({ ...current, replacement: current.replacement && { ...current.replacement, expiration } }));
			setErrors({});
		},
		cancelReplacement: () => update({ replacement: null }),
		replaceKey,
		run,
		dismissStatus: () => setStatus(undefined),
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
function remainingEdit({ seen: original, entered }: NonNullable<DetailsState['edit']>, changes: TokenEdit): DetailsState['edit'] {
	const saved = { ...original, ...changes };
	const remaining = effectiveChanges(saved, entered);
	return hasNoChanges(remaining) ? null : { seen: saved, entered: remaining };
}

/** In milliseconds from now; null for ever, undefined where it is not known. */
function remainingLifetimeMs(end: string | null | undefined): number | null | undefined {
	return typeof end === 'string' ? Date.parse(end) - Date.now() : end;
}

/** What the dialogue begins with. */
function proposeExpiration(lifetime: number | null | undefined): ReplacementExpiration {
	if (lifetime === undefined) {
		return { kind: 'preset', preset: DEFAULT_PRESET };
	}
	return { kind: lifetime === null ? 'never' : 'same' };
}
