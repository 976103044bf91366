import * as l10n from '@vscode/l10n';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ReviewReasonKind, ReviewRemedy } from '../../src/domain/tokenReview';
import {
	locatorKey,
	reviewPageStateSchema,
	type Review,
	type ReviewAction,
	type ReviewFile,
	type ReviewLocator,
	type ReviewOutcome,
	type ReviewRow,
	type reviewHostMethods,
	type reviewPageMethods,
} from '../../src/protocol/reviewMessages';
import { CONFIRMATION_TIMEOUT_MS, type MethodParams, type Peer } from '../../src/protocol/peer';
import { restorePageState, savePageState } from '../shared/hostConnection';
import { errorMessage, type RequestFailure } from '../shared/requestFailure';
import { useRequest } from '../shared/useRequest';

/** The page's end of the message channel. */
export type ReviewPeer = Peer<typeof reviewPageMethods, typeof reviewHostMethods>;

/** To how many of the tokens an action was applied so far. */
export interface Progress {
	readonly done: number;
	readonly total: number;
}

/** What an action has done. */
export interface ActionResult {
	readonly text: string;
	/** The tokens to enable again with Undo; empty if the action can't be undone. */
	readonly undoable: readonly ReviewLocator[];
}

type OpenedRemedy = MethodParams<typeof reviewHostMethods, 'open'>['remedy'];

/** What a row can do. Stays the same object, so that a row is rendered again only if it has changed. */
export interface RowActions {
	readonly select: (row: ReviewRow, isSelected: boolean) => void;
	readonly openDetails: (row: ReviewRow) => void;
	readonly goToFile: (row: ReviewRow, file: ReviewFile) => void;
	readonly remedy: (row: ReviewRow, remedy: ReviewRemedy) => void;
}

export interface ReviewModel {
	/** The rows with the reason of the filter. */
	readonly rows: readonly ReviewRow[];
	readonly filter: ReviewReasonKind | null;
	readonly setFilter: (filter: ReviewReasonKind | null) => void;
	/** The selected ones of `rows`. */
	readonly selected: readonly ReviewRow[];
	readonly isSelected: (row: ReviewRow) => boolean;
	readonly selectAll: (isSelected: boolean) => void;
	readonly apply: (action: ReviewAction, tokens: readonly ReviewLocator[]) => void;
	readonly rowActions: RowActions;
	/** Why the last action failed for a token. */
	readonly failureOf: (row: ReviewRow) => string | undefined;
	readonly result: ActionResult | undefined;
	/** Whether an action is being applied. */
	readonly isApplying: boolean;
	/** Whether tokens are being changed or reloaded. Nothing else can be changed until that has finished. */
	readonly isPending: boolean;
	readonly failure: RequestFailure<() => void> | undefined;
	readonly clearFailure: () => void;
	readonly findKeys: () => void;
	readonly reload: () => void;
}

/** Whether a remedy changes the token at once, and doesn't only open something. */
export function changesToken(remedy: ReviewRemedy): remedy is 'disable' | 'delete' {
	return remedy === 'disable' || remedy === 'delete';
}

/** What the review's page shows besides the review, and what it can do. */
export function useReview(peer: ReviewPeer, review: Review): ReviewModel {
	const [initial] = useState(() => restorePageState(reviewPageStateSchema));
	const [selectedKeys, setSelectedKeys] = useState<ReadonlySet<string>>(() => new Set(initial?.selected.map(locatorKey)));
	const [chosenFilter, setFilter] = useState<ReviewReasonKind | null>(initial?.filter ?? null);
	const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map());
	const [result, setResult] = useState<ActionResult>();
	const [isApplying, setIsApplying] = useState(false);
	const { isPending, failure: changeFailure, request, clearFailure: clearChangeFailure } = useRequest<() => void>();
	const [openingFailure, setOpeningFailure] = useState<RequestFailure<() => void>>();

	// A reason that no token has anymore can't be cleared.
	const filter = review.rows.some(({ reasons }) => reasons.some(({ kind }) => kind === chosenFilter)) ? chosenFilter : null;
	const rows = useMemo(
		() => (filter ? review.rows.filter(({ reasons }) => reasons.some(({ kind }) => kind === filter)) : review.rows),
		[review, filter],
	);
	const selected = useMemo(() => rows.filter((row) => selectedKeys.has(locatorKey(row))), [rows, selectedKeys]);
	useEffect(() => {
		savePageState({ selected: selected.map(({ sourceId, tokenId }) => ({ sourceId, tokenId })), filter });
	}, [selected, filter]);

	function clearFailure(): void {
		clearChangeFailure();
		setOpeningFailure(undefined);
	}

	/** Sends a request that changes something, unless another one is pending. */
	function change(title: string, action: () => Promise<unknown>): void {
		const run = () => {
			setOpeningFailure(undefined);
			void request(run, title, async () => {
				await action();
			});
		};
		run();
	}

	/** Sends a request that opens something, also while a change is pending: it would be lost without a word. */
	function open(title: string, action: () => Promise<unknown>): void {
		const run = () => {
			clearFailure();
			void action().catch((error: unknown) => setOpeningFailure({ title, text: errorMessage(error), action: run }));
		};
		run();
	}

	function apply(action: ReviewAction, tokens: readonly ReviewLocator[]): void {
		const locators = tokens.map(({ sourceId, tokenId }) => ({ sourceId, tokenId }));
		change(l10n.t("Couldn't change the tokens."), async () => {
			setResult(undefined);
			setIsApplying(true);
			try {
				const outcome = await peer.request('apply', { action, tokens: locators }, CONFIRMATION_TIMEOUT_MS);
				if (!outcome.isCanceled) {
					setFailures(new Map(outcome.failures.map((failure) => [locatorKey(failure), failure.text])));
					setResult({ text: resultText(action, outcome), undoable: action === 'disable' ? outcome.applied : [] });
					const appliedKeys = new Set(outcome.applied.map(locatorKey));
					setSelectedKeys((keys) => new Set([...keys].filter((key) => !appliedKeys.has(key))));
				}
			} finally {
				setIsApplying(false);
			}
		});
	}

	const toLocator = ({ sourceId, tokenId }: ReviewRow) => ({ sourceId, tokenId });
	const openToken = (row: ReviewRow, remedy: OpenedRemedy) =>
		open(l10n.t("Couldn't open the token."), () => peer.request('open', { token: toLocator(row), remedy }, CONFIRMATION_TIMEOUT_MS));
	const goToFile = (row: ReviewRow, file: ReviewFile | undefined) => {
		if (file) {
			open(l10n.t("Couldn't open the file."), () => peer.request('goToFile', { token: toLocator(row), file }));
		}
	};
	const current: RowActions = {
		select: (row, isSelected) =>
			setSelectedKeys((keys) => {
				const next = new Set(keys);
				next[isSelected ? 'add' : 'delete'](locatorKey(row));
				return next;
			}),
		openDetails: (row) => openToken(row, null),
		goToFile,
		remedy: (row, remedy) => {
			if (changesToken(remedy)) {
				apply(remedy, [row]);
			} else if (remedy === 'goToFile') {
				goToFile(row, row.files[0]);
			} else {
				openToken(row, remedy);
			}
		},
	};

	return {
		rows,
		filter,
		setFilter,
		selected,
		isSelected: (row) => selectedKeys.has(locatorKey(row)),
		selectAll: (isSelected) => setSelectedKeys(new Set(isSelected ? rows.map(locatorKey) : [])),
		apply,
		rowActions: useLatest(current),
		failureOf: (row) => failures.get(locatorKey(row)),
		result,
		isApplying,
		isPending,
		failure: changeFailure ?? openingFailure,
		clearFailure,
		findKeys: () => open(l10n.t("Couldn't search for API keys."), () => peer.request('findKeys', {})),
		reload: () => change(l10n.t("Couldn't reload the accounts."), () => peer.request('reload', {}, CONFIRMATION_TIMEOUT_MS)),
	};
}

/** An object that always stays the same and calls the functions of the last render. */
function useLatest(actions: RowActions): RowActions {
	const latest = useRef(actions);
	latest.current = actions;
	const [stable] = useState<RowActions>(() => ({
		select: (...parameters) => latest.current.select(...parameters),
		openDetails: (...parameters) => latest.current.openDetails(...parameters),
		goToFile: (...parameters) => latest.current.goToFile(...parameters),
		remedy: (...parameters) => latest.current.remedy(...parameters),
	}));
	return stable;
}

function resultText(action: ReviewAction, { applied: { length }, failures }: ReviewOutcome): string {
	const done = length === 0 ? [] : [length === 1 ? actionResult(action) : actionResults(action, length)];
	const failed = failures.length === 0 ? [] : [failedText(failures.length)];
	return [...done, ...failed].join(' ');
}

function actionResult(action: ReviewAction): string {
	switch (action) {
		case 'disable':
			return l10n.t('Disabled 1 token.');
		case 'enable':
			return l10n.t('Enabled 1 token.');
		case 'rotate':
			return l10n.t('Rotated 1 token.');
		case 'delete':
			return l10n.t('Deleted 1 token.');
	}
}

function actionResults(action: ReviewAction, count: number): string {
	switch (action) {
		case 'disable':
			return l10n.t('Disabled {0} tokens.', count);
		case 'enable':
			return l10n.t('Enabled {0} tokens.', count);
		case 'rotate':
			return l10n.t('Rotated {0} tokens.', count);
		case 'delete':
			return l10n.t('Deleted {0} tokens.', count);
	}
}

function failedText(count: number): string {
	return count === 1
		? l10n.t("1 token couldn't be changed. The reason is shown next to it.")
		: l10n.t("{0} tokens couldn't be changed. The reasons are shown next to them.", count);
}
