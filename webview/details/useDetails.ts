import * as l10n from '@vscode/l10n';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type {
	DetailsSnapshot,
	EditDraft,
	InitialAction,
	PageCommand,
	ReplacementExpiration,
	SavedEdit,
	TokenEdit,
} from '../../src/protocol/detailsMessages';
import { CONFIRMATION_TIMEOUT_MS } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import type { MenuCommand } from '../../src/models/tokenMenu';
import { DEFAULT_EXPIRATION_PRESET } from '../../src/models/expirationChoices';
import { validateExpiration } from '../shared/ExpirationField';
import { savePageState, restorePageState } from '../shared/hostConnection';
import { errorMessage, type RequestFailure } from '../shared/requestFailure';
import { useRequest } from '../shared/useRequest';
import {
	commandFailureTitle,
	keyReplacedText,
	outdatedReplacementText,
	replacementFailureTitle,
	unavailableActionText,
} from './actionTexts';
import { applyEdit, effectiveChanges, editableFields, hasBeenSaved, mergeChanges, hasNoChanges } from './editedFields';
import { detailsStateSchema, type DetailsState, type StatisticsView, type TabId } from './detailsState';
import type { DetailsPeer } from './detailsPeer';
import { useEditDraft } from './useEditDraft';

type DetailsRequest = 'save' | 'replaceKey' | PageCommand;

/** Commands that change the token, so that they run one at a time. Any others can wait for the user without blocking the page. */
const CHANGING_COMMANDS: readonly (PageCommand | MenuCommand)[] = [
	'disableToken',
	'enableToken',
	'deleteToken',
	'endPreviousKey',
	'endLease',
];

/** Whether a command changes the token, and so can't run while another request is pending. */
export function changesToken(command: PageCommand | MenuCommand): boolean {
	return CHANGING_COMMANDS.includes(command);
}

/** The result of an action. */
interface StatusMessage {
	readonly kind: 'success' | 'unavailable';
	readonly text: string;
	/** Reverts the action; undefined if that isn't possible. */
	readonly undo?: () => void;
}

export interface DetailsModel {
	readonly tab: TabId;
	readonly statistics: StatisticsView;
	/** The edit in progress; null if there's none. */
	readonly edit: EditDraft | null;
	/** An edit from before the page was closed, which Edit continues; null if there's none. */
	readonly interruptedEdit: SavedEdit | null;
	readonly discardInterruptedEdit: () => void;
	readonly replacement: DetailsState['replacement'];
	/** Lifetime of the current key in milliseconds; null if it doesn't expire; undefined if that's unknown. */
	readonly lifetimeMs: number | null | undefined;
	readonly errors: FieldErrors;
	/** Number of times that fields turned out to be invalid. */
	readonly errorCount: number;
	readonly failure: RequestFailure<DetailsRequest> | undefined;
	readonly status: StatusMessage | undefined;
	/** Whether a request is pending. No other request can be sent until it has finished. */
	readonly isPending: boolean;
	readonly selectTab: (tab: TabId) => void;
	readonly showStatistics: (changes: Partial<StatisticsView>) => void;
	/** Starts the action, or shows a message if the token's status doesn't allow it. */
	readonly startAction: (action: InitialAction) => void;
	/** @param errorField the error that the changes clear, besides those of the changed fields */
	readonly changeFields: (changes: TokenEdit, errorField?: string) => void;
	/** Dismisses the notice about changes made elsewhere. */
	readonly acknowledgeChanges: () => void;
	readonly cancelEdit: () => void;
	readonly save: () => void;
	readonly chooseExpiration: (expiration: ReplacementExpiration) => void;
	readonly cancelReplacement: () => void;
	readonly replaceKey: () => void;
	/** Runs a command in the editor. Rotate and Renew start on the page. */
	readonly run: (command: PageCommand | MenuCommand) => void;
	readonly dismissStatus: () => void;
	/** Retries the failed request with the current input. */
	readonly retry: () => void;
}

interface EditableState extends Pick<DetailsState, 'tab' | 'replacement'> {
	readonly statistics: StatisticsView;
	readonly edit: EditDraft | null;
}

export function useDetails(
	peer: DetailsPeer,
	snapshot: DetailsSnapshot,
	initialAction: { readonly action: InitialAction } | null,
	savedEdit: SavedEdit | null,
): DetailsModel {
	const { token, actions } = snapshot;
	const sourceId = snapshot.source.id;
	const [restored] = useState(() => restorePageState(detailsStateSchema));
	const [state, setState] = useState<EditableState>({
		tab: restored?.tab ?? 'general',
		statistics: { period: restored?.period ?? 'days30', ...(restored?.origin && { origin: restored.origin }) },
		replacement: restored?.replacement ?? null,
		edit: restored?.isEditing ? (savedEdit ?? (token && { seen: token, entered: {} })) : null,
	});
	const tokenId = token?.id ?? restored?.tokenId;
	const [errors, setErrors] = useState<FieldErrors>({});
	const [errorCount, setErrorCount] = useState(0);
	const [status, setStatus] = useState<StatusMessage>();
	const { isPending, failure: requestFailure, request, clearFailure: clearRequestFailure } = useRequest<DetailsRequest>();
	const [commandFailure, setCommandFailure] = useState<RequestFailure<DetailsRequest>>();
	const failure = requestFailure ?? commandFailure;
	// The snapshot's date counts from when the snapshot was created, but the user might choose it much later.
	const lifetimeMs = useMemo(() => remainingLifetimeMs(snapshot.sameLifetime), [snapshot]);
	const { tab, statistics, edit } = state;
	const isEditing = edit !== null;

	const isOutdated =
		state.replacement !== null &&
		!isPending &&
		(token?.updated.at !== state.replacement.expected || !actions.includes(state.replacement.action));
	const replacement = isOutdated ? null : state.replacement;
	const isSaved = edit !== null && !isPending && hasBeenSaved(edit, token);
	const { interruptedEdit, discardInterruptedEdit } = useEditDraft(peer, edit, savedEdit, token);

	useLayoutEffect(() => {
		if (tokenId !== undefined) {
			savePageState({ tokenId, sourceId, tab, ...statistics, isEditing, replacement } satisfies DetailsState);
		}
	}, [tokenId, sourceId, tab, statistics, isEditing, replacement]);
	useEffect(() => {
		if (isOutdated && state.replacement && token) {
			update({ replacement: null }, { kind: 'unavailable', text: outdatedReplacementText(state.replacement.action) });
		}
	}, [isOutdated]);
	useEffect(() => {
		if (isSaved) {
			update({ edit: null }, { kind: 'success', text: l10n.t('Changes saved.') });
		}
	}, [isSaved]);
	useEffect(() => {
		if (initialAction) {
			startAction(initialAction.action);
		}
	}, [initialAction]);

	function clearFailure(): void {
		clearRequestFailure();
		setCommandFailure(undefined);
	}

	/** Changes what the page shows, and clears messages about what it showed before. */
	function update(changes: Partial<typeof state>, message?: StatusMessage): void {
		clearFailure();
		setErrors({});
		setStatus(message);
		setState((current) => ({ ...current, ...changes }));
	}

	/** Shows errors at the fields of a form. Throws if none of them belongs to one of its `fields`. */
	function showErrors(fieldErrors: FieldErrors, fields: readonly string[]): void {
		if (!fields.some((field) => field in fieldErrors)) {
			throw new Error(Object.values(fieldErrors).join(' '));
		}
		setErrors(fieldErrors);
		setErrorCount((count) => count + 1);
	}

	function startAction(action: InitialAction): void {
		if (!token) {
			return;
		}
		if (!actions.includes(action) || (isPending && action !== 'edit')) {
			setStatus({ kind: 'unavailable', text: unavailableActionText(action) });
		} else if (action !== 'edit') {
			const expiration = proposeExpiration(lifetimeMs);
			update({ replacement: { action, expiration, expected: token.updated.at } });
		} else {
			update({ edit: edit ?? interruptedEdit ?? { seen: token, entered: {} }, replacement: null });
		}
	}

	function changeFields(changes: TokenEdit, errorField?: string): void {
		setState((current) => ({
			...current,
			edit: current.edit && token && { ...current.edit, entered: mergeChanges(token, current.edit.entered, changes) },
		}));
		setErrors((current) => Object.fromEntries(Object.entries(current).filter(([field]) => field !== errorField && !(field in changes))));
	}

	function cancelEdit(): void {
		const hasChanges = edit !== null && token !== null && !hasNoChanges(effectiveChanges(token, edit.entered));
		update({ edit: null }, hasChanges ? { kind: 'success', text: l10n.t('Changes discarded.'), undo: () => update({ edit }) } : undefined);
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
				showErrors(response.errors, [...editableFields, 'limits.rate', 'limits.total']);
				return;
			}
			setErrors({});
			setStatus({ kind: 'success', text: l10n.t('Changes saved.') });
			setState((current) => ({ ...current, edit: current.edit && remainingEdit(current.edit, changes) }));
		});
	}

	function replaceKey(): void {
		if (!replacement) {
			clearFailure();
			return;
		}
		const { action, expiration } = replacement;
		void request('replaceKey', replacementFailureTitle(action), async () => {
			const problem = validateExpiration(expiration);
			const response = problem ? { errors: { expirationDate: problem } } : await peer.request('replaceKey', { action, expiration });
			if ('errors' in response) {
				showErrors(response.errors, ['expirationDate']);
			} else {
				update({ replacement: null, tab: 'general' }, { kind: 'success', text: keyReplacedText(action) });
			}
		});
	}

	function run(command: PageCommand | MenuCommand): void {
		if (command === 'rotateToken' || command === 'renewToken') {
			startAction(command === 'rotateToken' ? 'rotate' : 'renew');
			return;
		}
		setStatus(undefined);
		setCommandFailure(undefined);
		const title = commandFailureTitle(command);
		const runCommand = async () => {
			await peer.request('run', { command }, CONFIRMATION_TIMEOUT_MS);
		};
		if (changesToken(command)) {
			void request(command, title, runCommand);
		} else {
			void runCommand().catch((error: unknown) => setCommandFailure({ title, text: errorMessage(error), action: command }));
		}
	}

	return {
		tab,
		statistics,
		edit: isSaved ? null : edit,
		interruptedEdit,
		discardInterruptedEdit,
		replacement,
		lifetimeMs,
		errors,
		errorCount,
		failure,
		status,
		isPending,
		selectTab: (selected) => update({ tab: selected }),
		showStatistics: (changes) => setState((current) => ({ ...current, statistics: { ...current.statistics, ...changes } })),
		startAction,
		changeFields,
		acknowledgeChanges: () => setState((current) => ({ ...current, edit: current.edit && token && { ...current.edit, seen: token } })),
		cancelEdit,
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

/** The rest of the edit after `changes` have been saved: what the user entered in the meantime; null if nothing. */
function remainingEdit({ seen, entered }: EditDraft, changes: TokenEdit): EditDraft | null {
	const saved = applyEdit(seen, changes);
	const remaining = effectiveChanges(saved, entered);
	return hasNoChanges(remaining) ? null : { seen: saved, entered: remaining };
}

/** Time from now to `end`; null if there's no expiration; undefined if it's unknown. */
function remainingLifetimeMs(end: string | null | undefined): number | null | undefined {
	return typeof end === 'string' ? Date.parse(end) - Date.now() : end;
}

/** The choice that's selected when the dialog opens. */
function proposeExpiration(lifetimeMs: number | null | undefined): ReplacementExpiration {
	if (lifetimeMs === undefined) {
		return { kind: 'preset', preset: DEFAULT_EXPIRATION_PRESET };
	}
	return { kind: lifetimeMs === null ? 'never' : 'same' };
}
